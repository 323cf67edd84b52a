"""Searching in the reports that one may read."""
