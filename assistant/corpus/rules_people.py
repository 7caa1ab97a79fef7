"""Rules on what must not be told: blanked places in one visible form, names of persons masked."""

import re
from collections.abc import Iterator

from assistant.text.edits import Edit
from assistant.text.names import find_named_officials
from assistant.text.placeholders import PLACEHOLDER, find_placeholders


def placeholders(text: str) -> Iterator[Edit]:
    """Every blanked place takes the one visible form; what stood there is not guessed."""
    for match in find_placeholders(text):
        yield Edit(*match.span(), PLACEHOLDER)


def names(text: str) -> Iterator[Edit]:
    """Names of persons beside a title are masked."""
    for span in find_named_officials(text):
        yield Edit(*span, PLACEHOLDER)


_RUN = re.compile(f"{PLACEHOLDER}(?:{PLACEHOLDER})+")


def placeholder_runs(text: str) -> Iterator[Edit]:
    """Blanked places that touch are one."""
    for match in _RUN.finditer(text):
        yield Edit(*match.span(), PLACEHOLDER)
