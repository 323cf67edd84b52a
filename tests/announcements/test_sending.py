"""An announcement goes once to each of those it was seen to go to, whatever happens meanwhile."""

import pytest
from sqlalchemy import delete, select, update

from program.access import Role
from program.announcements.audience import Owes, Part, Target, seen_as
from program.announcements.models import Announcement, Destination
from program.announcements.people import list_reached_ids
from program.announcements.queries import courses_of
from program.announcements.services import (
    BATCH,
    MOVED,
    NOBODY,
    Writing,
    discard_draft,
    draft_announcement,
    forget_unsent_announcements,
    save_draft,
    send_announcement,
)
from program.audit.models import AuditEvent, Tag
from program.cohorts.models import CohortState
from program.delivery.composers import COMPOSERS
from program.errors import ConflictError, ForbiddenError, ForbiddenStepError, NotFoundError
from program.extensions import db
from program.notices.models import Notice, NoticeKind, NoticeState
from tests.factories import NOW, make_account, make_announcement, make_fellowship
from tests.scenarios import more_fellows

FELLOWS = Target(frozenset({Part.FELLOW}))


def seen_of(one):
    return seen_as(one.version, list_reached_ids(one, now=NOW))


def send(one, *, seen=None, actor=None):
    return send_announcement(one, seen=seen or seen_of(one), actor=actor or one.author, now=NOW)


def posted():
    found = db.session.scalars(select(Notice).where(Notice.kind == NoticeKind.ANNOUNCEMENT))
    return sorted(found, key=lambda notice: notice.account_id)


def rewritten(**changes):
    usual = {"subject": "Moved", "text": "To eleven.", "leads_to": Destination.HOME, "target": FELLOWS}
    return Writing(**{**usual, **changes})


def test_each_gets_one_of_their_own(cast, draft):
    assert send(draft) == 2
    assert [notice.account_id for notice in posted()] == sorted([cast.fellow.id, cast.other_fellow.id])
    assert len({notice.message_id for notice in posted()}) == 2
    assert (draft.sent_at, draft.recipients) == (NOW, 2)


def test_sent_from_two_devices_it_goes_once(draft):
    seen = seen_of(draft)
    assert [send(draft, seen=seen), send(draft, seen=seen)] == [2, 0]
    assert len(posted()) == 2


def test_whoever_goes_past_all_else_meets_the_key(draft):
    """The one who forgets that it was sent: nobody gets a second mail, for the outbox has one of each."""
    send(draft)
    db.session.execute(update(Announcement).values(sent_at=None))
    db.session.expire_all()
    assert send(draft) == 0
    assert len(posted()) == 2


def test_without_the_key_there_would_be_two(draft, monkeypatch):
    """So that the test above would see it."""
    send(draft)
    db.session.execute(update(Announcement).values(sent_at=None))
    db.session.execute(update(Notice).values(dedupe_key=Notice.dedupe_key + "?"))
    db.session.expire_all()
    assert send(draft) == 2
    assert len(posted()) == 4


def test_who_came_or_went_since_stops_it(cast, draft):
    seen = seen_of(draft)
    cast.fellow.disabled_at = NOW
    make_fellowship(make_account(name="Nela Novák", roles=[Role.FELLOW]), cast.cohort)
    db.session.flush()
    with pytest.raises(ConflictError, match=MOVED):
        send(draft, seen=seen)
    assert posted() == []


def test_a_text_that_was_changed_since_stops_it(draft):
    seen = seen_of(draft)
    save_draft(draft, writing=rewritten(), version=1, actor=draft.author, now=NOW)
    with pytest.raises(ConflictError, match=MOVED):
        send(draft, seen=seen)
    assert send(draft) == 2


def test_nobody_is_nobody(cast, draft):
    target = Target(frozenset({Part.MENTOR}), owes=Owes.LATE)
    save_draft(draft, writing=rewritten(target=target), version=1, actor=draft.author, now=NOW)
    with pytest.raises(ConflictError, match=NOBODY):
        send(draft)


def test_who_comes_after_it_was_sent_gets_nothing(cast, draft):
    send(draft)
    more_fellows(cast, 1)
    assert len(posted()) == 2


def test_more_than_a_batch(cast, draft, monkeypatch):
    more_fellows(cast, 5)
    monkeypatch.setattr("program.announcements.services.BATCH", 3)
    assert (BATCH, send(draft)) == (1_000, 7)


def test_a_draft_saved_from_two_pages_is_the_first_until_it_is_saved_again(draft):
    save_draft(draft, writing=rewritten(), version=1, actor=draft.author, now=NOW)
    with pytest.raises(ConflictError, match="What you typed is below"):
        save_draft(draft, writing=rewritten(text="Lost?"), version=1, actor=draft.author, now=NOW)
    assert (draft.text, draft.version) == ("To eleven.", 2)


def test_what_was_sent_stands(draft):
    send(draft)
    with pytest.raises(ForbiddenStepError, match="was sent"):
        save_draft(draft, writing=rewritten(), version=1, actor=draft.author, now=NOW)
    with pytest.raises(ForbiddenStepError, match="was sent"):
        discard_draft(draft, actor=draft.author, now=NOW)


