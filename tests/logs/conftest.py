"""What is logged, as the lines that a process would write."""

import json
import logging
from io import StringIO

import pytest

from program.logs.lines import make_formatter


class Written:
    """A log, read back."""

    def __init__(self):
        self.stream = StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(make_formatter(as_json=True))

    @property
    def text(self):
        return self.stream.getvalue()

    @property
    def lines(self):
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, event):
        return [line for line in self.lines if line["event"] == event]


@pytest.fixture
def written():
    """Everything that is logged, whatever its level, as JSON."""
    log, root = Written(), logging.getLogger()
    level = root.level
    root.addHandler(log.handler)
    root.setLevel(logging.DEBUG)
    yield log
    root.removeHandler(log.handler)
    root.setLevel(level)
