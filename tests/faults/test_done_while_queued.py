"""Who does what they owe before their reminder is claimed is not reminded; and the run notices when they are."""

from tests.faults.done_while_queued import run


def test_what_is_done_before_the_claim_is_not_mailed(backend, databases, tmp_path):
    outcome = run(databases.migrated(backend), tmp_path, count=60, seed=1)
    assert (outcome.races, outcome.mailed, outcome.missing) == (60, 0, 0), outcome
    assert outcome.is_good, outcome


def test_a_reminder_that_is_written_without_looking_is_noticed(databases, tmp_path):
    outcome = run(databases.migrated("sqlite"), tmp_path, count=24, seed=1, plant=True)
    assert outcome.mailed >= 1, outcome
    assert not outcome.is_good, outcome
