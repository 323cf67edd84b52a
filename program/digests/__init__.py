"""One mail a day for mentors who want no more of them, and staff who hear of reviews that nobody gives."""
