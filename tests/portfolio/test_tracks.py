"""Staff change what tracks and groups of tracks are meant to be: all together, or nothing with what to do."""

import pytest
from sqlalchemy import select

from program.audit.models import AuditEvent, Tag
from program.cohorts.models import Track
from program.extensions import db
from tests.factories import make_cohort, make_fellowship, make_group, track_of
from tests.pages import filled, find_form, read, submit, words


def tracks_of(cohort):
    db.session.expire_all()
    return [(t.name, t.target_min, t.target_aim, t.target_max) for t in cohort.tracks]


def test_staff_add_change_order_and_remove_tracks_together(cast, client_of):
    cohort = make_cohort(name="Next", tracks=("Old", "Kept", "Moved"))
    old, kept, moved = (f"track-{track.id}-" for track in cohort.tracks)
    typed = {
        f"{old}remove": "on",
        f"{kept}name": "Moved",  # two tracks exchange their names
        f"{moved}name": "Kept",
        f"{moved}place": "1",
        f"{moved}low": "17,5 %",
        f"{moved}aim": "20",
        f"{moved}high": "",
        "new-1-name": "Added",
        "new-1-aim": "5",
        "new-1-high": "50",
    }
    answer = submit(client_of(cast.staff), f"/cohorts/{cohort.id}/tracks", **typed)
    assert answer.location == f"/cohorts/{cohort.id}/portfolio"
    assert tracks_of(cohort) == [("Kept", 0.175, 0.2, 1), ("Moved", 0, 0.333, 1), ("Added", 0, 0.05, 0.5)]
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.TRACK_CHANGE)).one()
    assert (event.subject_kind, event.subject_id) == ("cohort", cohort.id)
    assert event.after["Added"] == "0% to 50%, aim 5%"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"low": "60"}, "is more than its aim of 50%"),
        ({"low": "60", "aim": "60"}, "What the tracks have at least adds up to 120%"),
        ({"high": "101"}, "Please give a share from 0 to 100."),
        ({"aim": "nan"}, "Please give a share from 0 to 100."),
        ({"aim": "many"}, "Please give a share from 0 to 100."),
        ({"place": "first"}, "Please give a whole number from 0 to 999."),
        ({"name": ""}, "Please name the track, or tick “Remove”."),
        ({"name": "x" * 81}, "This is longer than 80 characters."),
        ({"name": "Same"}, "There are two of the name “Same”"),
        ({"low": "33.34", "aim": "33.22"}, "at least 33.3% is more than its aim of 33.2%"),
        ({"remove": "on"}, "cannot be removed: fellows or mentors stand on it (1)."),
    ],
)
def test_shares_that_cannot_add_up_change_nothing_and_say_what_to_do(cast, client_of, typed, said):
    cohort = make_cohort(name="Next")
    make_fellowship(cast.fellow, cohort), make_fellowship(cast.other_fellow, cohort, track="Governance")
    before = tracks_of(cohort)
    fields = {f"track-{track.id}-{name}": value for track in cohort.tracks for name, value in typed.items()}
    answer = submit(client_of(cast.staff), f"/cohorts/{cohort.id}/tracks", **fields)
    assert answer.status_code == 422
    assert said in words(answer)
    assert tracks_of(cohort) == before
    assert all(f'value="{value}"' in answer.text for value in typed.values() if value and value != "on")


def test_tracks_that_somebody_else_has_changed_meanwhile_are_not_overwritten(cast, client_of):
    cohort = make_cohort(name="Next")
    path = f"/cohorts/{cohort.id}/tracks"
    late, quick = client_of(cast.staff), client_of(cast.staff)
    fields = filled(find_form(read(late.get(path)), path))
    assert submit(quick, path, **{"new-1-name": "Added", "new-1-aim": "5"}).status_code == 302
    answer = late.post(path, data={**fields, "new-1-name": "Late"})
    assert answer.status_code == 409
    assert "Late" in words(answer), "what was typed is kept"
    assert [name for name, *_shares in tracks_of(cohort)] == ["Interpretability", "Governance", "Added"]


def test_a_group_that_somebody_else_has_changed_meanwhile_is_not_overwritten(cast, client_of):
    group = make_group(make_cohort(name="Next"), "Governance")
    path, late, quick = f"/track-groups/{group.id}", client_of(cast.staff), client_of(cast.staff)
    fields = filled(find_form(read(late.get(path)), path))
    assert submit(quick, path, name="Renamed").status_code == 302
    answer = late.post(path, data={**fields, "high": "100"})
    assert answer.status_code == 409
    assert "Both" in words(answer), "what was typed is kept"
    assert group.name == "Renamed"


