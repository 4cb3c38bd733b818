"""The command line. Each group of commands is a module; what they do is elsewhere."""

from workers.cli.main import main

__all__ = ["main"]
