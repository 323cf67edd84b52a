"""Celery: the doorbell, the clock and the hands. What is to be done stands in the database."""
