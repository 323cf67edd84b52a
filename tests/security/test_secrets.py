"""No secret lies in the tree: known shapes of keys, and texts too random to be words."""

import math
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHAPES = {
    "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "cloud key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "forge token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40,}|glpat-[\w-]{20})",
    "chat token": r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "maps key": r"\bAIza[\w-]{35}\b",
    "payment key": r"\b[sr]k_live_[A-Za-z0-9]{16,}",
    "signed token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "password in an address": r"\b\w+://[^\s/:@{}<>\"']+:[^\s/:@{}<>\"'$*]{3,}@(?![\w.-]*\.example\b)[\w.-]+\.\w",
}
QUOTED = re.compile(r"""["'`]([A-Za-z0-9+/=_-]{24,200})["'`]""")
NAMED = re.compile(r"""(?i)(?:secret|token|passw\w*|api_?key)\w*["']?\s*[:=]\s*["']([^"'\s{}<>]{12,})["']""")
RANDOM = 4.3
"""Bits a character from which on a text is no word: English has about 4 at most, base64 up to 6, hex up to 4."""
NAMED_RANDOM = 3.5
"""The same for a shorter text that is called a password."""
HEX = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
BINARY = {".png", ".ico", ".woff2", ".jpg"}


def bits(text):
    """The entropy of a text, in bits a character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def secrets_in(text):
    """Kind and beginning of whatever looks like a secret."""
    found = [(kind, match[0][:24]) for kind, shape in SHAPES.items() for match in re.finditer(shape, text)]
    found += [("random text", match[1][:24]) for match in QUOTED.finditer(text) if is_random(match[1])]
    return found + [
        ("named secret", match[1][:24]) for match in NAMED.finditer(text) if is_random(match[1], NAMED_RANDOM)
    ]


def is_random(text, least=RANDOM):
    """Whether nobody would have thought of this text."""
    mixed = (
        any(c.isdigit() for c in text) and any(c.isupper() for c in text) and any(c.islower() for c in text)
    )
    return (mixed and bits(text) > least) or bool(HEX.fullmatch(text) and bits(text) > 3)


def tree():
    """Every file that is or would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = (ROOT / line for line in listed.stdout.splitlines())
    return [path for path in paths if path.suffix not in BINARY and path.is_file()]


def test_no_secret_lies_in_the_tree(tally):
    files = tree()
    found = {str(path.relative_to(ROOT)): secrets_in(path.read_text(errors="replace")) for path in files}
    assert {path: secrets for path, secrets in found.items() if secrets} == {}
    assert len(files) > 200
    tally("files searched for secrets", len(files))


def test_local_settings_and_keys_are_not_committed():
    kept = [path for path in tree() if path.parent.name == "instance" or path.name == ".env"]
    assert [path.name for path in kept] == [".gitkeep"]


# In two halves each, so that this file holds none itself.
PLANTED = [
    "-----BEGIN RSA " + "PRIVATE KEY-----",
    "AKIA" + "IOSFODNN7EXAMPLE",
    "ghp_" + "a1B2" * 9,
    "xoxb-" + "123456789012-abcdef",
    "postgresql://app:" + "hunter22@db.fellowship.org/fellowship",
    "sk_live_" + "4eC39HqLyjWD" + "arjtT1zdp7dc",
    'KEY = "' + "u8Zp3QvX1mYt6Lr0" + "NcB9sKdW2aHfE7Gj" + '"',
    'SECRET_KEY: "' + "9f86d081884c7d65" + "9a2feaa0c55ad015" + '"',
    "password = '" + "kT9#mQ2$vLx8!pRz4" + "'",
    "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N",
]


@pytest.mark.parametrize("planted", PLANTED, ids=range(len(PLANTED)))
def test_a_planted_secret_is_found(planted):
    assert secrets_in(f"x = 1\n{planted}\n") != []


@pytest.mark.parametrize(
    "innocent",
    [
        '"a key that signs only in tests"',
        '"FELLOWSHIP_SECRET_KEY_FALLBACKS"',
        'token = "unknown"',
        '"' + "0" * 64 + '"',
    ],
)
def test_what_is_no_secret_is_left_alone(innocent):
    assert secrets_in(innocent) == []
