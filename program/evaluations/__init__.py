"""At the middle and at the end of a cohort its mentors say how each of their fellows works; staff read it."""
