"""The demo cohort: invented people, their texts, and the scenarios they are in."""
