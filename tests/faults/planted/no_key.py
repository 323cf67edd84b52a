"""The workers with a safeguard off: a message has no unique key. Who looks first whether it is there is not enough:
two who sweep at the same moment both find none of it.
"""

import time
from secrets import token_hex

from program.notices import services
from tests.faults.hurried import app

__all__ = ["app"]

kept = services.insert_missing


def insert_all(model, rows):
    if rows:
        time.sleep(1)  # whoever looks meanwhile sees nothing yet
    return kept(model, [row | {"dedupe_key": f"{row['dedupe_key']}:{token_hex(4)}"} for row in rows])


services.insert_missing = insert_all
