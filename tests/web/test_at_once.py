"""Two who press at the same moment, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import repeat
from threading import Barrier
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from program import clock
from program.accounts.models import Account
from program.audit.models import AuditEvent, Tag
from program.cohorts.models import TrackGroup
from program.concerns.models import Concern, ConcernMessage
from program.extensions import db, limiter
from program.factors.models import RecoveryCode
from program.notices.models import Notice, NoticeKind
from program.passkeys.models import Passkey
from program.releases.models import Release, SummaryJob
from program.releases.services import claim_job, summarise
from program.reminders.services import sweep
from program.reports.models import Report, ReportTemplate, Revision
from program.reviews.models import Review
from program.sign_in.models import SignInSession
from program.sign_in.services import mint_sign_in_link
from program.surveys.models import Answer, Response
from tests.at_once import counts, pressed, statuses
from tests.factories import make_organisation, make_passkey, make_report, make_wave, period_of
from tests.factors.conftest import SECURITY, SET_UP, code_of
from tests.pages import signed_in, submit
from tests.scenarios import running_cohort

pytestmark = pytest.mark.live
TYPED = {"section-done": "Ran the probe.", "section-plan": "Write it up."}


@pytest.fixture
def place(live, now):
    """The cast on a database where commits are commits; addresses and signed-in browsers."""
    limiter.reset()
    with live.app.app_context():
        cast = running_cohort()
        make_organisation(name="Alpha")
        report = make_report(cast.other_fellowship, number=4, asks="One?")
        wave = make_wave(cast.cohort, staff=cast.staff)
        link = mint_sign_in_link(cast.fellow, now=clock.now())
        found = {
            "desk": f"/periods/{period_of(cast.cohort, 5).id}/report",
            "report": f"/reports/{report.id}",
            "concern": f"/fellowships/{cast.fellowship.id}/concern",
            "template": f"/report-templates/{report.template_id}",
            "staff_id": cast.staff.id,
            "wave": f"/waves/{wave.id}",
            "groups": f"/cohorts/{cast.cohort.id}/groups/new",
            "tracks": [track.id for track in cast.cohort.tracks],
            "link": urlsplit(link).path,
            "wave_id": wave.id,
            "browsers": {
                who: [signed_in(live.app, getattr(cast, who)) for _ in range(4)]
                for who in ("fellow", "other_mentor", "staff")
            },
        }
        db.session.commit()
        db.session.remove()
    return found


def test_a_report_sent_four_times_at_once_is_one(live, place):
    answers = pressed(place["browsers"]["fellow"], place["desk"], place["desk"], repeat(TYPED))
    assert statuses(answers) == [302] * 4
    assert len({answer.location for answer in answers}) == 1
    with live.app.app_context():
        notices = select(func.count()).where(Notice.kind == NoticeKind.REPORT_SUBMITTED)
        assert db.session.scalar(notices) == 2  # this one and that of the other fellow
    assert counts(live, Report, Revision) == [2, 2]


def test_of_four_drafts_saved_at_once_one_is_kept_and_the_others_are_told(live, place):
    draft, typed = f"{place['desk']}/draft", [{"section-done": f"Run {n}."} for n in range(4)]
    answers = pressed(place["browsers"]["fellow"], place["desk"], draft, typed)
    assert statuses(answers) == [302, 409, 409, 409]
    assert counts(live, Revision) == [2]


def test_the_same_draft_saved_four_times_at_once_is_one(live, place):
    answers = pressed(place["browsers"]["fellow"], place["desk"], f"{place['desk']}/draft", repeat(TYPED))
    assert statuses(answers) == [302] * 4
    assert counts(live, Revision) == [2]


def test_a_report_accepted_four_times_at_once_is_accepted_once(live, place):
    answers = pressed(place["browsers"]["other_mentor"], place["report"], f"{place['report']}/accept")
    assert statuses(answers) == [302] * 4
    assert counts(live, Review) == [1]
    with live.app.app_context():
        told = select(func.count()).where(Notice.kind == NoticeKind.REPORT_ACCEPTED)
        assert db.session.scalar(told) == 1


def test_a_concern_sent_four_times_at_once_is_one(live, place):
    typed = {"text": "It is much.", "staff": str(place["staff_id"]), "once": "0" * 32}
    answers = pressed(place["browsers"]["fellow"], place["concern"], place["concern"], repeat(typed))
    assert statuses(answers) == [302] * 4
    assert len({answer.location for answer in answers}) == 1
    with live.app.app_context():
        told = select(func.count()).where(Notice.kind == NoticeKind.CONCERN)
        assert db.session.scalar(told) == 1
    assert counts(live, Concern, ConcernMessage) == [1, 1]


def test_answers_sent_four_times_at_once_are_one_response(live, place):
    page = f"{place['wave']}/answer"
    answers = pressed(place["browsers"]["fellow"], page, page, repeat({"q-lab-1": "7"}))
    assert statuses(answers) == [302] * 4
    assert counts(live, Response, Answer) == [1, 1]


def test_of_four_who_close_a_wave_at_once_one_does(live, place):
    answers = pressed(place["browsers"]["staff"], place["wave"], f"{place['wave']}/close")
    assert statuses(answers) == [302, 409, 409, 409]
    assert counts(live, SummaryJob) == [1]


def test_of_four_who_press_a_link_at_once_one_gets_in(live, place):
    before = counts(live, SignInSession)[0]
    strangers = [live.app.test_client() for _ in range(4)]
    assert statuses(pressed(strangers, place["link"], place["link"])) == [302, 410, 410, 410]
    assert counts(live, SignInSession) == [before + 1]


def test_of_two_groups_made_at_once_that_cannot_both_be_kept_one_is(live, place):
    new, tracks = place["groups"], place["tracks"]
    typed = [{"name": f"Group {track}", "tracks": track, "low": "60", "aim": "60"} for track in tracks]
    answers = pressed(place["browsers"]["staff"][:2], new, new, typed=typed)
    assert statuses(answers) == [302, 422]
    assert counts(live, TrackGroup) == [1]


def test_of_four_who_save_a_template_at_once_one_does_and_four_publish_it_once(live, place):
    staff, page = place["browsers"]["staff"], place["template"]
    typed = [{"s1-prompt": f"Prompt {number}"} for number in range(4)]
    assert statuses(pressed(staff, f"{page}/edit", f"{page}/edit", typed)) == [302, 409, 409, 409]
    assert counts(live, ReportTemplate) == [2]
    with live.app.app_context():
        draft = f"/report-templates/{db.session.scalar(select(func.max(ReportTemplate.id)))}"
    assert statuses(pressed(staff, draft, f"{draft}/publish")) == [302] * 4
    with live.app.app_context():
        published = select(func.count()).where(AuditEvent.tag == Tag.TEMPLATE_PUBLISH)
        assert db.session.scalar(published) == 1


def test_four_sweeps_at_once_post_each_reminder_once(live, place):
    barrier = Barrier(4)

    def swept(_number):
        with live.app.app_context():
            barrier.wait(10)
            posted = sweep(now=clock.now())
            db.session.commit()
            return posted

    with ThreadPoolExecutor(4) as pool:
        posted = list(pool.map(swept, range(4)))
    with live.app.app_context():
        reminders = select(func.count()).where(Notice.kind == NoticeKind.REMINDER)
        assert sum(posted) == db.session.scalar(reminders) > 0


def test_of_four_workers_one_gets_the_job(live, place):
    pressed(place["browsers"]["staff"][:1], place["wave"], f"{place['wave']}/close")
    barrier = Barrier(4)

    def worked(_number):
        with live.app.app_context():
            barrier.wait(10)
            job = claim_job(lease=timedelta(minutes=1), now=clock.now())
            db.session.commit()
            for _step in summarise(job, now=clock.now()) if job else ():
                db.session.commit()
            return job is not None

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(worked, range(4))) == [False, False, False, True]
    assert counts(live, Release) == [1]


def of_fellow(live, column):
    """What stands in the fellow's account."""
    with live.app.app_context():
        return db.session.scalar(select(column).where(Account.email == "amara.okafor@people.example"))


def test_an_authenticator_that_is_confirmed_twice_at_once_counts_once(live, place):
    browsers = place["browsers"]["fellow"][:2]
    submit(browsers[0], SECURITY, f"{SET_UP}/begin")
    with live.app.app_context():
        code = code_of(db.session.scalars(select(Account).filter_by(name="Amara Okafor")).one())
    answers = pressed(browsers, SET_UP, SET_UP, repeat({"code": code}))
    assert statuses(answers)[0] == 200
    assert statuses(answers)[1] in {401, 409}  # signed out by the first, or told that it is there already
    assert (of_fellow(live, Account.second_factors), counts(live, RecoveryCode)) == (1, [10])


def test_a_passkey_that_is_removed_twice_at_once_counts_once(live, place):
    with live.app.app_context():
        account = db.session.scalars(select(Account).filter_by(name="Amara Okafor")).one()
        number = make_passkey(account).id
        make_passkey(account)
        account.second_factors = 2
        db.session.commit()
    remove = f"/account/passkeys/{number}/remove"
    answers = pressed(place["browsers"]["fellow"], "/account/passkeys", remove)
    assert statuses(answers) == [302, 404, 404, 404]
    assert of_fellow(live, Account.second_factors) == counts(live, Passkey)[0] == 1
