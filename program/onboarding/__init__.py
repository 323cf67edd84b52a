"""Letting in those who have a place in a cohort: who cannot sign in yet, and inviting them all at once."""
