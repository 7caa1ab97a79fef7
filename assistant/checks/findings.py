"""What a check finds in a text."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "错误"
    WARNING = "警告"


@dataclass(frozen=True)
class Finding:
    """One thing wrong in a text."""

    code: str
    severity: Severity
    message: str
    """In Chinese: what is wrong and what to do; fed back to the model at a redraw."""
    excerpt: str = ""
    """The words concerned, as they stand in the text."""
