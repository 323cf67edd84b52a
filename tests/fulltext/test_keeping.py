"""What is searched follows what is submitted, in the same transaction, and is found by an index."""

import flask_migrate
from sqlalchemy import text

from program.extensions import db
from program.fulltext.models import INDEX, ReportText
from program.fulltext.queries import matching
from program.fulltext.services import keep_text
from program.fulltext.words import sought
from program.reviews.models import Verdict
from tests.databases import other_app
from tests.factories import make_draft, make_report, make_review
from tests.scenarios import running_cohort


def found(typed):
    query, _key = matching(sought(typed))
    return [row[0] for row in db.session.execute(query)]


def test_only_what_was_submitted_last_is_searched(cast):
    report = make_report(cast.fellowship, number=4, done="The frobnicator works.", asks="Which oracle?")
    assert found("frobnicator oracle") == [report.id]
    make_draft(cast.fellowship, number=5, done="Unsent zirconium.")
    assert found("zirconium") == []
    keep_text(report.id, ["Another text", ""])
    assert (found("frobnicator"), found("another text")) == ([], [report.id])


def test_what_is_rolled_back_is_not_found(cast):
    report = make_report(cast.fellowship, number=4, done="The frobnicator works.")
    savepoint = db.session.begin_nested()
    keep_text(report.id, ["Zirconium"])
    savepoint.rollback()
    assert (found("zirconium"), found("frobnicator")) == ([], [report.id])


def test_what_is_deleted_is_found_no_more(cast):
    report = make_report(cast.fellowship, number=4, done="The frobnicator works.")
    db.session.delete(db.session.get(ReportText, report.id))
    db.session.flush()
    assert found("frobnicator") == []


def test_a_long_text_of_any_script_is_kept(cast):
    report = make_report(cast.fellowship, number=4)
    keep_text(report.id, ["研" * 20_000, "x" * 20_000, " ".join(f"w{n}" for n in range(40_000)), "العربية"])
    assert all(found(typed) == [report.id] for typed in ("研", "xx", "w39999", "العربية"))


def test_words_are_found_by_the_index(cast):
    query, _key = matching(sought("probe mod"))
    said = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = [*db.session.execute(text("EXPLAIN " + said.replace(":", r"\:"))).scalars()]
        assert any("ix_report_text_words" in line for line in plan)
    else:
        plan = db.session.execute(text("EXPLAIN QUERY PLAN " + said)).all()
        assert all(
            row[3].startswith(f"SCAN {INDEX} VIRTUAL TABLE INDEX") and row[3][-1] != ":" for row in plan
        )


def test_the_migration_finds_what_was_there_before(backend, databases, tmp_path):
    with other_app(tmp_path, database_url=databases.migrated(backend)) as app, app.app_context():
        report_id = sent_twice()
        flask_migrate.downgrade(revision="0019")
        flask_migrate.upgrade()
        assert found("second version") == [report_id]
        assert found("first") == found("unsent") == []
        db.session.rollback()


def sent_twice():
    """The number of a report that was sent, returned and sent again, beside a draft."""
    cast = running_cohort()
    report = make_report(cast.fellowship, number=4, done="First try.")
    make_review(report, cast.mentor, verdict=Verdict.RETURN)
    make_report(cast.fellowship, number=4, done="Second version.")
    make_draft(cast.fellowship, number=5, done="Unsent.")
    report_id = report.id
    db.session.commit()
    return report_id
