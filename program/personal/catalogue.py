"""What every column of every table is to a person: whose the row is, what they take home, what erasing is to do.

Data, not code: what a download may hold and an erasure must reach. A test refuses a column it does not know.
"""

from program.personal.holdings import Erasing, Holding, Part
from program.personal.of_evaluations import OF_EVALUATIONS
from program.personal.of_messages import OF_MESSAGES
from program.personal.of_reports import OF_FELLOWSHIP, OF_REPORTS
from program.personal.of_ways_in import OF_WAYS_IN
from program.personal.sheets import OF_IMPORTS

DELETE = Erasing.DELETE

CATALOGUE = {
    "account": Holding(
        "id",
        title="Your account",
        shown="id name email time_zone created_at joined_at disabled_at home second_factors pace paced_at"
        " wakes_at sleeps_at weekends muted",
        replaced="name email folded",
        inner="folded",
    ),
    "account_role": Holding(
        "account_id", DELETE, title="Your roles", shown="role", inner="account_id folded"
    ),
    "answer": Holding(withheld="response_key", inner="question_id position organisation_id option number"),
    "assignment": Holding(
        f"{OF_FELLOWSHIP} mentor_id.account_id",
        title="Who mentors whom",
        shown="mentor_id kind starts_on ends_on",
        inner="id fellowship_id",
    ),
    "audit_event": Holding(
        "actor_id",
        title="What you did here",
        shown="at tag subject_kind subject_id address before after",
        withheld="details previous seal",
        blanked="address before after",
        inner="id actor_id sequence redacted_for",
        also=(
            Part(
                "audit_event_about",
                "What others did here that was about you",
                "subject_id",
                "at tag before after",
                only=("subject_kind", "account"),
            ),
        ),
    ),
    "audit_head": Holding(withheld="since_seal seal mac", inner="id since count"),
    "cohort": Holding(
        inner="id name time_zone starts_on ends_on state anywhere_on_earth review_days grace_hours very_late_days"
    ),
    "cohort_break": Holding(inner="id cohort_id name starts_on ends_on effect"),
    "concern": Holding(
        "raised_by_id",
        title="Concerns you raised",
        shown="id report_id raised_at state",
        withheld="once",
        inner="fellowship_id raised_by_id owed_at",
    ),
    "concern_message": Holding(
        "author_id",
        title="What you wrote about concerns",
        shown="concern_id text step created_at",
        withheld="once",
        inner="id author_id",
    ),
    "concern_staff": Holding(
        "account_id",
        title="Concerns that were put to you",
        shown="concern_id named_at",
        inner="account_id named_by_id",
    ),
    "deadline": Holding(
        OF_FELLOWSHIP,
        title="Other deadlines that you were given",
        shown="period_id due_at excused reason at",
        replaced="reason",
        inner="id fellowship_id by_id",
    ),
    "engagement": Holding(
        "mentor_id.account_id",
        title="Your part in cohorts",
        shown="cohort_id track_id stage stage_since seats_min seats_wanted seats_granted",
        withheld="next_step",
        replaced="next_step",
        inner="id mentor_id next_step_on next_step_due_at owner_id",
    ),
    "engagement_step": Holding(
        "engagement_id.mentor_id.account_id",
        title="How your part in cohorts came about",
        shown="engagement_id from_stage to_stage at",
        withheld="reason",
        replaced="reason",
        inner="id by_id",
    ),
    "fellow_leave": Holding(
        OF_FELLOWSHIP,
        title="Your leaves",
        shown="starts_on ends_on reason",
        replaced="reason",
        inner="id fellowship_id",
    ),
    "fellowship": Holding(
        "account_id",
        title="Your fellowships",
        shown="id cohort_id track_id second_track_id track_weight project stage starts_on ends_on",
        replaced="project folded",
        inner="account_id research_manager_id folded",
    ),
    "fellowship_step": Holding(
        OF_FELLOWSHIP,
        title="The stages of your fellowships",
        shown="fellowship_id from_stage to_stage at",
        withheld="reason",
        replaced="reason",
        inner="id by_id",
    ),
    "handover": Holding(
        OF_FELLOWSHIP,
        title="Who was your research manager until when",
        shown="fellowship_id day",
        withheld="note",
        replaced="note",
        inner="id from_id to_id by_id at",
    ),
    "heartbeat": Holding(inner="name at"),
    "invitation": Holding(
        "account_id",
        DELETE,
        title="How you were invited",
        shown="cohort_id state sent_at expires_at sent_count",
        withheld="nonce token_hash",
        inner="id account_id invited_by_id",
    ),
    "mentor": Holding(
        "account_id",
        title="Your entry in the mentor pool",
        shown="id name email organisation_id expertise links",
        withheld="notes",
        replaced="name folded email expertise links notes",
        inner="account_id folded",
    ),
    "mentor_absence": Holding(
        "mentor_id.account_id",
        DELETE,
        title="When you were away",
        shown="starts_on ends_on reason",
        inner="id mentor_id",
    ),
    "organisation": Holding(inner="id name folded sector provisional merged_into_id"),
    "organisation_alias": Holding(inner="id organisation_id name folded"),
    "organisation_merge": Holding(inner="id source_id target_id moved_children at by_id undone_at"),
    "participation": Holding(
        OF_FELLOWSHIP,
        title="Surveys you were asked",
        shown="wave_id group_name answered",
        inner="id fellowship_id",
    ),
    "phase": Holding(inner="id cohort_id name starts_on ends_on cadence_weeks weekday due_time authorship"),
    "question": Holding(inner="id questionnaire_id position key kind prompt help purpose options"),
    "questionnaire": Holding(inner="id survey_id version"),
    "release": Holding(inner="id wave_id version content digest published_at"),
    "response": Holding(withheld="key pseudonym", inner="wave_id group_name"),
    "retention_run": Holding(inner="id night rule at rows fault"),
    "summary_job": Holding(
        inner="id wave_id state steps_done steps_total attempts lease_until last_error created_at finished_at",
        withheld="lease_token",
    ),
    "search_part": Holding(inner="kind subject_id part"),
    "survey": Holding(inner="id cohort_id name mode"),
    "track": Holding(inner="id cohort_id position name target_min target_aim target_max"),
    "track_group": Holding(inner="id cohort_id name target_min target_aim target_max"),
    "track_group_member": Holding(inner="group_id track_id"),
    "wave": Holding(inner="id survey_id questionnaire_id kind state opens_at closes_at closed_at"),
    **OF_REPORTS,
    **OF_WAYS_IN,
    **OF_EVALUATIONS,
    **OF_MESSAGES,
    **OF_IMPORTS,
}
