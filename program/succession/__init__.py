"""A mentor leaves in mid-cohort: what was theirs is handed over, and nothing is left without an owner."""
