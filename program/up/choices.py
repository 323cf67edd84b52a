"""Settings that the launcher decides, for the demo and for a real programme on one machine."""

from pathlib import Path

import click
from pydantic import ValidationError

from program.config import Settings, SettingsError, load_settings
from program.up.instance import DEMO_DATABASE
from program.up.ports import HOST, free_port


def configured(**overrides: object) -> Settings:
    """Return the settings as they are given; wrong ones are the launcher's error."""
    try:
        return load_settings(**overrides)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def instance_folder(given: Path | None) -> Path:
    """Return the folder that is asked for, else the configured one; makes nothing in it."""
    try:
        return (given or Settings().instance).resolve()
    except ValidationError:
        return configured().instance  # raises, with a line for each wrong setting


def demo_settings(instance: Path, *, port: int, redis_url: str) -> Settings:
    """Return settings that nothing of a real programme can get into: its own database, its own mail."""
    return configured(
        instance=instance,
        database_url=f"sqlite:///{instance / DEMO_DATABASE}",
        redis_url=redis_url,
        public_url=f"http://{HOST}:{port}",
        smtp_host=HOST,
        smtp_port=free_port(),
        smtp_user="",
        smtp_password="",
        smtp_security="none",
        trusted_proxies=0,
        require_second_factor=False,
        demo=True,
    )


def up_settings(instance: Path, *, port: int, redis_url: str) -> Settings:
    """Return the configured settings with what was started here; links go to this machine unless told."""
    settings = configured(instance=instance, redis_url=redis_url, demo=False)
    if "public_url" in settings.model_fields_set:
        return settings
    return configured(instance=instance, redis_url=redis_url, demo=False, public_url=f"http://{HOST}:{port}")
