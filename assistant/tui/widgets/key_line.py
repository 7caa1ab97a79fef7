"""The last line of a screen: the keys that work now."""

from textual.content import Content
from textual.events import MouseDown
from textual.screen import Screen
from textual.style import Style
from textual.widgets import Static

_KEY = "key"


class KeyLine(Static):
    """One widget for all keys, each of which can be clicked.

    Textual's own footer mounts a widget for each key whenever one of them changes, which takes
    longer than to show what the key press was for.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyLine {
        dock: bottom;
        height: 1;
        text-wrap: nowrap;
        color: $footer-description-foreground;
        background: $footer-background;
    }
    """

    def on_mount(self) -> None:
        """Follow the keys of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def on_unmount(self) -> None:
        """Follow them no longer."""
        self.screen.bindings_updated_signal.unsubscribe(self)

    def on_mouse_down(self, event: MouseDown) -> None:
        """Press the key that was clicked."""
        if key := event.style.meta.get(_KEY):
            self.app.simulate_key(key)

    def _follow(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self.update(self._told())

    def _told(self) -> Content:
        told: dict[str, Content] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and binding.action not in told:
                key = Content.styled(
                    f" {self.app.get_key_display(binding)} ",
                    "bold $footer-key-foreground on $footer-key-background",
                )
                both = Content.assemble(key, f"{binding.description} ")
                told[binding.action] = both.stylize(Style.from_meta({_KEY: binding.key}))
        return Content("").join(told.values())