def test_a_group_can_only_ask_for_what_its_tracks_may_have(cast, client_of):
    cohort = make_cohort(name="Next", tracks=("A", "B", "C"))
    for name, high in (("A", 0.3), ("B", 0.3)):
        track_of(cohort, name).target_min = track_of(cohort, name).target_aim = 0
        track_of(cohort, name).target_max = high
    browser, new = client_of(cast.staff), f"/cohorts/{cohort.id}/groups/new"
    typed = {"name": "A and B", "low": "66.7", "aim": "70", "tracks": [track_of(cohort, n).id for n in "AB"]}
    refused = submit(browser, new, **typed)
    assert refused.status_code == 422
    assert "its tracks may have at most 60% together" in words(refused)
    assert submit(browser, new, **{**typed, "low": "50", "aim": "55"}).status_code == 302
    group = cohort.groups[0]
    assert (group.name, group.target_min, [t.name for t in group.tracks]) == ("A and B", 0.5, ["A", "B"])
    wanted = {f"track-{track_of(cohort, 'A').id}-remove": "on"}
    assert "its tracks may have at most 30% together" in words(
        submit(browser, f"/cohorts/{cohort.id}/tracks", **wanted)
    )
    changed = submit(
        browser, f"/track-groups/{group.id}", tracks=[track_of(cohort, "C").id], high="60", name="C alone"
    )
    assert changed.status_code == 302
    assert "C alone" in words(browser.get(f"/cohorts/{cohort.id}/tracks"))
    gone = submit(browser, f"/track-groups/{group.id}", f"/track-groups/{group.id}/remove")
    assert gone.location == f"/cohorts/{cohort.id}/tracks"
    names = select(Track.name).filter_by(cohort_id=cohort.id).order_by(Track.position)
    assert db.session.scalars(names).all() == ["A", "B", "C"]


def test_a_track_that_goes_leaves_its_groups(cast, client_of):
    cohort = make_cohort(name="Next", tracks=("A", "B", "C"))
    group = make_group(cohort, "A", "B", aim=0.5)
    gone = {f"track-{track_of(cohort, 'A').id}-remove": "on"}
    answer = submit(client_of(cast.staff), f"/cohorts/{cohort.id}/tracks", **gone)
    assert answer.location == f"/cohorts/{cohort.id}/portfolio"
    db.session.expire_all()
    assert [track.name for track in group.tracks] == ["B"]


def test_shares_are_kept_as_finely_as_they_are_compared(cast, client_of):
    cohort = make_cohort(name="Next")
    first = f"track-{cohort.tracks[0].id}-"
    typed = {f"{first}low": "33.34", f"{first}aim": "33.32"}
    assert submit(client_of(cast.staff), f"/cohorts/{cohort.id}/tracks", **typed).status_code == 302
    assert tracks_of(cohort)[0] == ("Interpretability", 0.333, 0.333, 1)


def test_a_group_is_not_called_as_a_track_is(cast, client_of):
    new, tracks = f"/cohorts/{cast.cohort.id}/groups/new", [track.id for track in cast.cohort.tracks]
    refused = submit(client_of(cast.staff), new, name="governance", tracks=tracks)
    assert refused.status_code == 422
    assert "There are two of the name “governance”" in words(refused)


def test_six_tracks_of_a_new_cohort_are_made_together(cast, client_of):
    cohort = make_cohort(name="Next", tracks=())
    typed = {
        f"new-{number}-{name}": value
        for number in range(1, 7)
        for name, value in (("name", f"Track {number}"), ("low", "5"), ("aim", "16"), ("high", "20"))
    }
    assert submit(client_of(cast.staff), f"/cohorts/{cohort.id}/tracks", **typed).status_code == 302
    assert [track[0] for track in tracks_of(cohort)] == [f"Track {number}" for number in range(1, 7)]


def test_what_is_sent_twice_is_kept_once(cast, client_of):
    cohort, browser = make_cohort(name="Next"), client_of(cast.staff)
    group = make_group(cohort, "Governance")
    for path, typed in (
        (f"/cohorts/{cohort.id}/tracks", {f"track-{track.id}-aim": "40" for track in cohort.tracks}),
        (f"/track-groups/{group.id}", {"high": "90", "aim": "50"}),
    ):
        fields = filled(find_form(read(browser.get(path)), path)) | typed
        assert [browser.post(path, data=fields).status_code for _ in range(2)] == [302, 302]
    assert len(db.session.scalars(select(AuditEvent).filter_by(tag=Tag.TRACK_CHANGE)).all()) == 2
