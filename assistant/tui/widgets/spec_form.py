"""The form over one section of a spec; each change is saved at once."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

from textual import on
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Static

from assistant.errors import InputError
from assistant.kinds import all_kinds
from assistant.spec import Location, SpecIssue, UnitSpec
from assistant.spec_edit import SpecEditor
from assistant.tui.intake_form import place_of, section_widgets
from assistant.tui.intake_notes import notes
from assistant.tui.screen import tell_error
from assistant.tui.widgets.fields import Field, NewItem, Note, field_id

if TYPE_CHECKING:
    from assistant.tui.app import AssistantApp

_PLAIN = ("facts", "open", "from")
"""Lists of texts; the items of the others have keys of their own."""


class SpecForm(VerticalScroll):
    """The fields of a section, made anew whenever some come or go."""

    class Checked(Message):
        """The spec was checked, after a change or because the form stands anew."""

        def __init__(self, issues: list[SpecIssue]) -> None:
            super().__init__()
            self.issues = issues

    def __init__(self, editor: SpecEditor) -> None:
        super().__init__(id="form", can_focus=False)
        self.section = "basics"
        self._editor = editor
        self._shown = editor.text
        """The text that the form was last filled from or has written."""
        self._fills = 0
        self._filling = False

    @property
    def stale(self) -> bool:
        """Whether the spec was changed elsewhere."""
        return self._editor.text != self._shown

    @property
    def place_in_focus(self) -> Location | None:
        """The place of the spec that is being filled in."""
        focused = self.screen.focused
        for widget in focused.ancestors_with_self if focused else ():
            if isinstance(widget, Field | NewItem):
                return widget.where
        return None

    @property
    def _assistant(self) -> "AssistantApp":
        return cast("AssistantApp", self.app)

    # Showing

    def fill(self, focus: Location | None = None) -> None:
        """Show the section anew, the cursor at a place of it."""
        self._shown = self._editor.text
        self._fills += 1
        self._filling = True
        self._assistant.hold_keys()
        self.run_worker(self._refill(focus, self._fills), group="form", exclusive=True)

    async def _refill(self, focus: Location | None, number: int) -> None:
        try:
            await self._rebuild(focus)
        finally:
            if number == self._fills:  # else another one follows
                self._filling = False
                self._assistant.release_keys()

    async def _rebuild(self, focus: Location | None) -> None:
        stood = self.scroll_offset
        async with self.batch():
            await self.remove_children()
            await self.mount_all(self._widgets())
        if not self.is_attached:
            return  # the screen was left meanwhile
        self.scroll_to(y=stood.y, animate=False)
        self.check()
        if focus is not None:
            self._focus_place(focus)

    def _widgets(self) -> Iterator[Widget]:
        kind = self._editor.kind
        if self._editor.broken:
            yield Static("规格的文本有误，暂时不能填表", classes="heading")
            yield Static(str(self._editor.broken), classes="note wrong", markup=False)
            yield Button("打开文本来改（F4）", id="as-text", variant="primary")
        elif kind is None:
            yield Static("规格里的文种不认识", classes="heading")
            yield Note(("kind",))
            yield Button("选一个文种", id="choose-kind", variant="primary")
        else:
            yield Note(())
            yield from section_widgets(self._editor, kind, self.section)

    def _focus_place(self, where: Location) -> None:
        for place in (where, (*where, "new"), (*where, "claim"), (*where, "do")):
            for found in self.query(f"#{field_id(place)}"):
                inner = found.query("Line, Input")
                if inner:
                    inner.first().focus()
                    return

    def check(self) -> UnitSpec | list[SpecIssue]:
        """The spec if it holds, or its mistakes; each is shown where it belongs, as are
        questions."""
        found = self._editor.check()
        issues = [] if isinstance(found, UnitSpec) else found
        shown = {note.where: note for note in self.query(Note)}
        told = notes(self._editor, issues, shown, self.section)
        for where, note in shown.items():
            text, wrong = told.get(where, ("", False))
            note.tell(text, wrong=wrong)
        self.post_message(self.Checked(issues))
        return found

    # Changing

    def flush(self) -> None:
        """Save what was typed and has not settled yet."""
        for field in self.query(Field):
            if field.typed != field.value and not (field.is_item and not field.typed):
                field.value = field.typed
                self._store(field.where, field.value)
        for item in self.query(NewItem):
            if item.typed:
                self.enter(item.where, item.typed)
                item.clear()

    def _store(self, where: Location, value: str) -> None:
        """Save a field; an emptied item of a list goes."""
        if not value and isinstance(where[-1], int):
            focus = self.place_in_focus
            self._change(lambda: self._editor.remove(where))
            self.fill(focus and _after_removal(focus, where))
        else:
            self._change(lambda: self._editor.set(where, value or None))

    def enter(self, where: Location, value: str) -> None:
        """Add an item to a list."""
        key = {"measures": "do", "matters": "topic"}.get(str(where[-1]), "claim")
        item = value if where[-1] in _PLAIN else {key: value}
        self._change(lambda: self._editor.add(where, item))

    def _change(self, act: Callable[[], object]) -> None:
        try:
            act()
        except InputError as error:
            tell_error(self.screen, error)
            self.fill()
        self._shown = self._editor.text
        if self._editor.unsaved:
            tell_error(self.screen, self._editor.unsaved)

    @on(Field.Edited)
    def _edited(self, event: Field.Edited) -> None:
        self._store(event.field.where, event.value)
        self.check()

    @on(Field.Submitted)
    @on(NewItem.Skipped)
    def _submitted(self) -> None:
        self.screen.focus_next("Line, Input")
        if not self._filling:
            self._assistant.release_keys()

    @on(Field.RemoveAsked)
    def _remove_asked(self, event: Field.RemoveAsked) -> None:
        where = event.field.where
        self._drop(where if isinstance(where[-1], int) else where[:-1])

    @on(NewItem.Entered)
    def _entered(self, event: NewItem.Entered) -> None:
        where = event.item.where
        self.flush()
        self.enter(where, event.value)
        if event.leaving:
            self.fill(self.place_in_focus)
        elif where[-1] in _PLAIN:
            self.fill(where)
        else:
            last = len(self._editor.at(where) or []) - 1
            self.fill((*where, last, "owner" if where[-1] == "measures" else "facts"))

    @on(Button.Pressed, ".drop-item")
    def _drop_item(self, event: Button.Pressed) -> None:
        self._drop(place_of(event.button.name or ""))

    @on(Button.Pressed, ".move-item")
    def _move_item(self, event: Button.Pressed) -> None:
        where = place_of(event.button.name or "")
        self.flush()
        self._change(lambda: self._editor.move_up(where))
        self.fill()

    def _drop(self, where: Location) -> None:
        self.flush()
        self._change(lambda: self._editor.remove(where))
        self.fill()
        self.notify("已删去，按 Ctrl+Z 可以恢复。")

    @on(Button.Pressed, "#add-aspect")
    def _add_aspect(self) -> None:
        name = self.section.removeprefix("aspect:")
        self._change(lambda: self._editor.add(("aspects",), {"name": name}))
        self.fill()

    @on(Button.Pressed, "#choose-kind")
    def _choose_kind(self) -> None:
        from assistant.tui.dialogues import Choose

        kinds = list(all_kinds().values())

        def chosen(index: int | None) -> None:
            if index is not None:
                self._change(lambda: self._editor.set(("kind",), kinds[index].id))
                self.fill()

        self.app.push_screen(Choose("选一个文种", [kind.name for kind in kinds]), chosen)


def _after_removal(place: Location, removed: Location) -> Location:
    """Where a place is found once an item of a list is gone."""
    *before, index = removed
    depth = len(before)
    if place[:depth] != tuple(before) or len(place) <= depth:
        return place
    at = place[depth]
    if isinstance(at, int) and isinstance(index, int) and at > index:
        return (*place[:depth], at - 1, *place[depth + 1 :])
    return place
