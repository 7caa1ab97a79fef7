"""The Chinese characters of a text, with the places where they stood."""

import re
from dataclasses import dataclass

_HAN = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class HanText:
    """A text without anything but its Chinese characters."""

    text: str
    offsets: tuple[int, ...]
    """Where each character stood in the whole text."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The place in the whole text of the characters `start` up to `end`, which are some."""
        return self.offsets[start], self.offsets[end - 1] + 1


def han_text(text: str) -> HanText:
    """The Chinese characters of `text`."""
    runs = [match.span() for match in _HAN.finditer(text)]
    return HanText(
        "".join(text[start:end] for start, end in runs),
        tuple(place for start, end in runs for place in range(start, end)),
    )
