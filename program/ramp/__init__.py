"""The authorship ramp as it went: planned, changed for one fellow, and measured."""
