"""One mail a day or a week for mentors who want no more of them, and staff who hear of reviews that nobody gives."""
