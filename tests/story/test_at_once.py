"""While a story is made, others go on with their work."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from program.audit.models import AuditEvent, Tag
from program.extensions import db, limiter
from program.story import services
from tests.factories import make_account, make_report
from tests.pages import signed_in, submit
from tests.scenarios import running_cohort

pytestmark = pytest.mark.live


@pytest.mark.parametrize("of", ["report", "fellowship"])
def test_others_write_while_a_pdf_is_set(live, now, monkeypatch, of):
    limiter.reset()
    with live.app.app_context():
        cast = running_cohort()
        report = make_report(cast.fellowship, number=4)
        pages = {
            "report": f"/reports/{report.id}/paper",
            "fellowship": f"/fellowships/{cast.fellowship.id}/story",
        }
        browser = signed_in(live.app, cast.mentor)
        db.session.commit()

    def write():
        with live.app.app_context():
            make_account(name="Somebody Else")
            db.session.commit()

    def set_pdf(story):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(write).result(10)
        return f"%PDF-{story.name}".encode()

    monkeypatch.setattr(services, "set_pdf", set_pdf)
    page = pages[of]
    answer = submit(browser, page, page.removesuffix("/paper") + "/export", kind="pdf")
    assert (answer.status_code, answer.data) == (200, b"%PDF-Amara Okafor")
    with live.app.app_context():
        taken = select(func.count()).where(AuditEvent.tag == Tag.REPORT_EXPORT, AuditEvent.subject_kind == of)
        assert db.session.scalar(taken) == 1
