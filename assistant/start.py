"""The entry point: the application on a terminal, a command where one is named.

Typer and the commands are not imported for the application, which should be there at once.
"""

import gc
import os
import sys

_FEW_NEW_OBJECTS = 100_000
"""Start-up makes that many which stay; to look for garbage among them takes a tenth of its time."""


def main() -> None:
    """Run `assistant`."""
    gc.set_threshold(_FEW_NEW_OBJECTS)
    # None is used; pydantic would look through every package that is installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if sys.argv[1:] or not (sys.stdin.isatty() and sys.stdout.isatty()):
        from assistant.cli import main as run_command

        run_command()
    else:
        # Milliseconds after which Textual takes an Esc for no beginning of another key's sequence.
        os.environ.setdefault("ESCDELAY", "25")
        from assistant.tui.app import run

        run()
