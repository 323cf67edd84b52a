"""Pictures and PDF beside a report: checked by what they are, kept with the versions that they were sent with."""
