"""Settings: read once from the environment and `instance/settings.env`, checked, typed."""

import secrets
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AnyHttpUrl, EmailStr, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent
IN_CHECKOUT = (CHECKOUT / "pyproject.toml").is_file()
TEMPLATES = CHECKOUT / "templates" if IN_CHECKOUT else PACKAGE / "templates"
INSTANCE = (CHECKOUT if IN_CHECKOUT else Path.cwd()) / "instance"


class SettingsError(Exception):
    """The settings cannot be used; the text names each one and says why."""


class Settings(BaseSettings):
    """Everything that differs between installations. The description of a field is its row in the README."""

    model_config = SettingsConfigDict(env_prefix="FELLOWSHIP_", extra="ignore", hide_input_in_errors=True)

    instance: Path = Field(
        INSTANCE, description="Folder for the SQLite file, secrets and logs of this machine"
    )
    database_url: str = Field("", description="Database; empty means SQLite in the instance folder")
    redis_url: str = Field(
        "", description="Redis for Celery and rate limits; without it no worker can run, so nothing is sent"
    )
    public_url: AnyHttpUrl = Field(
        AnyHttpUrl("http://127.0.0.1:8000"),
        description="The one address people use; links in mail start with it",
    )
    secret_key: str = Field(
        "", description="Signs cookies and links; empty means one is made in the instance folder"
    )
    secret_key_fallbacks: str = Field(
        "", description="Signing keys from before, newest first, with commas: what they signed still holds"
    )
    survey_key: str = Field("", description="Keys survey pseudonyms; likewise, and never in the database")
    audit_key: str = Field("", description="Seals the record of what was done; likewise")
    audit_days: Annotated[int, Field(ge=30, le=3_650)] = Field(
        730, description="How long the record of what was done is kept, in days"
    )
    sign_in_days: Annotated[int, Field(ge=30, le=3_650)] = Field(
        90, description="How long links and sessions that have ended are kept, in days"
    )
    notice_days: Annotated[int, Field(ge=30, le=3_650)] = Field(
        365, description="How long it is kept which mail went to whom, in days"
    )
    draft_days: Annotated[int, Field(ge=30, le=3_650)] = Field(
        90, description="How long drafts that were never sent are kept after their cohort is over, in days"
    )
    application_days: Annotated[int, Field(ge=30, le=3_650)] = Field(
        365,
        description="How long applications that were not taken up are kept after their cohort is over, in days",
    )
    invitation_days: Annotated[int, Field(ge=30, le=3_650)] = Field(
        90, description="How long people who never joined are kept after their invitation ended, in days"
    )
    import_days: Annotated[int, Field(ge=30, le=365)] = Field(
        30, description="How long files that were imported and their rows are kept, in days"
    )
    bundle_days: Annotated[int, Field(ge=1, le=90)] = Field(
        7, description="How long the reports of a cohort are kept as a file that was made of them, in days"
    )
    smtp_host: str = Field("127.0.0.1", description="Mail relay")
    smtp_port: Annotated[int, Field(ge=1, le=65_535)] = Field(25, description="Its port")
    smtp_user: str = Field("", description="Its user; empty means no login")
    smtp_password: str = Field("", description="Its password")
    smtp_security: Literal["none", "starttls", "tls"] = Field("none", description="none, starttls or tls")
    mail_from: EmailStr = Field("fellowship@example.org", description="Sender of all mail")
    returns_key: str = Field(
        "",
        description="Signs returned mail that is posted to `/mail/returns`; empty means that none is taken there",
    )
    domain_per_minute: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        0, description="How many mails a minute go to one domain at most; 0 means as many as there are"
    )
    lease_seconds: Annotated[int, Field(ge=2, le=3_600)] = Field(
        90, description="How long a worker may hold a message or job before another takes over"
    )
    tick_seconds: Annotated[int, Field(ge=1, le=60)] = Field(
        60, description="How often beat has the workers look for work"
    )
    session_days: Annotated[int, Field(ge=1, le=90)] = Field(
        14, description="How long a sign-in lasts, in days"
    )
    session_idle_days: Annotated[int, Field(ge=1, le=90)] = Field(
        8, description="How long one that is not used lasts, in days: who comes once a week stays signed in"
    )
    rate_limits: bool = Field(
        default=True, description="Whether sign-in attempts are limited; never switch off in production"
    )
    trusted_proxies: Annotated[int, Field(ge=0, le=5)] = Field(
        0, description="Reverse proxies in front of the web server"
    )
    require_second_factor: bool = Field(
        default=True,
        description="Staff and administrators count as such once they show a passkey or an authenticator's code",
    )
    oidc_issuer: str = Field(
        "", description="OpenID Connect issuer to sign in by, exactly as it calls itself; empty means none"
    )
    oidc_client_id: str = Field(
        "", description="What the issuer calls this programme; it sends people back to `/sign-in/oidc/back`"
    )
    oidc_client_secret: str = Field("", description="The secret that the issuer gave with it")
    oidc_name: str = Field("your organisation", description="The issuer on the button: Sign in with …")
    oidc_domains: str = Field(
        "", description="Mail domains whose people the issuer may let in, with commas; empty means all"
    )
    ping_url: AnyHttpUrl | Literal[""] = Field(
        "",
        description="Asked for after each tick while mail goes out, so that whoever is there notices when it ends",
    )
    metrics_token: str = Field(
        "", description="What Prometheus shows (as a bearer) to read `/metrics`; empty means that nobody can"
    )
    demo: bool = Field(
        default=False, description="Shows the mail page of the demo; never switch on in production"
    )

    @property
    def secure(self) -> bool:
        """Whether people reach the site by HTTPS, so that cookies may insist on it."""
        return self.public_url.scheme == "https"

    @property
    def fallback_keys(self) -> list[str]:
        """The signing keys from before, the newest first."""
        return [key.strip() for key in self.secret_key_fallbacks.split(",") if key.strip()]

    @property
    def signing_keys(self) -> list[str]:
        """Every key by which something that still holds may have been signed; the first signs anew."""
        return [self.secret_key, *self.fallback_keys]

    @property
    def allowed_domains(self) -> frozenset[str]:
        """The mail domains whose people the issuer may let in; none means all."""
        return frozenset(filter(None, (domain.strip().lower() for domain in self.oidc_domains.split(","))))

    @property
    def mail_dir(self) -> Path:
        """The Maildir of the demo's SMTP server."""
        return self.instance / "mail"


