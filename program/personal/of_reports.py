"""What the tables of reports are to a person: what is written in them, and what is written about that."""

from program.personal.holdings import Erasing, Holding, Part

OF_FELLOWSHIP = "fellowship_id.account_id"
OF_REPORT = "report_id.fellowship_id.account_id"

OF_REPORTS = {
    # A zip holds the words and names of many: erasing anybody deletes them all, and they are made again.
    "bundle": Holding(
        inner="id cohort_id making_of state fellows_done fellows_total attempts lease_until last_error"
        " created_at finished_at created_by_id",
        withheld="lease_token",
    ),
    "bundle_part": Holding(
        OF_FELLOWSHIP, Erasing.DELETE, inner="id bundle_id fellowship_id folder paper written sheet"
    ),
    "ask": Holding(
        OF_REPORT,
        title="What you asked, and what was answered",
        shown="text created_at answer answered_at",
        inner="id report_id position answered_by_id",
        also=(Part("ask_answer", "What you answered to asks", "answered_by_id", "answer answered_at"),),
    ),
    "attachment": Holding(
        OF_REPORT,
        title="Files beside your reports",
        shown="id report_id name kind size created_at",
        replaced="name",
        inner="by_id sha256 content after_revision until_revision",
        also=(
            Part(
                "attachment_for_others",
                "Files that you attached to the reports of others",
                "by_id",
                "id report_id name kind size created_at",
            ),
        ),
    ),
    "authorship_override": Holding(
        OF_FELLOWSHIP,
        title="How your reports were to be written, where it was not as in your phase",
        shown="fellowship_id starts_on mode",
        withheld="reason",
        replaced="reason",
        inner="id by_id at",
    ),
    "mentor_view": Holding(
        "review_id.report_id.fellowship_id.account_id",
        withheld="signal line",
        replaced="line",
        inner="review_id",
        also=(
            Part(
                "mentor_view_given",
                "What you told staff with your reviews",
                "review_id.author_id",
                "signal line",
            ),
        ),
    ),
    "extension_request": Holding(
        OF_FELLOWSHIP,
        title="Later deadlines that you asked for",
        shown="period_id wanted_on reason state created_at word decided_at",
        replaced="reason word",
        inner="id fellowship_id decided_by_id owed_at",
    ),
    "plan_item": Holding(
        OF_REPORT,
        title="What you planned, and what became of it",
        shown="report_id text outcome",
        inner="id position",
    ),
    "report_comment": Holding(
        OF_REPORT,
        title="What was said beside your reports, between you and your research manager",
        shown="report_id section_key text at",
        inner="id author_id",
        also=(
            Part(
                "report_comment_for_others",
                "What you said beside the reports of others",
                "author_id",
                "report_id section_key text at",
            ),
        ),
    ),
    "report": Holding(
        OF_FELLOWSHIP,
        title="Your reports",
        shown="id period_id state saved_at first_submitted_at submitted_at decided_at owed_at",
        inner="fellowship_id template_id version revision_number handed_over_at",
    ),
    "report_period": Holding(
        OF_FELLOWSHIP,
        title="Reports that you alone were asked for",
        shown="kind called opens_at due_at",
        replaced="called",
        inner="id cohort_id phase_id number fellowship_id template_id",
    ),
    "report_template": Holding(inner="id name version published_at saves usual_since"),
    "report_text": Holding(OF_REPORT, inner="report_id words"),
    "review": Holding(
        f"{OF_REPORT} author_id",
        title="Reviews of your reports, and by you",
        shown="report_id verdict comment sections created_at",
        inner="id revision_id author_id",
    ),
    "review_draft": Holding(
        "author_id",
        Erasing.DELETE,
        title="Reviews that you have not sent",
        shown="report_id typed saved_at",
        inner="id author_id revision_number version",
    ),
    "revision": Holding(
        OF_REPORT,
        title="What you wrote in them",
        shown="report_id number body aside saved_at submitted_at words fellow_words",
        inner="id author_id",
        also=(
            Part(
                "revision_for_others",
                "What you wrote in the reports of others",
                "author_id",
                "report_id number body aside saved_at submitted_at",
            ),
        ),
    ),
    "template_section": Holding(
        inner="id template_id position key prompt help kind required guide_words audience"
    ),
}
