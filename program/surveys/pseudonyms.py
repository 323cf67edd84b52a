"""Names for answers that only the holder of the key can tie to a person; the key is not in the database."""

import hashlib
import hmac


def pseudonym(survey_id: int, fellowship_id: int, *, key: str) -> str:
    """The fellowship's name in all waves of the survey: HMAC-SHA-256 under the survey key."""
    return hmac.new(key.encode(), f"{survey_id}:{fellowship_id}".encode(), hashlib.sha256).hexdigest()
