"""The mentor funnel of a cohort as staff work on it: the board, the list, and the steps that are taken there."""
