"""The command line: ``riskscreen [--deployment NAME] [--home DIR] COMMAND …``."""

from riskscreen.cli.app import main

__all__ = ["main"]
