"""What can be imported: the kinds of sheets, their columns, and the words people use for them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from program.fellows.models import AssignmentKind, FellowshipStage
from program.imports.values import Reader, address, choice, count, day, line, per_cent, plain, text
from program.mentors.models import EngagementStage

E, F, A = EngagementStage, FellowshipStage, AssignmentKind


class ImportKind(StrEnum):
    """What the rows of a sheet are."""

    MENTORS = "mentors"
    ENGAGEMENTS = "engagements"
    FELLOWS = "fellows"
    ASSIGNMENTS = "assignments"


@dataclass(frozen=True, slots=True)
class Column:
    """One column that a kind knows. `names` are what sheets call it, as they are compared."""

    key: str
    label: str
    reads: Reader
    names: tuple[str, ...]


def _words(known: Mapping[StrEnum, str]) -> dict[str, StrEnum]:
    """Each of the words by which one member is called, and its own."""
    return {
        plain(word): member for member, words in known.items() for word in (member.value, *words.split(";"))
    }


_ENGAGEMENT_WORDS: dict[StrEnum, str] = {
    E.IDENTIFIED: "idea;long list;longlist;to contact;prospect;not contacted;potential",
    E.CONTACTED: "emailed;e-mailed;reached out;invited;asked;mail sent;awaiting reply",
    E.INTERESTED: "maybe;in conversation;in talks;warm;tentative",
    E.CONFIRMED: "yes;agreed;accepted;signed;on board",
    E.DECLINED: "no;said no;not interested;rejected;turned down",
    E.WITHDRAWN: "withdrew;dropped out;pulled out",
}
_FELLOW_WORDS: dict[StrEnum, str] = {
    F.APPLIED: "applicant;submitted;received;application received;new;in review;under review",
    F.SHORTLISTED: "shortlist;short list;short-listed;interview;interviewed;stage 2",
    F.OFFERED: "offer;offer made;offer sent;offered a place",
    F.ACCEPTED: "accept;accepted offer;offer accepted;yes;confirmed",
    F.ACTIVE: "current;enrolled;in programme;ongoing;started",
    F.COMPLETED: "complete;finished;alumnus;alumna;graduated;done",
    F.DECLINED: "decline;rejected;reject;no;unsuccessful;not selected;offer declined",
    F.WAITLISTED: "waitlist;wait list;waiting list;wait-listed;reserve",
    F.WITHDRAWN: "withdrew;dropped out;withdraw",
    F.DEFERRED: "defer;postponed;deferred to next cohort",
}
_ASSIGNMENT_WORDS: dict[StrEnum, str] = {
    A.PRIMARY: "main;lead;first;primary mentor;main mentor;lead mentor",
    A.CO: "co-mentor;comentor;second;secondary;co mentor",
}

_NAME = "name;full name;your name;preferred name;nom;name of mentor;mentor name;fellow name;applicant;applicant name"
_FIRST = "first name;given name;forename;first names;prenom;vorname"
_LAST = "last name;surname;family name;nachname"
_ADDRESS = (
    "email;e mail;email address;e mail address;mail;mail address;contact email;username;mailadresse;e post"
)
_TRACK = (
    "track;tracks;research track;research tracks;stream;streams;"
    "research area;theme;first choice;first choice track;track preference;programme"
)
_STAGE = "stage;status;state;funnel;funnel stage"
_REASON = "reason;why;reason for decision"


def _column(key: str, label: str, reads: Reader, names: str) -> Column:
    return Column(key, label, reads, tuple(plain(name) for name in (label, *names.split(";"))))


_PERSON = (
    _column("name", "Name", line(120), _NAME),
    _column("first_name", "First name", line(120), _FIRST),
    _column("last_name", "Last name", line(120), _LAST),
    _column("email", "Address", address, _ADDRESS),
)
_ENGAGEMENT = (
    _column("track", "Track", line(80), _TRACK),
    _column("stage", "Stage", choice(_words(_ENGAGEMENT_WORDS), EngagementStage), _STAGE),
    _column(
        "seats_min",
        "Seats, at least",
        count,
        "min seats;minimum seats;min places;places min;min fellows;at least;seats min",
    ),
    _column(
        "seats_wanted",
        "Seats wanted",
        count,
        "seats;places;places wanted;capacity;how many fellows;number of fellows;fellows wanted;max fellows",
    ),
    _column("seats_granted", "Seats granted", count, "granted;places granted;seats given;allocated"),
    _column("next_step", "Next step", line(200), "next action;follow up;to do"),
    _column(
        "next_step_on",
        "Next step on",
        day,
        "next step date;follow up date;follow up by;follow up on;by when;due;next step by",
    ),
    _column("reason", "Reason", line(500), _REASON),
)

COLUMNS: dict[ImportKind, Sequence[Column]] = {
    ImportKind.MENTORS: (
        *_PERSON,
        _column(
            "organisation",
            "Organisation",
            line(120),
            "organization;affiliation;employer;institution;company;org;workplace;where do you work",
        ),
        _column(
            "expertise",
            "Expertise",
            text(20_000),
            "research interests;areas of expertise;topics;expertise in",
        ),
        _column(
            "links", "Links", text(20_000), "website;url;homepage;google scholar;linkedin;profile;web page"
        ),
        _column("notes", "Notes", text(20_000), "comments;remarks;internal notes;comment"),
        *_ENGAGEMENT,
    ),
    ImportKind.ENGAGEMENTS: (
        _column("name", "Mentor", line(120), f"{_NAME};mentor"),
        _column("email", "Mentor's address", address, f"{_ADDRESS};mentor email;mentor address"),
        *_ENGAGEMENT,
    ),
    ImportKind.FELLOWS: (
        *_PERSON,
        _column("track", "Track", line(80), _TRACK),
        _column("second_track", "Second track", line(80), "other track"),
        _column(
            "track_weight",
            "Share of the first track",
            per_cent,
            "weight;track weight;share;first track weight",
        ),
        _column(
            "stage",
            "Stage",
            choice(_words(_FELLOW_WORDS), FellowshipStage),
            f"{_STAGE};outcome;decision;result;application status",
        ),
        _column("project", "Project", line(200), "project title;proposal;title;research project;topic"),
        _column("starts_on", "First day", day, "start;start date;starts on;from;begin;begins"),
        _column("ends_on", "Last day", day, "end;end date;ends on;until;to"),
        _column("manager", "Research manager", line(254), "rm;manager;coach;rm email"),
        _column("reason", "Reason", line(500), _REASON),
    ),
    ImportKind.ASSIGNMENTS: (
        _column("fellow", "Fellow", line(120), "fellow name;student;scholar;participant;mentee"),
        _column(
            "fellow_email",
            "Fellow's address",
            address,
            "fellow email;fellow e mail;student email;mentee email",
        ),
        _column("mentor", "Mentor", line(120), "mentor name;supervisor;advisor;adviser"),
        _column("mentor_email", "Mentor's address", address, "mentor email;mentor e mail;supervisor email"),
        _column(
            "kind",
            "Primary or co-mentor",
            choice(_words(_ASSIGNMENT_WORDS), AssignmentKind),
            "kind;role;type;primary or co",
        ),
        _column("starts_on", "First day", day, "start;start date;starts on;from;since"),
        _column("ends_on", "Last day", day, "end;end date;ends on;until;to"),
    ),
}

WANTED: dict[ImportKind, Sequence[Sequence[str]]] = {
    ImportKind.MENTORS: (("name", "last_name"),),
    ImportKind.ENGAGEMENTS: (
        ("email", "name"),
        ("track", "stage", "seats_min", "seats_wanted", "seats_granted", "next_step"),
    ),
    ImportKind.FELLOWS: (("email",),),
    ImportKind.ASSIGNMENTS: (("fellow_email", "fellow"), ("mentor_email", "mentor")),
}
"""Of each group a sheet has to have one column at least."""

DAYS = frozenset({"starts_on", "ends_on", "next_step_on"})
"""The columns that hold days."""


def label_of(kind: ImportKind, key: str) -> str:
    """What people call a column."""
    return next(column.label for column in COLUMNS[kind] if column.key == key)


def missing_columns(kind: ImportKind, mapping: Mapping[str, int]) -> list[str]:
    """What a sheet with these columns lacks, in words: "Name or Last name"."""
    return [
        " or ".join(label_of(kind, key) for key in group)
        for group in WANTED[kind]
        if not any(key in mapping for key in group)
    ]
