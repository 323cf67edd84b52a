"""Counting whose words were sent."""

from program.doorbell import Bell
from program.extensions import db
from program.ramp.services import count_words
from workers.app import app


@app.task(name=Bell.COUNT_WORDS.value)
def count_new_words() -> int:
    """Count what was sent and not counted, a commit after each batch; how many versions."""
    done = 0
    for count in count_words():
        db.session.commit()
        done += count
    return done
