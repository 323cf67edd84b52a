"""A cohort as a zip: made once whatever happens to workers, of what everybody may read, and gone after a week."""

import io
from datetime import timedelta
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from program.audit.models import AuditEvent, Tag
from program.bundles import work
from program.bundles.models import Bundle, BundlePart, BundleState
from program.bundles.services import start_bundle
from program.bundles.work import MAX_ATTEMPTS, claim_bundle, fail_bundle, fill_bundle
from program.errors import ConflictError, ForbiddenError
from program.extensions import db
from program.personal.services import erase_person
from program.retention.rules import RULES
from tests.factories import NOW, bundle_up, make_report
from tests.pages import read, token_of, words

LEASE = timedelta(minutes=1)


@pytest.fixture
def written(cast, monkeypatch):
    """Two fellows sent reports; how a PDF is set is tried elsewhere."""
    monkeypatch.setattr(work, "set_pdf", lambda story: b"%PDF-" + story.name.encode())
    mine = make_report(cast.fellowship, number=4, done="Mine.")
    mine.revisions[-1].aside = {"how": "Sworn to secrecy."}
    make_report(cast.other_fellowship, number=4, done="Theirs.")
    db.session.commit()
    return cast


def fill(bundle, *, now=NOW):
    for step in fill_bundle(bundle, clock=lambda: now, lease=LEASE):
        db.session.commit()
        yield step


def parts():
    return db.session.scalar(select(func.count()).select_from(BundlePart))


def test_staff_ask_see_how_far_it_is_and_take_it(written, client_of):
    browser = client_of(written.staff)
    address = f"/cohorts/{written.cohort.id}/reports"
    token = {"csrf_token": token_of(browser, address)}
    assert [browser.post(address, data=token).status_code for _ in range(2)] == [302, 302]
    assert db.session.scalar(select(func.count()).select_from(Bundle)) == 1
    steps = fill(claim_bundle(lease=LEASE, now=NOW))
    next(steps), next(steps)
    db.session.commit()
    assert "1 of 2 fellows" in words(browser.get(address))
    list(steps)
    db.session.commit()
    bundle = db.session.scalars(select(Bundle)).one()
    answer = browser.post(f"/bundles/{bundle.id}/export", data=token)
    assert "summer-26-reports-2026-06-10.zip" in answer.headers["Content-Disposition"]
    archive = ZipFile(io.BytesIO(answer.data))
    folders = [f"amara-okafor-{written.fellowship.id}", f"kwame-boadu-{written.other_fellowship.id}"]
    files = [f"{folder}/story.{kind}" for folder in folders for kind in ("pdf", "md")]
    assert archive.namelist() == [*files, "reports.csv"]
    everything = b"".join(map(archive.read, archive.namelist())).decode()
    assert everything.count("Mine.") == 2
    assert "secrecy" not in everything
    assert archive.read("reports.csv").decode().count("Fellow,Period") == 1
    tags = db.session.scalars(select(AuditEvent.tag).where(AuditEvent.subject_kind == "cohort")).all()
    assert {Tag.BUNDLE_START, Tag.BUNDLE_TAKE} <= set(tags)
    assert len(read(browser.get(address)).select("ul.rows > li")) == 1


@pytest.mark.parametrize(("days", "told"), [(7, "kept for 7 days;"), (1, "kept for 1 day;")])
def test_the_page_says_how_long_it_is_kept(written, app, client_of, monkeypatch, days, told):
    settings = app.extensions["settings"].model_copy(update={"bundle_days": days})
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert told in words(client_of(written.staff).get(f"/cohorts/{written.cohort.id}/reports"))


def test_what_a_dead_worker_left_is_gone_on_with(written):
    start_bundle(written.cohort, actor=written.staff, now=NOW)
    steps = fill(claim_bundle(lease=LEASE, now=NOW))
    next(steps), next(steps)
    db.session.commit()
    assert claim_bundle(lease=LEASE, now=NOW) is None
    later = NOW + 2 * LEASE
    again = claim_bundle(lease=LEASE, now=later)
    db.session.commit()
    with pytest.raises(ConflictError):
        list(steps)
    list(fill(again, now=later))
    db.session.refresh(again)
    assert (again.state, again.fellows_done, parts()) == (BundleState.READY, 2, 2)
    assert claim_bundle(lease=LEASE, now=later + 2 * LEASE) is None


def test_what_breaks_is_tried_again_and_then_kept_with_its_cause(written, monkeypatch):
    bundle = start_bundle(written.cohort, actor=written.staff, now=NOW)
    for _attempt in range(MAX_ATTEMPTS):
        claimed = claim_bundle(lease=LEASE, now=NOW)
        fail_bundle(claimed.id, claimed.lease_token, error=ZeroDivisionError(), now=NOW)
        db.session.flush()
    assert (bundle.state, bundle.making_of) == (BundleState.FAILED, None)
    assert "ZeroDivisionError" in bundle.last_error
    assert start_bundle(written.cohort, actor=written.staff, now=NOW).id != bundle.id


def test_only_staff_ask_and_who_is_staff_no_more_gets_nothing(written):
    with pytest.raises(ForbiddenError):
        start_bundle(written.cohort, actor=written.manager, now=NOW)
    bundle = start_bundle(written.cohort, actor=written.staff, now=NOW)
    bundle.created_by_id = written.analyst.id
    db.session.flush()
    claimed = claim_bundle(lease=LEASE, now=NOW)
    token = claimed.lease_token
    with pytest.raises(Exception, match="no such fellowship") as refused:
        list(fill(claimed))
    fail_bundle(claimed.id, token, error=refused.value, now=NOW)
    assert claimed.state is BundleState.FAILED


def test_it_goes_after_a_week_and_at_once_when_anybody_is_erased(written):
    bundle_up(written.cohort, written.staff)
    erase_person(written.fellow, actor=written.staff, now=NOW)
    assert parts() == 0
    bundle_up(written.cohort, written.staff)
    rule = next(rule for rule in RULES if rule.name == "bundles")
    assert (rule.delete(NOW, now=NOW), parts()) == (0, 2)
    assert (rule.delete(NOW + LEASE, now=NOW), parts()) == (1, 0)
