"""What people write one to a line, with or without the sign of a list before it. Pure."""

import re

BULLET = re.compile(r"^(?:[-*+•]|\d{1,2}[.)])\s+")


def read_lines(text: str) -> list[str]:
    """The lines in which something stands, each once, in their order, without the sign of a list."""
    lines = (BULLET.sub("", line.strip(), count=1) for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line.strip("-*+• ")))
