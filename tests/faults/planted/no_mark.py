"""The workers with a safeguard off: that a text goes out is not marked, so that a death in between is not seen."""

from program.delivery import claims
from tests.faults.hurried import app

__all__ = ["app"]

kept = claims.mark_handoff


def mark_nothing(notice_ids, token, *, lease, now):
    ours = kept(notice_ids, token, lease=lease, now=now)
    claims._change(claims._held(notice_ids, token), handoff_at=None)
    return ours


claims.mark_handoff = mark_nothing
