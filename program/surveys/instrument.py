"""The career-interest instrument that a programme starts with, as data."""

from typing import Any

from program.surveys.models import QuestionKind

CAREER_INTEREST = "Career interests"
PLACES = 3
QUESTIONS: tuple[dict[str, Any], ...] = (
    {
        "key": "organisations",
        "kind": QuestionKind.RANKING,
        "prompt": "Which organisations would you most like to work with after the fellowship?",
        "help": "Up to three, your first choice first.",
        "purpose": "To learn which introductions to arrange. It is not a list of where people should work.",
        "options": {"places": PLACES},
    },
    {
        "key": "next_step",
        "kind": QuestionKind.CHOICE,
        "prompt": "What would you most like to do next?",
        "help": "",
        "purpose": "To plan the help that the programme gives in its last weeks.",
        "options": {
            "continue": "Continue this research agenda",
            "join": "Join an organisation",
            "phd": "Start or continue a PhD",
            "found": "Start a new organisation",
            "independent": "Work independently",
            "government": "Work in government or policy",
            "undecided": "Undecided",
        },
    },
    {
        "key": "lab",
        "kind": QuestionKind.SCALE,
        "prompt": "How interested are you in working at a scaling lab?",
        "help": "",
        "purpose": "To see whether interest moves during the fellowship, and to say so honestly.",
        "options": {"low": "not at all", "high": "very much"},
    },
    {
        "key": "policy",
        "kind": QuestionKind.SCALE,
        "prompt": "How interested are you in government or policy work?",
        "help": "",
        "purpose": "To see whether interest moves during the fellowship, and to say so honestly.",
        "options": {"low": "not at all", "high": "very much"},
    },
)
