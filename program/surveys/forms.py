"""The form of a wave, made from its questions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import (  # type: ignore[attr-defined]  # one name is newer than the stubs
    Field,
    RadioField,
    SelectChoice,
    SelectField,
)
from wtforms.validators import Optional, ValidationError

from program.forms import Form, clean_line
from program.organisations.models import Organisation
from program.surveys.models import Answer, Question, QuestionKind

ORDINALS = ("First choice", "Second choice", "Third choice", "Fourth choice", "Fifth choice")
NOT_SAID = SelectChoice("", "Prefer not to say")


class WaveForm(Form):
    """The answers to a wave. Every question may be left out."""

    questions: tuple[Question, ...] = ()

    @property
    def answers(self) -> list[Answer]:
        """What was answered, as rows."""
        return [answer for question in self.questions for answer in self._answers_to(question)]

    def fields_of(self, question: Question) -> list[Field]:
        """The fields that answer one question."""
        return [self[name] for name in _names(question)]

    def _answers_to(self, question: Question) -> Iterable[Answer]:
        given = [field.data for field in self.fields_of(question) if field.data]
        for position, value in enumerate(given, start=1):
            yield Answer(question_id=question.id, position=position, **_stored(question, value))


def wave_form(questions: Iterable[Question], organisations: Sequence[Organisation]) -> type[WaveForm]:
    """The form of these questions over this catalogue."""
    listed = tuple(questions)
    fields: dict[str, Any] = {"questions": listed}
    for question in listed:
        for place, name in enumerate(_names(question)):
            fields[name] = _field(question, place, organisations)
    return type("QuestionsForm", (WaveForm,), fields)


def typed_answers(
    questions: Iterable[Question], answers: Iterable[Answer], merged: Mapping[int, int]
) -> dict[str, str]:
    """Stored answers as the form's data, for somebody who comes back; an organisation as what it was merged into."""
    given = {(answer.question_id, answer.position): answer for answer in answers}
    data = {}
    for question in questions:
        for place, name in enumerate(_names(question), start=1):
            answer = given.get((question.id, place))
            value = answer and (_current(answer, merged) or answer.option or answer.number)
            data[name] = "" if value is None else str(value)
    return data


def _current(answer: Answer, merged: Mapping[int, int]) -> int | None:
    chosen = answer.organisation_id
    return None if chosen is None else merged.get(chosen, chosen)


def _names(question: Question) -> list[str]:
    places = question.options["places"] if question.kind is QuestionKind.RANKING else 1
    return [f"q-{question.key}-{place}" for place in range(1, places + 1)]


def _field(question: Question, place: int, organisations: Sequence[Organisation]) -> Field:
    match question.kind:
        case QuestionKind.RANKING:
            listed = (SelectChoice(str(entry.id), entry.name) for entry in organisations)
            choices = [SelectChoice("", "—"), *listed]
            return SelectField(
                ORDINALS[place],
                choices=choices,
                filters=[clean_line],
                validators=[Optional(), _named_once],
            )
        case QuestionKind.CHOICE:
            return _radio(question.prompt, question.options.items())
        case QuestionKind.SCALE:
            return _radio(question.prompt, ((str(n), str(n)) for n in range(11)))


def _radio(label: str, choices: Iterable[tuple[str, str]]) -> RadioField:
    listed = [SelectChoice(value, wording) for value, wording in choices]
    return RadioField(
        label, choices=[*listed, NOT_SAID], default="", filters=[clean_line], validators=[Optional()]
    )


def _named_once(form: WaveForm, field: Field) -> None:
    """An organisation takes one place of a ranking."""
    stem = field.name.rsplit("-", 1)[0]
    same = [other for other in form if other.name.startswith(stem + "-") and other.data == field.data]
    if len(same) > 1:
        raise ValidationError("You chose this organisation for more than one place. Keep it in one of them.")


def _stored(question: Question, value: str) -> dict[str, object]:
    match question.kind:
        case QuestionKind.RANKING:
            return {"organisation_id": int(value)}
        case QuestionKind.CHOICE:
            return {"option": value}
        case QuestionKind.SCALE:
            return {"number": int(value)}
