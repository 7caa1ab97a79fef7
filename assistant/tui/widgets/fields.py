"""Fields of the form: a label, what is typed, and below it what is wrong or to be asked."""

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Button, Input, Label, Static, TextArea

from assistant.spec import Location

PAUSE = 0.4
"""Seconds without a key before what was typed is saved."""


def field_id(where: Location) -> str:
    """The id of the widget that shows a place of the spec."""
    return "f-" + "-".join(map(str, where))


class Line(TextArea):
    """A paragraph of text that wraps; Enter goes on instead of breaking the line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
    ]

    class Submitted(Message):
        """Enter was pressed."""

        def __init__(self, line: "Line") -> None:
            super().__init__()
            self.line = line

    def __init__(self, text: str, *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(
            text, soft_wrap=True, compact=True, placeholder=placeholder, id=id, tab_behavior="focus"
        )

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.prevent_default()
            event.stop()
            self.post_message(self.Submitted(self))
            return
        await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        # A pasted paragraph becomes one line, as a spec wants it.
        event.text = " ".join(event.text.split())
        await super()._on_paste(event)


class Note(Static):
    """What is wrong (red) or to be asked (yellow) at a place; hidden where there is nothing."""

    def __init__(self, where: Location) -> None:
        super().__init__(classes="note", markup=False)
        self.where = where
        self.display = False

    def tell(self, text: str, *, wrong: bool) -> None:
        """Show a note, or hide it where `text` is empty."""
        self.update(f"{'×' if wrong else '？'}{text}" if text else "")
        self.display = bool(text)
        self.set_class(wrong, "wrong")


class Field(Vertical):
    """A place of the spec and what it says."""

    class Edited(Message):
        """What was typed has settled."""

        def __init__(self, field: "Field", value: str) -> None:
            super().__init__()
            self.field, self.value = field, value

    class Submitted(Message):
        """Enter was pressed."""

        def __init__(self, field: "Field") -> None:
            super().__init__()
            self.field = field

    class RemoveAsked(Message):
        """The × behind the field was pressed."""

        def __init__(self, field: "Field") -> None:
            super().__init__()
            self.field = field

    def __init__(
        self,
        where: Location,
        label: str,
        value: str,
        *,
        placeholder: str = "",
        short: bool = False,
        removable: bool = False,
    ) -> None:
        super().__init__(id=field_id(where), classes="field")
        self.where = where
        self.value = value
        self._label, self._placeholder = label, placeholder
        self._short, self._removable = short, removable
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Label and input in a line, the note below."""
        with Horizontal(classes="field-line"):
            yield Label(self._label, markup=False)
            if self._short:
                yield Input(self.value, placeholder=self._placeholder, compact=True)
            else:
                yield Line(self.value, placeholder=self._placeholder)
            if self._removable:
                yield Button("×", compact=True, classes="remove")
        yield Note(self.where)

    def focus_input(self) -> None:
        """Put the cursor into the field."""
        self.query_one("Input, Line").focus()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typed(self, event: Input.Changed | TextArea.Changed) -> None:
        event.stop()
        if self._timer:
            self._timer.stop()
        if self.typed != self.value:
            self._timer = self.set_timer(PAUSE, self.settle)

    @property
    def typed(self) -> str:
        """What stands in the field now."""
        if self._short:
            return self.query_one(Input).value.strip()
        return " ".join(self.query_one(Line).text.split())

    @property
    def is_item(self) -> bool:
        """Whether it shows an item of a list of texts, which goes when it is emptied."""
        return isinstance(self.where[-1], int)

    def settle(self, *, leaving: bool = False) -> None:
        """Say at once what was typed; an emptied item only when the cursor leaves it."""
        if self._timer:
            self._timer.stop()
            self._timer = None
        if self.is_item and not self.typed and not leaving:
            return
        if self.is_mounted and self.typed != self.value:
            self.value = self.typed
            self.post_message(self.Edited(self, self.value))

    @on(events.DescendantBlur)
    def _left(self) -> None:
        self.settle(leaving=True)

    @on(Input.Submitted)
    @on(Line.Submitted)
    def _submitted(self, event: Input.Submitted | Line.Submitted) -> None:
        event.stop()
        self.settle()
        self.post_message(self.Submitted(self))

    @on(Button.Pressed, ".remove")
    def _remove(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.RemoveAsked(self))


class NewItem(Horizontal):
    """An empty line at the end of a list; what is typed and entered becomes an item."""

    class Entered(Message):
        """Something was entered."""

        def __init__(self, item: "NewItem", value: str, *, leaving: bool) -> None:
            super().__init__()
            self.item, self.value, self.leaving = item, value, leaving

    class Skipped(Message):
        """Enter was pressed with nothing typed."""

    def __init__(self, where: Location, label: str, placeholder: str) -> None:
        super().__init__(id=field_id((*where, "new")), classes="field-line")
        self.where = where
        self._label, self._placeholder = label, placeholder

    def compose(self) -> ComposeResult:
        """Label and line."""
        yield Label(self._label, markup=False, classes="dim")
        yield Line("", placeholder=self._placeholder)

    @property
    def typed(self) -> str:
        """What stands there now."""
        return " ".join(self.query_one(Line).text.split()) if self.is_mounted else ""

    def clear(self) -> None:
        """Empty it."""
        self.query_one(Line).load_text("")

    def _enter(self, *, leaving: bool) -> None:
        if value := self.typed:
            self.clear()
            self.post_message(self.Entered(self, value, leaving=leaving))

    @on(Line.Submitted)
    def _submitted(self, event: Line.Submitted) -> None:
        event.stop()
        if self.typed:
            self._enter(leaving=False)
        else:
            self.post_message(self.Skipped())

    @on(events.DescendantBlur)
    def _left(self) -> None:
        # Leaving must lose nothing, so what stands there becomes an item all the same.
        self._enter(leaving=True)
