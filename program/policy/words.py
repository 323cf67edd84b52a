"""What each permission lets somebody do, for people to read."""

from program.access import Permission

MEANING: dict[Permission, str] = {
    Permission.PUBLIC: "Open to everybody, signed in or not",
    Permission.SIGNED_IN: "One's own account: name, sign-in, what is held about one",
    Permission.FELLOW_HOME: "The fellow's home and list of reports",
    Permission.MENTOR_HOME: "The mentor's home",
    Permission.MANAGER_HOME: "The research manager's home",
    Permission.STAFF_HOME: "The staff's home: what is late, where to look",
    Permission.ANALYST_HOME: "The analyst's home: counts, without names",
    Permission.REPORT_READ: "Read a submitted report with its answers",
    Permission.REPORT_WRITE: "Write and submit a report",
    Permission.REVIEW_WRITE: "Accept a report or return it",
    Permission.ASK_ANSWER: "Answer an ask",
    Permission.COHORT_READ: "See a cohort, its board and its fellows' names",
    Permission.SURVEY_ANSWER: "Answer a survey; nobody else ever sees what is answered",
    Permission.SURVEY_RUN: "Open and close a survey's waves, see who has answered, never what",
    Permission.RELEASE_READ: "Read the released summary of a survey",
    Permission.NOTICE_READ: "See which messages went to whom",
    Permission.PERSON_READ: "See the accounts of people",
    Permission.PERSON_INVITE: "Invite people",
    Permission.PERSON_CHANGE: "Change people's roles, disable and enable them",
    Permission.PERSON_LOOK_AS: "Look at the site as another person sees it, read-only",
    Permission.PERSON_ERASE: "Erase a person",
    Permission.AUDIT_READ: "Read and export the record of what was done",
    Permission.POLICY_READ: "Read this page",
    Permission.RETENTION_READ: "See what is deleted when",
}
