"""The catalogue of personal data knows every column there is, and shows nobody a secret."""

import pytest
from sqlalchemy import MetaData

from program.extensions import db
from program.personal.catalogue import CATALOGUE
from program.personal.holdings import Holding

pytestmark = pytest.mark.usefixtures("app")

SECRET_WORDS = (
    "token",
    "hash",
    "secret",
    "nonce",
    "seal",
    "mac",
    "handle",
    "public_key",
    "pseudonym",
    "challenge",
)


def tables_of(metadata: MetaData) -> dict[str, list[str]]:
    """Every table with the names of its columns."""
    return {table.name: [column.name for column in table.columns] for table in metadata.tables.values()}


def name_gaps(known: dict[str, Holding], tables: dict[str, list[str]]) -> list[str]:
    """Every `table.column` that is unknown, gone, or classified more than once."""
    gaps = []
    for table in sorted(known.keys() | tables.keys()):
        said = known[table].columns() if table in known else []
        there = tables.get(table, [])
        gaps += [
            f"{table}.{column}"
            for column in sorted({*said, *there})
            if (said.count(column), there.count(column)) != (1, 1)
        ]
    return gaps


def leads_to_an_account(table: str, holding: Holding) -> bool:
    """Whether each path of the row, column by column, ends at an account."""
    ends = set()
    for path in holding.whose.split():
        at = db.metadata.tables[table]
        for name in path.split("."):
            keys = list(at.columns[name].foreign_keys)
            at = keys[0].column.table if keys else at
        ends.add(at.name)
    return ends == {"account"}


def test_what_is_shown_has_a_title() -> None:
    assert {table for table, row in CATALOGUE.items() if bool(row.shown) != bool(row.title)} == set()


def test_every_column_of_every_table_is_classified_once() -> None:
    assert name_gaps(CATALOGUE, tables_of(db.metadata)) == []


def test_a_table_and_a_column_that_nobody_classified_are_caught() -> None:
    planted = tables_of(db.metadata) | {"diary": ["id", "entry"]}
    planted["mentor"] = [*planted["mentor"], "telephone"]
    assert name_gaps(CATALOGUE, planted) == ["diary.entry", "diary.id", "mentor.telephone"]


def test_a_column_that_is_gone_or_classified_twice_is_caught() -> None:
    known = {"mentor": Holding("account_id", shown="id name name", inner="account_id fax")}
    assert name_gaps(known, {"mentor": ["id", "name", "account_id"]}) == ["mentor.fax", "mentor.name"]


def test_every_row_that_is_somebodys_leads_to_their_account() -> None:
    assert [
        table
        for table, holding in CATALOGUE.items()
        if holding.whose and not leads_to_an_account(table, holding)
    ] == []


def test_a_row_that_is_nobodys_is_neither_shown_nor_erased() -> None:
    nobodys = [holding for holding in CATALOGUE.values() if not holding.whose]
    assert [
        holding
        for holding in nobodys
        if holding.shown or holding.replaced or holding.blanked or holding.erasing != "keep"
    ] == []


def test_no_secret_is_shown() -> None:
    shown = [
        f"{table}.{column}"
        for table, holding in CATALOGUE.items()
        for columns in (holding.shown, *(part.shown for part in holding.also))
        for column in columns.split()
    ]
    assert [name for name in shown if any(word in name.split(".")[1] for word in SECRET_WORDS)] == []


def test_what_is_replaced_or_blanked_is_a_column_that_is_there() -> None:
    changed = [
        (table, column)
        for table, row in CATALOGUE.items()
        for column in f"{row.replaced} {row.blanked}".split()
    ]
    assert [pair for pair in changed if pair[1] not in db.metadata.tables[pair[0]].columns] == []
