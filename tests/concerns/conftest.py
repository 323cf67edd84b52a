"""A concern that the fellow put to one of two members of staff."""

import pytest

from program.access import Role
from program.extensions import db
from tests.factories import make_account, make_concern, make_report


@pytest.fixture
def colleague(cast):
    """A member of staff to whom nothing is put unless a test does."""
    return make_account(name="Nadia Ferrow", roles=[Role.STAFF])


@pytest.fixture
def report(cast):
    return make_report(cast.fellowship, number=4)


@pytest.fixture
def concern(cast, colleague, report):
    """Raised by the fellow from a report, put to the cast's member of staff."""
    raised = make_concern(
        cast.fellowship, cast.fellow, cast.staff, text="She never reads them.", report=report
    )
    db.session.commit()
    return raised
