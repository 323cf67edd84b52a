"""How a line of a log is made: JSON where people are served, words on a developer's machine."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

from structlog import contextvars, dev, processors, stdlib

from program.logs.redaction import hush, on_one_line, tell_fault

FIELDS = {
    "account": "the number of whoever is signed in",
    "anchor": "where the record of what was done ended, for `fellowship audit verify --since`",
    "bell": "the task that was to be rung for",
    "done": "how much a task did",
    "error": "what another part of the programme answered",
    "method": "of the request",
    "ms": "how long it took, in milliseconds",
    "notice": "the number of a message",
    "request_id": "the same on every line of a request and of the tasks that it rang for",
    "route": "the address as the programme knows it, without what people put into it",
    "rule": "the name of what deletes what is old",
    "status": "of the answer",
    "task": "its name",
}
"""All that a line may hold beside its time, level, logger, words and fault. What is not here is left out."""
QUIET = ("celery.worker.strategy", "celery.app.trace", "alembic", "urllib3", "httpx")
"""Loggers that say at every step what our own lines say once."""

Line = MutableMapping[str, Any]


def configure_logs(*, as_json: bool) -> None:
    """Write what is logged to the standard error, a line each, unless somebody has decided otherwise before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(make_formatter(as_json=as_json))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def make_formatter(*, as_json: bool) -> logging.Formatter:
    """What makes a line of a record, whichever library it comes from."""
    return stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            contextvars.merge_contextvars,
            stdlib.add_log_level,
            stdlib.add_logger_name,
            stdlib.ExtraAdder(allow=FIELDS),
            _keep_words_of_faults,
        ],
        processors=[
            stdlib.ProcessorFormatter.remove_processors_meta,
            processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _redact,
            processors.JSONRenderer() if as_json else _in_words(),
        ],
    )


def _keep_words_of_faults(_logger: Any, _method: str, line: Line) -> Line:
    """Where a fault is logged, the arguments of the message are often the fault's own words, or an address."""
    if line.get("exc_info"):
        line["event"] = str(line["_record"].msg)
    return line


def _redact(_logger: Any, _method: str, line: Line) -> Line:
    fault = line.pop("exc_info", None)
    line.pop("stack_info", None)
    told = {
        name: on_one_line(hush(value)) if isinstance(value, str) else value for name, value in line.items()
    }
    if fault and fault[1] is not None:
        told["exception"] = tell_fault(fault[1])
    return told


def _in_words() -> dev.ConsoleRenderer:
    return dev.ConsoleRenderer(colors=False, timestamp_key="at", pad_event_to=0)
