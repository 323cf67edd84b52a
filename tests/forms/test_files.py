"""Forms and files: one in the place of a text is left out, and a body that is no form holds nothing."""

from io import BytesIO

import pytest
from flask_wtf import FlaskForm
from flask_wtf.file import FileField

from program.forms import Form, line_field
from tests.pages import token_of, words

PAGE = "/sign-in"


class Both(Form):
    """A line and a file."""

    line = line_field("Line")
    file = FileField("File")


def chosen(text="in a file"):
    return BytesIO(text.encode()), "a.txt"


def read_of(app, data):
    """What the form makes of a request."""
    kind = "multipart/form-data"
    with app.test_request_context("/", method="POST", data=data, content_type=kind):
        form = Both(meta={"csrf": False})
        return form.line.data, form.file.data.read().decode() if form.file.data else None


def test_each_is_read_in_its_own_place(app):
    assert read_of(app, {"line": "typed", "file": chosen()}) == ("typed", "in a file")


def test_a_file_in_the_place_of_a_text_is_left_out(app):
    assert read_of(app, {"line": chosen()}) == (None, None)
    assert read_of(app, {"line": [chosen(), "typed"], "planted": chosen()}) == ("typed", None)


def test_a_text_in_the_place_of_a_file_is_left_out(app):
    assert read_of(app, {"line": "typed", "file": "typed"}) == ("typed", None)
    assert read_of(app, {"line": "typed", "file": (BytesIO(b""), "")}) == ("typed", None)


def test_a_stranger_who_sends_a_file_for_an_address_is_told_what_to_type(client):
    data = {"csrf_token": token_of(client, PAGE), "email": chosen("ada@people.example")}
    response = client.post(PAGE, data=data)
    assert response.status_code == 422
    assert "Please type your e-mail address." in words(response)


def test_the_check_above_sees_a_form_that_takes_it_for_a_text(client, monkeypatch):
    monkeypatch.setattr(Form.Meta, "wrap_formdata", FlaskForm.Meta.wrap_formdata)
    data = {"csrf_token": token_of(client, PAGE), "email": chosen("ada@people.example")}
    assert client.post(PAGE, data=data).status_code == 500


@pytest.mark.parametrize("body", ['{"email": 5}', "5", "null", "[]", '"text"', "{", ""])
def test_a_body_of_json_is_no_form(client, body):
    head = {"X-CSRFToken": token_of(client, PAGE)}
    response = client.post(PAGE, data=body, content_type="application/json", headers=head)
    assert response.status_code == 422
