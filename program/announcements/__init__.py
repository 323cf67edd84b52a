"""What staff write to a group of a cohort's people: chosen, looked at, sent once to each."""
