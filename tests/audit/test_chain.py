"""Whatever is done to the record behind the programme's back shows."""

import hmac
import json
import logging
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, insert, select, text, update

from program.audit import seals
from program.audit.chain import seal_of
from program.audit.models import AuditEvent, AuditHead, Tag
from program.audit.services import count_prunable, origin, prune_audit, record, redact_events
from program.audit.verification import BrokenChainError, verify_chain
from program.cli import cli
from program.extensions import db
from program.retention.services import run_due
from tests.factories import NOW, make_account

EDITS = {
    "at": NOW + timedelta(seconds=1),
    "tag": Tag.SIGN_OUT,
    "actor_id": None,
    "subject_kind": "report",
    "subject_id": 99,
    "address": "203.0.113.9",
    "before": {"a": 0},
    "after": {},
    "sequence": 77,
    "details": "0" * 64,
    "previous": "0" * 64,
    "seal": "0" * 64,
    "redacted_for": 1,
}
HEAD_EDITS = {"since": 1, "since_seal": "0" * 64, "count": 4, "seal": "0" * 64, "mac": "0" * 64}


@pytest.fixture
def chained(app):
    """Five events in a row, each from a transaction of its own; who did them."""
    account = make_account()
    db.session.commit()
    for number in range(4):
        record_one(account, number)
    return account


def record_one(account, number=9, *, at=NOW):
    token = origin.set("2001:db8::1")
    subject = ("account", account.id)
    record(Tag.SIGN_IN, actor_id=account.id, subject=subject, now=at, before={"a": 1}, after={"n": number})
    origin.reset(token)
    db.session.commit()


def change(sequence, /, **values):
    db.session.execute(update(AuditEvent).where(AuditEvent.sequence == sequence).values(**values))


def remove(*sequences):
    db.session.execute(delete(AuditEvent).where(AuditEvent.sequence.in_(sequences)))


def found():
    db.session.expire_all()
    with pytest.raises(BrokenChainError) as error:
        verify_chain()
    return str(error.value)


def row(sequence):
    table = AuditEvent.__table__
    return dict(db.session.execute(select(table).where(table.c.sequence == sequence)).one()._mapping)


def test_an_untouched_record_is_whole(chained):
    walk = verify_chain()
    assert (walk.sound, walk.sequence, walk.redacted, walk.older) == (5, 5, 0, 0)


def test_an_empty_record_is_whole(app):
    assert verify_chain().sound == 0


def test_every_column_is_tried():
    assert {*EDITS, "id"} == {column.name for column in AuditEvent.__table__.columns}
    assert {*HEAD_EDITS, "id"} == {column.name for column in AuditHead.__table__.columns}


@pytest.mark.parametrize("column", EDITS)
@pytest.mark.parametrize("sequence", [2, 3, 5])
def test_an_edited_event_is_named(chained, column, sequence):
    change(sequence, **{column: EDITS[column]})
    removed = {
        "sequence": f"The tail was cut: event {sequence} and"
        if sequence == 5
        else f"Event {sequence} was removed."
    }
    assert found().startswith(removed.get(column, f"Event {sequence} was edited or put in."))


@pytest.mark.parametrize("column", HEAD_EDITS)
def test_ends_that_were_moved_show(chained, column):
    db.session.execute(update(AuditHead).values(**{column: HEAD_EDITS[column]}))
    assert found() == "The row that says where the chain begins and ends was edited."


@pytest.mark.parametrize("column", ["since", "since_seal", "seal", "mac"])
def test_the_next_event_does_not_make_good_ends_that_were_moved(chained, column):
    db.session.execute(update(AuditHead).values(**{column: HEAD_EDITS[column]}))
    record_one(chained)
    assert found() == "The row that says where the chain begins and ends was edited."


