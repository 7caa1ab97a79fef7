"""Switches whose state is seen without colours."""

from textual.widgets import Checkbox, RadioButton


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
