"""The reports of a whole cohort as one zip, made by a worker."""