def test_ends_that_were_emptied_show(chained):
    db.session.execute(update(AuditHead).values(since=5, since_seal="", count=5, seal="", mac=""))
    assert found() == "The row that says where the chain begins and ends was emptied."
    db.session.execute(delete(AuditHead))
    assert found() == "The row that says where the chain ends was removed."


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ([1], "Event 1 was removed."),
        ([3], "Event 3 was removed."),
        ([5], "The tail was cut: event 5 and all after it were removed."),
        ([4, 5], "The tail was cut: event 4 and all after it were removed."),
        ([1, 2, 3, 4, 5], "The tail was cut: event 1 and all after it were removed."),
    ],
)
def test_a_removed_event_is_named(chained, gone, said):
    remove(*gone)
    assert found() == said


def test_a_gap_that_was_closed_shows(chained):
    remove(3)
    change(4, sequence=3)
    change(5, sequence=4)
    assert found() == "Event 3 was moved, or what stood before it was removed."


def test_two_that_changed_places_show(chained):
    for sequence, place in ((2, 50), (3, 2), (50, 3)):
        change(sequence, sequence=place)
    assert found() == "Event 2 was moved, or what stood before it was removed."


@pytest.mark.parametrize("sequence", [None, 6])
def test_a_forged_event_at_the_end_shows(chained, sequence):
    db.session.execute(insert(AuditEvent).values({**row(5), "id": 9_999, "sequence": sequence}))
    assert found() == "An event was put in after event 5, the last that was written."


def test_a_record_sealed_anew_without_the_key_shows(chained, monkeypatch):
    monkeypatch.setattr(seals, "audit_key", lambda: "a guess")
    remove(4, 5)
    head = seals.find_ends(db.session())
    last = row(3)
    db.session.execute(update(AuditHead).values(count=3, seal=last["seal"]))
    seals.move_ends(db.session(), head, count=3, seal=last["seal"])
    record_one(chained)
    assert found() == "The row that says where the chain begins and ends was edited."


def test_an_unkeyed_seal_would_not_have_shown(chained, monkeypatch):
    """The check above can tell: who knows the key can make any record that is whole."""
    change(5, subject_id=99)
    forged = type("Row", (), row(5))
    seal = seal_of(forged, key=seals.audit_key())
    change(5, seal=seal)
    head = seals.find_ends(db.session())
    seals.move_ends(db.session(), head, seal=seal)
    assert verify_chain().sound == 5


def test_two_seals_differ_by_their_key_alone(chained):
    event = type("Row", (), row(2))
    assert seal_of(event, key="one") != seal_of(event, key="two")
    plain = json.dumps(["event", event.previous])
    assert hmac.new(b"", plain.encode(), "sha256").hexdigest() != event.seal


def test_the_details_of_an_erased_person_are_gone_and_the_chain_holds(chained):
    assert redact_events(chained.id) == 5
    assert found() == "Event 1 was edited or put in."
    record(Tag.ACCOUNT_ERASE, actor_id=None, subject=("account", chained.id), now=NOW)
    db.session.commit()
    walk = verify_chain()
    assert (walk.sound, walk.redacted) == (6, 5)
    kept = {name: row(2)[name] for name in ("address", "before", "after")}
    assert kept == {"address": "", "before": {}, "after": {}}


def test_details_are_blanked_only_of_events_about_the_erased(chained):
    other = make_account(name="Jonas Kettler")
    record_one(other)
    record(Tag.ACCOUNT_ERASE, actor_id=None, subject=("account", chained.id), now=NOW)
    db.session.commit()
    change(7, address="", before={}, after={}, redacted_for=chained.id)
    assert found() == "Event 7 was edited or put in."


def test_what_is_old_is_pruned_and_the_chain_begins_later(chained):
    record_one(chained, at=NOW + timedelta(days=3))
    before = NOW + timedelta(days=1)
    assert count_prunable(before=before) == 5
    assert prune_audit(before=before, now=NOW) == 5
    db.session.commit()
    walk = verify_chain()
    assert (walk.sound, walk.sequence) == (2, 7)
    pruned = row(7)
    assert (pruned["tag"], pruned["subject_id"], pruned["after"]["events"]) == (Tag.AUDIT_PRUNE, 5, 5)
    assert prune_audit(before=before, now=NOW) == 0


