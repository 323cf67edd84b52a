"""Reports that staff ask for beside the calendar: midterm, final, on request."""
