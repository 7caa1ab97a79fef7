"""The entry point: the application on a terminal, a command where one is named.

Typer and the commands are not imported for the application, which should be there at once.
"""

import sys


def main() -> None:
    """Run `assistant`."""
    if sys.argv[1:] or not (sys.stdin.isatty() and sys.stdout.isatty()):
        from assistant.cli import main as run_command

        run_command()
    else:
        from assistant.tui.app import run

        run()
