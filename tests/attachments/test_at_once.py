"""Several uploads to one report at the same moment, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from program.attachments.kinds import MOST_FILES
from program.attachments.models import Attachment
from program.extensions import db, limiter
from program.reports.models import Report
from tests.at_once import counts
from tests.attachments.samples import animation
from tests.attachments.test_pages import sent
from tests.factories import make_attachment, period_of
from tests.pages import signed_in, token_of
from tests.scenarios import running_cohort

pytestmark = pytest.mark.live
FILES = [animation("GIF", count=number) for number in range(2, 6)]
"""Four that differ."""


@pytest.fixture
def desk(live, now):
    """The desk of a fellow who has attached this many files, and browsers of theirs."""
    limiter.reset()

    def laid(files):
        with live.app.app_context():
            cast = running_cohort()
            for number in range(files):
                make_attachment(cast.fellowship, content=bytes([number]))
            browsers = [signed_in(live.app, cast.fellow) for _ in FILES]
            db.session.commit()
            return f"/periods/{period_of(cast.cohort, 5).id}/report", browsers

    return laid


def uploaded_at_once(desk, browsers, files):
    """What they are answered, sorted."""
    tokens = [token_of(browser, desk) for browser in browsers]
    barrier = Barrier(len(browsers))

    def press(browser, token, data):
        barrier.wait(10)
        return sent(browser, f"{desk}/attachments", token, data, "moving.gif").status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        return sorted(pool.map(press, browsers, tokens, files))


def test_four_at_once_with_room_for_one_are_one(live, desk):
    assert uploaded_at_once(*desk(MOST_FILES - 1), FILES) == [302, 422, 422, 422]
    assert counts(live, Attachment) == [MOST_FILES]


def test_one_file_four_times_at_once_begins_one_report_and_is_one(live, desk):
    answers = uploaded_at_once(*desk(0), FILES[:1] * len(FILES))
    assert answers[0] == 302
    assert set(answers) <= {302, 409}, "who was slower to begin it is asked to choose the file again"
    assert counts(live, Report, Attachment) == [1, 1]
