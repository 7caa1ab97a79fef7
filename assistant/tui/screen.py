"""What all screens share: a title bar, a line of keys, help, and errors told in plain words."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from assistant.errors import AssistantError
from assistant.tui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import ActiveBinding

    from assistant.tui.app import AssistantApp

T = TypeVar("T")


class TitleBar(Static):
    """One line on top: where one is, and on the right what state it is in."""

    def __init__(self, title: str) -> None:
        super().__init__(id="title-bar")
        self._title = title
        self._state = ""

    def on_mount(self) -> None:
        """Show the title."""
        self._show()

    def on_resize(self) -> None:
        """Keep the state at the right edge."""
        self._show()

    def tell(self, *, title: str | None = None, state: str | None = None) -> None:
        """Change the title or the state."""
        self._title = self._title if title is None else title
        self._state = self._state if state is None else state
        self._show()

    def _show(self) -> None:
        width = self.content_size.width
        state = Content(self._state)
        room = max(width - state.cell_length - 2, 10)
        title = Content(self._title).truncate(room, ellipsis=True)
        gap = " " * max(width - title.cell_length - state.cell_length, 1)
        self.update(Content.assemble(title, gap, state))


class AssistantScreen(Screen[T]):
    """A full screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "返回", show=True),
    ]
    HELP_TEXT: ClassVar[str] = ""
    """What F1 shows, in Markdown."""
    HEADING: ClassVar[str] = ""
    HOLDS_KEYS: ClassVar[bool] = False
    """Whether keys behind an Enter in a field wait until the screen releases them."""

    @property
    def assistant(self) -> "AssistantApp":
        """The application."""
        return cast("AssistantApp", self.app)

    @property
    def title_bar(self) -> TitleBar:
        """The line on top."""
        return self.query_one(TitleBar)

    def compose(self) -> "ComposeResult":
        """Title bar, the screen's own widgets, the keys."""
        yield TitleBar(f"公文起草助手 › {self.HEADING}" if self.HEADING else "公文起草助手")
        yield from self.body()
        yield KeyLine()

    @property
    def active_bindings(self) -> "dict[str, ActiveBinding]":
        """The keys that work now; the screen's own first and in their order, whatever is focused.

        The last line shows them so, and would otherwise move its keys about with the focus.
        """
        found = super().active_bindings
        own = [key for key, active in found.items() if active.node is self]
        order = [key for key in self._bindings.key_to_bindings if key in own]
        return {key: found[key] for key in (*order, *(k for k in found if k not in order))}

    def body(self) -> "ComposeResult":
        """The screen's own widgets."""
        raise NotImplementedError

    def action_back(self) -> None:
        """Leave the screen."""
        self.dismiss()

    def tell_error(self, error: AssistantError) -> None:
        """Show what is wrong and what to do."""
        tell_error(self, error)

    def attempt(self, act: Callable[[], object]) -> bool:
        """Do something that may fail for a reason the user can act on; whether it went well."""
        try:
            act()
        except AssistantError as error:
            self.tell_error(error)
            return False
        return True


class Dialogue(ModalScreen[T]):
    """A small window over a screen; Escape leaves without an answer."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "取消")]

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


def tell_error(screen: Screen[T] | ModalScreen[T], error: AssistantError) -> None:
    """Show an error as a message; markup in it is text."""
    screen.notify(
        error.hint or "请改正后再试。",
        title=error.message,
        severity="error",
        timeout=12,
        markup=False,
    )