def load_settings(**overrides: object) -> Settings:
    """The settings of this process, overrides first, then the environment, then `instance/settings.env`.

    What is left empty and can be made is made here: the SQLite address and the three keys.
    Raises SettingsError with one line for each wrong setting.
    """
    try:
        instance = Settings(**overrides).instance.resolve()  # type: ignore[arg-type]  # pydantic checks them
        settings = Settings(_env_file=instance / "settings.env", **overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(error))) from error
    return settings.model_copy(
        update={
            "instance": instance,
            "database_url": settings.database_url or f"sqlite:///{instance / 'fellowship.sqlite'}",
            "secret_key": settings.secret_key or _kept_secret(instance / "secret_key"),
            "secret_key_fallbacks": settings.secret_key_fallbacks or _kept_fallbacks(settings, instance),
            "survey_key": settings.survey_key or _kept_secret(instance / "survey_key"),
            "audit_key": settings.audit_key or _kept_secret(instance / "audit_key"),
        }
    )


def rotate_secret_key(settings: Settings) -> None:
    """Make a new signing key in the instance folder; the present one and those before it stay good.

    Raises SettingsError when the key comes from elsewhere.
    """
    path = settings.instance / "secret_key"
    if not path.is_file() or path.read_text() != settings.secret_key:
        raise SettingsError(
            "FELLOWSHIP_SECRET_KEY: it is not kept in the instance folder. Set a new one where it is set, "
            "and put the present one first in FELLOWSHIP_SECRET_KEY_FALLBACKS."
        )
    _write_secret(settings.instance / "secret_key_fallbacks", ",".join(settings.signing_keys))
    _write_secret(path, secrets.token_urlsafe(48))


def _write_secret(path: Path, text: str) -> None:
    """Replace the file as a whole, so that nobody reads half a key; its owner only can."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(text)
    new.replace(path)


def _kept_fallbacks(settings: Settings, instance: Path) -> str:
    """Those that rotation has kept; they belong to a key that is kept there too."""
    path = instance / "secret_key_fallbacks"
    return path.read_text() if path.is_file() and not settings.secret_key else ""


def _explain(error: ValidationError) -> list[str]:
    return [f"FELLOWSHIP_{'_'.join(map(str, item['loc'])).upper()}: {item['msg']}" for item in error.errors()]


def _kept_secret(path: Path) -> str:
    """The secret in the file, made at first use and readable by its owner only."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text()
    except OSError as error:
        raise SettingsError(
            f"FELLOWSHIP_INSTANCE: {path.parent} cannot be written ({error.strerror})"
        ) from error
