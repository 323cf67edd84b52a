"""Which cryptography the programme uses: known libraries only, all of it named here, and no short keys."""

import ast
from collections.abc import Iterator
from pathlib import Path

import program
from program.factors.codes import new_secret
from program.sign_in.tokens import new_nonce

ROOT = Path(program.__file__).parents[1]
SOURCES = sorted(path for folder in ("program", "workers") for path in (ROOT / folder).rglob("*.py"))
WATCHED = {
    *("hashlib", "hmac", "secrets", "random", "uuid", "ssl", "crypt", "zlib", "binascii"),
    *(
        "cryptography",
        "argon2",
        "pyotp",
        "webauthn",
        "joserfc",
        "authlib",
        "itsdangerous",
        "werkzeug.security",
    ),
    *("jwt", "jose", "nacl", "Crypto", "Cryptodome", "bcrypt", "passlib", "OpenSSL", "os.urandom"),
}
"""Modules of which every use has to be in the list below."""
APPROVED = {
    *("hashlib.sha256", "hmac.new", "hmac.compare_digest"),
    *("itsdangerous.URLSafeSerializer", "itsdangerous.BadData"),
    "uuid.uuid4",  # the number of a request, which is no secret
    *("secrets.token_hex", "secrets.token_bytes", "secrets.token_urlsafe", "secrets.choice"),
    *("argon2.PasswordHasher", "argon2.exceptions.InvalidHashError", "argon2.exceptions.VerificationError"),
    *("cryptography.fernet.Fernet", "cryptography.fernet.MultiFernet", "cryptography.fernet.InvalidToken"),
    *("cryptography.hazmat.primitives.hashes.SHA256", "cryptography.hazmat.primitives.kdf.hkdf.HKDF"),
    *("pyotp.TOTP", "pyotp.random_base32", "ssl.create_default_context", "binascii.b2a_qp"),
    *(
        "ssl.SSLContext",
        "ssl.SSLSocket",
        "ssl.SSLCertVerificationError",
    ),  # types of what the default context makes
}
LIBRARIES = ("webauthn.", "authlib.", "joserfc.errors.")
"""Whole ceremonies that are left to them."""
BY_CHANCE = {
    *("program/delivery/breaker.py", "program/delivery/failures.py", "program/delivery/pace.py"),
    *("program/alerts/work.py", "program/demo", "program/seed"),
}
"""Where `random` spreads retries or invents people: nothing that anybody must not guess."""
SHORTEST = 16
"""Bytes of chance in any token: 128 bits."""


def names_of(tree) -> dict[str, str]:
    """What each name in the file that an import made stands for."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {
                a.asname or a.name.partition(".")[0]: a.name if a.asname else a.name.partition(".")[0]
                for a in node.names
            }
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return names


def dotted(node: ast.AST) -> str:
    """The node as a name with dots, if it is nothing else."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}" if dotted(node.value) else ""
    return node.id if isinstance(node, ast.Name) else ""


def uses(source: str) -> Iterator[str]:
    """Every use of a watched module, by its full name."""
    tree = ast.parse(source)
    names = names_of(tree)
    if not any(
        f"{full}.".startswith(f"{name.partition('.')[0]}.") for full in names.values() for name in WATCHED
    ):
        return
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and dotted(node)}
    for node in ast.walk(tree):
        head, _dot, rest = dotted(node).partition(".") if id(node) not in inner else ("", "", "")
        full = ".".join(filter(None, [names.get(head, ""), rest]))
        if any(full == name or full.startswith(f"{name}.") for name in WATCHED):
            yield full


def strangers(path: str, source: str) -> list[str]:
    """The uses that nobody has approved."""
    by_chance = any(path.startswith(place) for place in BY_CHANCE)
    return [
        name
        for name in uses(source)
        if not (
            name in APPROVED
            or name.startswith(LIBRARIES)
            or (by_chance and name.partition(".")[0] == "random")
        )
    ]


def short_tokens(source: str) -> list[str]:
    """Tokens of fewer bytes than the least, or of no said number."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    tokens = (call for call in calls if ast.unparse(call.func).rpartition(".")[2].startswith("token_"))
    made = (
        call
        for call in tokens
        if ast.unparse(call.func).rpartition(".")[2] in {"token_hex", "token_bytes", "token_urlsafe"}
    )
    return [
        ast.unparse(call)
        for call in made
        if not (call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value >= SHORTEST)
    ]


def test_all_cryptography_is_of_known_libraries_and_approved(tally):
    sources = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in SOURCES}
    found = {path: list(uses(source)) for path, source in sources.items()}
    assert {path: bad for path, source in sources.items() if (bad := strangers(path, source))} == {}
    assert APPROVED - {name for names in found.values() for name in names} == set()
    tally("uses of cryptography", sum(map(len, found.values())))


def test_no_token_has_less_than_128_bits():
    assert [bad for path in SOURCES for bad in short_tokens(path.read_text("utf-8"))] == []
    assert len(bytes.fromhex(new_nonce())) == SHORTEST
    assert len(new_secret()) * 5 >= 128  # letters of base 32


def test_what_nobody_approved_is_caught():
    for source in (
        "import hashlib\nhashlib.md5(b'')",
        "from hashlib import sha1 as sha256\nsha256(b'')",
        "import hashlib as h\nh.new('md5')",
        "import random\nrandom.choice('ab')",
        "from random import choice\nchoice('ab')",
        "from os import urandom\nurandom(4)",
        "import ssl\nssl._create_unverified_context()",
        "from cryptography.hazmat.primitives.ciphers import algorithms\nalgorithms.AES(b'')",
    ):
        assert len(strangers("program/web.py", source)) == 1
    assert strangers("program/demo/texts.py", "import random\nrandom.choice('ab')") == []
    assert len(short_tokens("import secrets\nsecrets.token_hex(8), secrets.token_urlsafe()")) == 2
