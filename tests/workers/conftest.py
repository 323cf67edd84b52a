"""The tasks, in this process."""

import importlib

import pytest

from program.extensions import db, limiter


@pytest.fixture(scope="session")
def workers(tmp_path_factory):
    """The Celery application with its tasks; loading it makes a Flask application, on settings of its own."""
    kept = dict(vars(limiter))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FELLOWSHIP_INSTANCE", str(tmp_path_factory.mktemp("workers")))
        module = importlib.import_module("workers.app")
        module.app.loader.import_default_modules()
    vars(limiter).clear()
    vars(limiter).update(kept)
    return module


@pytest.fixture
def run(workers, app, monkeypatch):
    """Run the task of a bell on the test's database, in a context of its own as in a worker."""
    monkeypatch.setattr(workers, "flask_app", app)

    def run(bell):
        db.session.commit()
        with app.app_context():
            return workers.app.tasks[bell]()

    return run
