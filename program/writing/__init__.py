"""The page that a report is written on."""
