"""An announcement that waits to be sent."""

import pytest

from program.extensions import db
from tests.factories import make_announcement


@pytest.fixture
def draft(cast):
    """To the two fellows of the cast, by its member of staff."""
    one = make_announcement(cast.cohort, cast.staff)
    db.session.commit()
    return one
