"""The authorship ramp: who writes a report, and how much of it the fellow wrote."""
