"""What mails are to a person: the part of the catalogue that is about what was sent to them, and what they wrote."""

from program.personal.holdings import Erasing, Holding

OF_MESSAGES = {
    "announcement": Holding(
        "author_id",
        title="What you wrote to groups of a cohort",
        shown="id cohort_id subject text saved_at sent_at recipients",
        inner="author_id leads_to parts track_ids manager_id owes kinds version",
    ),
    "notice": Holding(
        "account_id",
        Erasing.DELETE,
        title="Mails to you",
        shown="kind due_at state created_at sent_at",
        withheld="dedupe_key lease_token",
        inner="id message_id account_id subject_kind subject_id rung"
        " not_before lease_until handoff_at attempts doubts last_error",
    ),
}
