"""What is unsafe about settings once people use the programme: each finding names the setting and its cure."""

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from program.config import Settings, SettingsError

HERE = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
KEYS = ("secret_key", "survey_key", "audit_key")
SHORTEST_KEY = 32
FEWEST_CHARACTERS = 10
"""Different ones in a key: fewer is a pattern that somebody typed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One setting that is unsafe, why, and what to do."""

    setting: str
    wrong: str
    cure: str

    def __str__(self) -> str:
        return f"FELLOWSHIP_{self.setting.upper()}: {self.wrong}. {self.cure}."


@dataclass(frozen=True, slots=True)
class Rule:
    """When a setting is unsafe."""

    finding: Finding
    is_broken: Callable[[Settings], bool]


def is_in_production(settings: Settings) -> bool:
    """Whether people on other machines are sent here, so that unsafe settings must not start."""
    return settings.public_url.host not in HERE


def check_settings(settings: Settings) -> list[Finding]:
    """Everything that is unsafe; nothing is changed by asking."""
    fixed = [rule.finding for rule in RULES if rule.is_broken(settings)]
    return [*fixed, *_of_keys(settings), *_of_files(settings)]


def refuse_unsafe(settings: Settings) -> Settings:
    """The settings, if they may be started with. Raises SettingsError with a line for each that is unsafe."""
    findings = check_settings(settings) if is_in_production(settings) else []
    if findings:
        raise SettingsError("\n".join(map(str, findings)))
    return settings


def _of_keys(settings: Settings) -> Iterator[Finding]:
    if any(map(_is_weak, settings.fallback_keys)):
        yield Finding("secret_key_fallbacks", "a key in it can be guessed", "Take that one out")
    if settings.returns_key and _is_weak(settings.returns_key):
        yield Finding(
            "returns_key", "the key can be guessed", f"Set {SHORTEST_KEY} random characters or more"
        )
    for name in KEYS:
        key = getattr(settings, name)
        if _is_weak(key):
            yield Finding(name, "the key can be guessed", f"Set {SHORTEST_KEY} random characters or more")
        elif [getattr(settings, other) for other in KEYS].count(key) > 1:
            yield Finding(name, "another key is the same", "Set one that is used for nothing else")
        elif not _is_sqlite(settings) and _is_kept(settings.instance / name, key):
            wrong = "the key lies in the instance folder, and other machines would make their own"
            yield Finding(name, wrong, "Set it in the environment, the same on every machine")


def _is_weak(key: str) -> bool:
    return len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS


def _of_files(settings: Settings) -> Iterator[Finding]:
    for path in (settings.instance, settings.instance / "settings.env", *_key_files(settings)):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            mode = "700" if path.is_dir() else "600"
            yield Finding("instance", f"others on this machine can open {path}", f"Run chmod {mode} on it")


def _key_files(settings: Settings) -> list[Path]:
    return [settings.instance / name for name in (*KEYS, "secret_key_fallbacks")]


def _is_kept(path: Path, key: str) -> bool:
    """Whether this key is the one that was made in the instance folder."""
    return path.is_file() and path.read_text() == key


def _is_sqlite(settings: Settings) -> bool:
    return settings.database_url.startswith("sqlite")


def _is_open_host(settings: Settings) -> bool:
    host = settings.public_url.host or ""
    return host.startswith((".", "*")) or host in {"0.0.0.0", "[::]"}  # noqa: S104 - what is refused


def _is_elsewhere(address: str) -> bool:
    """Whether a server is reached over the network, not on this machine by its own name or a socket."""
    host = urlsplit(address).hostname or _query(address).get("host", "")
    return bool(host) and not host.startswith("/") and host not in HERE


def _query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def _is_database_open(settings: Settings) -> bool:
    url = settings.database_url
    return not _is_sqlite(settings) and _is_elsewhere(url) and _query(url).get("sslmode") != "verify-full"


def _is_redis_open(settings: Settings) -> bool:
    checked = _query(settings.redis_url).get("ssl_cert_reqs", "required") in {"required", "CERT_REQUIRED"}
    encrypted = urlsplit(settings.redis_url).scheme == "rediss"
    return _is_elsewhere(settings.redis_url) and not (encrypted and checked)


RULES = (
    Rule(
        Finding("public_url", "people would use plain HTTP", "Let a proxy do HTTPS, and begin it with https"),
        lambda settings: not settings.secure,
    ),
    Rule(
        Finding("public_url", "it names no one host", "Name the host that people type"),
        _is_open_host,
    ),
    Rule(
        Finding(
            "trusted_proxies",
            "every request would seem to come from the proxy that does HTTPS",
            "Set how many proxies stand in front",
        ),
        lambda settings: settings.secure and settings.trusted_proxies == 0,
    ),
    Rule(
        Finding(
            "database_url", "SQLite is on one machine, and Redis is on another", "Use PostgreSQL on several"
        ),
        lambda settings: _is_sqlite(settings) and _is_elsewhere(settings.redis_url),
    ),
    Rule(
        Finding(
            "database_url",
            "what people wrote crosses the network to whoever answers, perhaps in clear",
            "Add ?sslmode=verify-full, and sslrootcert= unless the certificate is from a public authority",
        ),
        _is_database_open,
    ),
    Rule(
        Finding(
            "redis_url",
            "its password crosses the network to whoever answers, perhaps in clear",
            "Begin it with rediss, and leave certificates checked",
        ),
        _is_redis_open,
    ),
    Rule(
        Finding("redis_url", "without Redis nothing is sent and limits hold per process", "Set one"),
        lambda settings: not settings.redis_url,
    ),
    Rule(
        Finding("redis_url", "anybody who reaches it can tell the workers what to do", "Give it a password"),
        lambda settings: _is_elsewhere(settings.redis_url) and not urlsplit(settings.redis_url).password,
    ),
    Rule(
        Finding("rate_limits", "tries to sign in are not limited", "Leave it out, or set it to true"),
        lambda settings: not settings.rate_limits,
    ),
    Rule(
        Finding("metrics_token", "it can be guessed", f"Set {SHORTEST_KEY} random characters or more"),
        lambda settings: bool(settings.metrics_token) and _is_weak(settings.metrics_token),
    ),
    Rule(
        Finding("demo", "everybody can read all mail", "Leave it out, or set it to false"),
        lambda settings: settings.demo,
    ),
    Rule(
        Finding("smtp_security", "mail and its links cross the network in clear", "Set starttls or tls"),
        lambda settings: settings.smtp_security == "none" and settings.smtp_host not in HERE,
    ),
    Rule(
        Finding("mail_from", "it is an address for examples", "Set one that is yours"),
        lambda settings: settings.mail_from.lower().endswith("@example.org"),
    ),
    Rule(
        Finding("oidc_issuer", "whoever is in between could sign in as anybody", "Use its https address"),
        lambda settings: bool(settings.oidc_issuer) and not settings.oidc_issuer.startswith("https://"),
    ),
    Rule(
        Finding(
            "oidc_client_secret", "the issuer could not tell who asks", "Set the one that it gave, and the id"
        ),
        lambda settings: (
            bool(settings.oidc_issuer) and not (settings.oidc_client_id and settings.oidc_client_secret)
        ),
    ),
)
