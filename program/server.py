"""How gunicorn serves the application: `gunicorn -c python:program.server`."""

from typing import Any

from gunicorn.glogging import Logger

wsgi_app = "program.app:create_app()"
preload_app = True
"""One loading for all processes; each opens database connections of its own, at its first request."""
timeout = 120
"""Seconds that one answer may take: everybody there is, as XLSX, takes 10 to 20 for 100,000 people."""
loglevel = "warning"
errorlog = None


class ApplicationsLog(Logger):
    """What gunicorn has to say goes where the application's lines go, and is made and redacted as they are."""

    def setup(self, cfg: Any) -> None:
        """Read anew with the configuration."""
        super().setup(cfg)
        self.error_log.propagate = True


logger_class = ApplicationsLog