def test_what_is_put_in_before_the_pruned_beginning_shows(chained):
    kept = {**row(2), "id": 9_999}
    record_one(chained, at=NOW + timedelta(days=3))
    prune_audit(before=NOW + timedelta(days=1), now=NOW)
    db.session.commit()
    db.session.execute(insert(AuditEvent).values(kept))
    assert found() == "An event was put in before event 6, where the record begins."


def test_a_beginning_cut_off_by_somebody_else_shows(chained):
    remove(1, 2)
    db.session.execute(update(AuditHead).values(since=2, since_seal=row(3)["previous"]))
    assert found() == "The row that says where the chain begins and ends was edited."


def test_events_that_were_rolled_back_leave_no_gap(chained):
    record(Tag.SIGN_OUT, actor_id=None, subject=("account", 1), now=NOW)
    db.session.flush()
    db.session.rollback()
    record_one(chained)
    assert (verify_chain().sound, row(6)["tag"]) == (6, Tag.SIGN_IN)


def test_older_events_stand_outside_and_are_counted(app):
    db.session.execute(
        insert(AuditEvent).values(sequence=1, at=NOW, tag=Tag.SIGN_IN, subject_kind="account", subject_id=1)
    )
    db.session.execute(text("UPDATE audit_head SET since = 1, count = 1"))
    make_account()
    db.session.commit()
    walk = verify_chain()
    assert (walk.sound, walk.older) == (1, 1)


def put_back(account):
    """Cut what is done from here on off, and put the row of the ends back to what it was; the anchor before that."""
    head = dict(db.session.execute(select(AuditHead.__table__)).one()._mapping)
    record_one(account)
    record_one(account)
    anchor = verify_chain().anchor
    remove(6, 7)
    db.session.execute(update(AuditHead).values({name: head[name] for name in HEAD_EDITS}))
    db.session.commit()
    return anchor


def test_ends_that_were_put_back_with_the_tail_cut_show_by_an_anchor_kept_elsewhere(chained):
    anchor = put_back(chained)
    assert verify_chain().sound == 5, "the database alone cannot tell"
    with pytest.raises(BrokenChainError, match="event 7, which was there before"):
        verify_chain(anchor=anchor)


def test_what_was_done_since_does_not_hide_it(chained):
    anchor = put_back(chained)
    for number in range(3):
        record_one(chained, number)
    assert verify_chain().sound == 8
    with pytest.raises(BrokenChainError, match="Event 7 is not the one"):
        verify_chain(anchor=anchor)


def test_an_anchor_of_a_whole_record_holds_while_it_grows_and_when_it_is_pruned(chained):
    anchor = verify_chain().anchor
    assert anchor == f"5:{row(5)['seal'][:16]}"
    record_one(chained, at=NOW + timedelta(days=2))
    assert verify_chain(anchor=anchor).sound == 6
    prune_audit(before=NOW + timedelta(days=1), now=NOW)
    db.session.commit()
    assert verify_chain(anchor=anchor).sound == 2


def test_the_command_says_where_the_record_ends_and_takes_it_again(live):
    with live.app.app_context():
        record_one(make_account())
    runner, given = CliRunner(), {"env": live.environment}
    said = runner.invoke(cli, ["audit", "verify"], **given)
    anchor = said.output.split("--since ")[1].split()[0]
    assert runner.invoke(cli, ["audit", "verify", "--since", anchor], **given).exit_code == 0
    for wrong, code in (("999:" + "0" * 16, 1), ("1:" + "0" * 16, 1), ("nonsense", 2)):
        assert runner.invoke(cli, ["audit", "verify", "--since", wrong], **given).exit_code == code, wrong


def test_each_night_the_end_goes_to_the_logs(chained, app, caplog):
    caplog.set_level(logging.INFO)
    assert list(run_due(app.extensions["settings"], now=NOW))
    [line] = [one for one in caplog.records if hasattr(one, "anchor")]
    assert line.anchor == f"5:{row(5)['seal'][:16]}"
    assert list(run_due(app.extensions["settings"], now=NOW)) == []
    assert len([one for one in caplog.records if hasattr(one, "anchor")]) == 1
