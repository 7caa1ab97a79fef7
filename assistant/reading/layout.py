"""What is known of a layout: the page, and the look of each line of the text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """How the characters of a line look, styles resolved."""

    font: str
    """Chinese font of most of them; empty where the file leaves it to the theme."""
    size: float
    """In points."""
    pitch: float
    """Points from line to line; 0 where it depends on the font."""
    centred: bool = False


@dataclass(frozen=True)
class WordLayout:
    """The layout of a document; lengths in millimetres."""

    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float
    page_numbers: bool
    """Whether a footer or header prints them."""
    looks: tuple[Look | None, ...]
    """By line of the text that `read_word` gives; None for tables and what follows the body."""
