"""The fellowship programme: see `app.create_app`."""
