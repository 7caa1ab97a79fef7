"""Switches whose state is seen without colours."""

from typing import TypeVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widgets import Checkbox, RadioButton, SelectionList

_Value = TypeVar("_Value")


class Choice(RadioButton):
    """One of several; ● where it is the one."""

    BUTTON_INNER = "○"

    def watch_value(self) -> None:
        """Show the state."""
        self.BUTTON_INNER = "●" if self.value else "○"
        super().watch_value()


class Tick(Checkbox):
    """On or off; X where it is on."""

    BUTTON_INNER = " "

    def watch_value(self) -> None:
        """Show the state."""
        self.BUTTON_INNER = "X" if self.value else " "
        super().watch_value()


class TickList(SelectionList[_Value]):
    """Several of many, a line each; X where one is chosen."""

    def render_line(self, y: int) -> Strip:
        """Show the state: Textual draws an X in any case, in another colour."""
        strip = super().render_line(y)
        line = self.scroll_offset.y + y
        if line >= self.option_count or self.get_option_at_index(line).value in self.selected:
            return strip
        left, cross, *others = strip
        return Strip([left, Segment(" ", cross.style), *others])
