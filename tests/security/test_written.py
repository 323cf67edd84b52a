"""What is written down about security is so: the tables of SECURITY.md, and the rule of every input."""

import csv
import re
from pathlib import Path

from wtforms import StringField
from wtforms.fields.core import UnboundField
from wtforms.validators import DataRequired, InputRequired, Length

import program.app
from program.accounts.models import Account
from program.answering.forms import asks_form
from program.commenting.forms import comment_form
from program.config import Settings
from program.evaluations.forms import evaluation_form
from program.evaluations.wording import FIRST
from program.factors.passwords import JUDGED, LONGEST, SHORTEST
from program.fellows.models import Assignment, AssignmentKind, Fellowship, FellowshipStage
from program.forms import Form
from program.imports.forms import columns_form, who_form
from program.imports.kinds import ImportKind
from program.imports.models import ImportRow
from program.invitations.services import LIFE
from program.logs.lines import FIELDS
from program.reports.forms import report_form
from program.reports.models import (
    Ask,
    PlanItem,
    Report,
    ReportTemplate,
    SectionKind,
    TemplateSection,
)
from program.reviews.forms import review_form
from program.reviews.models import Verdict
from program.sign_in.models import Method
from program.sign_in.services import LINK_LIFE, STRONG
from program.succession.forms import withdrawal_form
from program.succession.queries import Share
from program.surveys.forms import wave_form
from program.surveys.models import Question, QuestionKind

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / ".github" / "SECURITY.md").read_text("utf-8")
INPUTS = Path(__file__).with_name("inputs.csv")
SECRET = re.compile(r"_(key|password|secret)$")
CONNECTS = re.compile(r"_(url|host|issuer)$")
assert program.app, "every form is there once the application is"


MADE = {
    "SectionsForm",
    "BesideForm",
    "QuestionsForm",
    "AnswersForm",
    "SuccessorsForm",
    "ColumnsForm",
    "WhoForm",
    "DimensionsForm",
    "AsksForm",
}
"""Forms that are made from what stands in the database or a file: one of each kind is made here."""


def rows(heading, page=PAGE):
    """The cells of the table under a heading."""
    text = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return lines[1:]


def test_the_fields_of_a_line_of_the_logs_are_those_that_are_written():
    assert rows("Logs") == [[f"`{name}`", meaning] for name, meaning in FIELDS.items()]


def unnamed(pattern, column):
    """The settings of a kind that no row of a table names."""
    names = [f"FELLOWSHIP_{name.upper()}" for name in Settings.model_fields if pattern.search(name)]
    return [name for name in names if name not in column]


def test_every_secret_among_the_settings_is_written_with_what_it_does():
    assert unnamed(SECRET, " ".join(row[0] for row in rows("Keys and what they do"))) == []
    assert unnamed(SECRET, "FELLOWSHIP_SECRET_KEY")[:1] == ["FELLOWSHIP_SURVEY_KEY"], (
        "one that is missing shows"
    )


def test_everything_that_is_connected_to_is_written():
    assert unnamed(CONNECTS, " ".join(row[3] for row in rows("What talks to what"))) == []
    assert "FELLOWSHIP_REDIS_URL" in unnamed(CONNECTS, "FELLOWSHIP_DATABASE_URL")


def test_every_way_in_is_written_with_the_factors_that_it_shows():
    written = {row[0].split()[-1 if "link" in row[0] else 0].lower(): row[1][0] for row in rows("Ways in")}
    names = {
        "link": Method.LINK,
        "passkey": Method.PASSKEY,
        "password": Method.PASSWORD,
        "openid": Method.OIDC,
    }
    assert written.keys() == names.keys() | {"invitation"}
    assert {*names.values()} == {*Method}
    for name, method in names.items():
        assert written[name] == ("2" if method in STRONG else "1"), name


def test_the_figures_are_those_of_the_code():
    minutes, days = int(LINK_LIFE.total_seconds() / 60), LIFE.days
    assert (minutes, days) == (10, 14)
    assert f"{minutes} minutes, once" in PAGE
    assert f"{days} days, once" in PAGE
    assert f"argon2id, {SHORTEST} to {LONGEST} characters" in PAGE
    assert f"the first {JUDGED} characters" in PAGE
    default = {name: field.default for name, field in Settings.model_fields.items()}
    assert f"lasts {default['session_days']} days, and {default['session_idle_days']} without use" in PAGE


