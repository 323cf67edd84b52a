"""Comments beside a report: coaching, between the fellow and the research manager alone."""
