"""How PostgreSQL means to find the rows: whether a statement reads a large table from end to end."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, text

LARGE = 5_000
"""Rows. What has fewer is read whole sooner than by an index."""
Plan = Mapping[str, Any]


def large_tables(connection: Connection) -> set[str]:
    """The tables with so many rows, as the planner knows them."""
    query = text("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= :large")
    return set(connection.scalars(query, {"large": LARGE}))


def plan_of(connection: Connection, statement: str, values: Any) -> Plan:
    """What the planner would do with these values."""
    [found] = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalars()
    return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def whole_reads(plan: Plan, *, large: Iterable[str]) -> list[str]:
    """The large tables that the plan reads from end to end, with what it looks for there."""
    names = set(large)
    return sorted(
        f"{node['Relation Name']}: {node.get('Filter', 'everything')}"
        for node in _nodes(plan)
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in names
    )


def _nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)