def all_forms(base=Form):
    """Every kind of form there is, and one with a section of each kind."""
    for kind in base.__subclasses__():
        if kind.__module__.startswith("program.") and kind.__name__ not in MADE:
            yield kind
            yield from all_forms(kind)


def sections_form():
    sections = [
        TemplateSection(key=k.value, prompt=k.value, kind=k, required=True, help="") for k in SectionKind
    ]
    return report_form(sections, complete=True, items=[PlanItem(id=1, text="Run it.")])


def beside_form():
    return comment_form([TemplateSection(key="text", prompt="text")])


def questions_form():
    options = {QuestionKind.RANKING: {"places": 1}, QuestionKind.CHOICE: {"a": "A"}, QuestionKind.SCALE: {}}
    return wave_form(
        [Question(key=k.value, prompt=k.value, kind=k, options=options[k]) for k in QuestionKind], []
    )


def answers_form():
    template = ReportTemplate(sections=[])
    return review_form(Report(template=template), [Ask(id=1)], verdict=Verdict.RETURN)


def successors_form():
    place = Fellowship(
        id=1, account=Account(name="Ada", email="ada@people.example"), stage=FellowshipStage.ACTIVE
    )
    led = Assignment(fellowship=place, fellowship_id=1, kind=AssignmentKind.PRIMARY)
    return withdrawal_form([Share(led, 0, 0, [])])


def dimensions_form():
    return evaluation_form(FIRST[:1], [])


def forms_of_imports():
    row = ImportRow(number=2, label="Ada Marsh", options=[["other", "Somebody else"]])
    return [columns_form(ImportKind.ASSIGNMENTS, ["Fellow"], []), who_form([row])]


def inputs_of(form):
    """What each field of a form takes: kind, whether it must be filled, and its most characters."""
    for name in dir(form):
        field = getattr(form, name, None)
        if isinstance(field, UnboundField):
            rules = field.kwargs.get("validators", ())
            required = any(isinstance(rule, DataRequired | InputRequired) for rule in rules)
            most = max((rule.max for rule in rules if isinstance(rule, Length)), default="")
            yield form.__name__, name, field.field_class.__name__, "yes" if required else "", str(most)


def found_inputs():
    forms = [
        *all_forms(),
        sections_form(),
        beside_form(),
        questions_form(),
        answers_form(),
        asks_form([Ask(id=1)]),
        successors_form(),
        dimensions_form(),
        *forms_of_imports(),
    ]
    return {inputs for form in forms for inputs in inputs_of(form)}


def written_inputs():
    with INPUTS.open(newline="", encoding="utf-8") as file:
        return [(tuple(list(line.values())[:5]), line["rule"]) for line in csv.DictReader(file)]


def test_the_rule_of_every_input_is_written(tally):
    written = written_inputs()
    assert {facts for facts, _rule in written} == found_inputs()
    assert [facts for facts, rule in written if not rule] == []
    tally("inputs whose rules are written", len(written))


def test_an_input_that_is_not_written_shows():
    class Planted(Form):
        surprise = StringField("Surprise")

    assert not {*inputs_of(Planted)} <= {facts for facts, _rule in written_inputs()}


WRITTEN = {
    "V6.4.4": ("Ways in", "Who lost a device"),
    "V7.1.2": ("Sessions", "any number of sessions"),
    "V7.1.3": ("Sessions", "an OpenID Connect issuer"),
    "V7.6.1": ("Sessions", "signing out there does not here"),
    "V8.1.2": ("Who sees which field", "the text of a draft"),
    "V14.1.2": ("Data, and what each kind needs", "in logs"),
    "V15.1.1": ("Telling us of a hole", "within 7 days"),
    "V15.1.3": ("What costs much", "why it stays bounded"),
    "V16.2.3": ("Logs", "standard error"),
}
"""What the standard wants written down and no code can be held to: where it stands, and what it must speak of."""


def unwritten(page):
    sections = dict(part.split("\n", 1) for part in page.split("\n## ")[1:])
    return [name for name, (heading, words) in WRITTEN.items() if words not in sections.get(heading, "")]


def test_what_the_standard_wants_written_down_is():
    assert unwritten(PAGE) == []
    assert unwritten(PAGE.replace("## Logs", "## Other")) == ["V16.2.3"]
