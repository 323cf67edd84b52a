"""Deadlines that bend: extensions, excuses, and fellows who ask for one."""
