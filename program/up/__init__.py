"""The one-command launcher: `fellowship demo` and `fellowship up`."""
