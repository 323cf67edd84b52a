"""What the tables of imports are to a person: the part of the catalogue that is about sheets."""

from program.personal.holdings import Erasing, Holding

DELETE = Erasing.DELETE

OF_IMPORTS = {
    "import_file": Holding(withheld="content samples", inner="id sheet heads_at heads mapping choices"),
    "import_mapping": Holding(inner="id kind signature mapping"),
    "import_row": Holding(
        "account_id",
        DELETE,
        title="What sheets said about you",
        shown="label address note",
        withheld="changes",
        inner="id import_id number verdict account_id errors options",
    ),
    "import_run": Holding(
        inner="id kind cohort_id name state counts digest moved rows_done rows_total attempts lease_until last_error"
        " created_at finished_at created_by_id confirmed_by_id",
        withheld="lease_token",
    ),
    "other_address": Holding(
        "account_id mentor_id.account_id",
        DELETE,
        title="Other addresses that sheets know you by",
        shown="address",
        inner="id account_id mentor_id",
    ),
}
