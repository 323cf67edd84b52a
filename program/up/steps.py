"""What the launcher says: a line for each step, and one screen when all is up."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

TRY_FIRST = (
    "As the fellow, write the report that is due and send it to the mentor.",
    "As the mentor, find it in the queue, answer what it asks, and accept it or return it.",
    "As staff, see who owes what, close the midpoint survey and read its summary.",
    "Read the mail that all this sent: {address}/demo/mail",
)


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say what is being done, and when it is done how many seconds it took."""
    click.echo(f"  {words} ... ", nl=False)
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        click.echo("")
        raise
    click.echo(f"{time.monotonic() - begun:.1f} s")


def demo_screen(address: str, people: Sequence[tuple[str, str, str]]) -> str:
    """Return the screen of the demo; people are (role, name, sign-in link)."""
    wide = max((len(f"{role.capitalize()}, {name}") for role, name, _ in people), default=0)
    signing_in = [f"    {f'{role.capitalize()}, {name}':<{wide}}  {link}" for role, name, link in people]
    trying = [
        f"    {number}. {words.format(address=address)}" for number, words in enumerate(TRY_FIRST, start=1)
    ]
    return "\n".join(
        [
            "",
            f"The programme is at {address}",
            "",
            "  Sign in as (each link works once, for ten minutes; a private window holds a second person)",
            *signing_in,
            "",
            "  Try first",
            *trying,
            "",
            "Ctrl-C stops everything. What you do is kept; `--reset` begins anew.",
        ]
    )


def up_screen(address: str, *, logs: Path, empty: bool) -> str:
    """Return the screen of a real programme; an empty one is told how to get its first account."""
    first = (
        ["  Nobody can sign in yet: make the first account with `fellowship create-admin`."] if empty else []
    )
    lines = [
        "",
        f"The programme is at {address}",
        *first,
        f"  Logs are in {logs}",
        "",
        "Ctrl-C stops everything.",
    ]
    return "\n".join(lines)