@pytest.mark.parametrize("who", ["colleague", "fellow", "manager"])
def test_a_draft_is_its_authors(cast, draft, who):
    actor = (
        make_account(name="Nadia Ferrow", roles=[Role.STAFF]) if who == "colleague" else getattr(cast, who)
    )
    with pytest.raises(ForbiddenError):
        send(draft, actor=actor)
    with pytest.raises(ForbiddenError):
        save_draft(draft, writing=rewritten(), version=1, actor=actor, now=NOW)
    with pytest.raises(ForbiddenError):
        discard_draft(draft, actor=actor, now=NOW)


def test_nothing_is_written_to_an_archived_cohort(cast, draft):
    cast.cohort.state = CohortState.ARCHIVED
    db.session.flush()
    for do in (
        lambda: draft_announcement(cast.cohort, writing=rewritten(), actor=cast.staff, now=NOW),
        lambda: save_draft(draft, writing=rewritten(), version=1, actor=cast.staff, now=NOW),
        lambda: discard_draft(draft, actor=cast.staff, now=NOW),
        lambda: send(draft),
    ):
        with pytest.raises(ForbiddenStepError, match="archived"):
            do()
    assert posted() == []


def test_one_that_was_discarded_is_gone_for_good(cast, draft):
    number, seen = draft.id, seen_of(draft)
    db.session.expunge(draft)
    discard_draft(db.session.get(Announcement, number), actor=cast.staff, now=NOW)
    with pytest.raises(NotFoundError):
        send(draft, seen=seen, actor=cast.staff)
    assert make_announcement(cast.cohort, cast.staff).id > number


def test_each_step_is_recorded_without_the_text(cast, draft):
    save_draft(draft, writing=rewritten(), version=1, actor=cast.staff, now=NOW)
    send(draft)
    discard_draft(make_announcement(cast.cohort, cast.staff), actor=cast.staff, now=NOW)
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.subject_kind == "announcement")).all()
    tags = [Tag.ANNOUNCEMENT_SAVE] * 2 + [
        Tag.ANNOUNCEMENT_SEND,
        Tag.ANNOUNCEMENT_SAVE,
        Tag.ANNOUNCEMENT_DISCARD,
    ]
    assert [event.tag for event in events] == tags
    assert events[2].after["people"] == 2
    assert not any("eleven" in str(event.after) or "Moved" in str(event.after) for event in events)


def test_what_became_of_them_is_counted(cast, draft):
    more_fellows(cast, 3)
    send(draft)
    states = [
        NoticeState.SENT,
        NoticeState.SENT,
        NoticeState.FAILED,
        NoticeState.SENDING,
        NoticeState.PENDING,
    ]
    for notice, state in zip(posted(), states, strict=True):
        notice.state = state
    db.session.flush()
    course = courses_of([draft.id])[draft.id]
    assert course.words == [("2 sent", "ok"), ("1 failed", "late"), ("2 waiting", "accent")]


def test_a_mail_is_to_one_person_and_says_nothing_of_the_others_or_why(app, cast, draft):
    """Who is late is told to nobody: two mails about it differ in the name and the address, and in nothing else."""
    target = Target(frozenset({Part.FELLOW}), owes=Owes.LATE)
    save_draft(draft, writing=rewritten(target=target), version=1, actor=cast.staff, now=NOW)
    assert send(draft) == 2
    with app.test_request_context():
        letters = COMPOSERS[NoticeKind.ANNOUNCEMENT](posted(), NOW)
        one, other = (letters[notice.id]() for notice in posted())
    people = {one.to_name: one, other.to_name: other}
    assert set(people) == {"Amara Okafor", "Kwame Boadu"}
    for name, mail in people.items():
        [somebody_else] = set(people) - {name}
        assert somebody_else not in mail.text + mail.html
        assert "late" not in mail.text + mail.html + mail.subject
        assert mail.text.replace(name, "") == people[somebody_else].text.replace(somebody_else, "")
        assert "Ruth Calloway wrote it" in mail.text


def test_a_template_is_no_place_for_a_template(app, cast):
    """What looks like a field, a tag or a script is text."""
    draft = make_announcement(
        cast.cohort,
        cast.staff,
        subject="{{ site }} <b>\N{RIGHT-TO-LEFT MARK}",
        text="{name} {{ to_name }} {% raw %} <script>x</script> [in](javascript:alert(1)) ![p](https://x/p.png)",
        sent=True,
    )
    with app.test_request_context():
        mail = COMPOSERS[NoticeKind.ANNOUNCEMENT](posted(), NOW)[posted()[0].id]()
    assert mail.subject == draft.subject
    assert "{name} {{ to_name }} {% raw %} &lt;script&gt;" in mail.html
    assert "<script" not in mail.html
    assert "<img" not in mail.html
    assert 'href="javascript' not in mail.html


def test_drafts_go_with_their_author_and_what_was_sent_stays(cast, draft):
    kept = make_announcement(cast.cohort, cast.staff, sent=True).id
    forget_unsent_announcements(cast.staff.id)
    assert db.session.scalars(select(Announcement.id)).all() == [kept]


def test_of_a_mail_whose_announcement_is_gone_nothing_is_sent(draft):
    send(draft)
    db.session.execute(delete(Announcement))
    assert COMPOSERS[NoticeKind.ANNOUNCEMENT](posted(), NOW) == {}
