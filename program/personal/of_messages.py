"""What the tables of messages are to a person: the part of the catalogue that is about mail and alerts."""

from program.personal.holdings import Erasing, Holding

DELETE = Erasing.DELETE

OF_MESSAGES = {
    "alert": Holding(
        withheld="dedupe_key lease_token",
        inner="id channel_id kind since until count state created_at not_before attempts lease_until",
    ),
    "alert_channel": Holding(withheld="address", inner="id name host is_on created_at tried_at last_error"),
    "announcement": Holding(
        "author_id",
        title="What you wrote to groups of a cohort",
        shown="id cohort_id subject text saved_at sent_at recipients",
        inner="author_id leads_to parts track_ids manager_id owes kinds version",
    ),
    "cohort_ladder": Holding(inner="id cohort_id kind rungs end_days version"),
    "domain_pace": Holding(inner="domain minute used later queued slow_until slow_seconds"),
    "notice": Holding(
        "account_id",
        DELETE,
        title="Mails to you",
        shown="kind due_at state created_at sent_at",
        withheld="dedupe_key lease_token",
        inner="id message_id account_id owner_id carrier_id subject_kind subject_id rung rung_at"
        " not_before tried_since lease_until handoff_at failed_at attempts doubts last_error",
    ),
    "relay_state": Holding(inner="id failures opened_at probe_at wait_seconds"),
    "suppressed_address": Holding(
        "account_id",
        DELETE,
        title="Addresses of yours that take no mail",
        shown="address why status at",
        inner="id account_id notice_id",
    ),
    "taken_return": Holding(withheld="signature", inner="expires_at"),
}
