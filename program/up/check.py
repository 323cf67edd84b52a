"""Placeholder while the pages are written."""


def run_check() -> None:
    """Run."""
