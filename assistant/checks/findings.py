"""What a check finds in a text."""

from dataclasses import dataclass
from enum import StrEnum

from assistant.text.edits import Edit


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "错误"
    WARNING = "警告"
    HINT = "提示"


@dataclass(frozen=True)
class Place:
    """Where something stands in a text: character offsets, and line and column from 1."""

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True)
class Finding:
    """One thing wrong in a text."""

    code: str
    severity: Severity
    message: str
    """In Chinese: what is wrong."""
    excerpt: str = ""
    """The words concerned, as they stand in the text."""
    place: Place | None = None
    """Absent where a paragraph is judged that is not in a document yet."""
    remedy: str = ""
    """In Chinese: what to do about it."""
    fix: Edit | None = None
    """An edit that mends it and can do no harm."""
