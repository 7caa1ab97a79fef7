"""Editing a spec step by step: each change is saved at once, can be undone, and keeps comments."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError, InputError, SpecError, reason
from assistant.files import write_private
from assistant.kinds import DocumentKind, all_kinds
from assistant.spec import Location, SpecIssue, UnitSpec
from assistant.spec_file import checked, plain_data, read_text
from assistant.spec_layout import Value, add_item, move_up, remove, set_value

MOST_UNDO = 500
"""Steps that can be taken back."""


@dataclass
class SpecEditor:
    """A spec file that is being edited, here and possibly in another program too."""

    file: Path
    text: str
    data: dict[str, Any] = field(default_factory=dict)
    """What the text says, every scalar as text; the last readable state while it is broken."""
    broken: SpecError | None = None
    """Why the text cannot be read as YAML."""
    unsaved: AssistantError | None = None
    """Why the last change could not be written; it is kept here and written with the next."""
    _undo: list[str] = field(default_factory=list)
    _redo: list[str] = field(default_factory=list)
    _merging: Location | None = None
    _stamp: tuple[int, int] | None = None

    @classmethod
    def open(cls, file: Path) -> "SpecEditor":
        """The editor of a file.

        Raises:
            SpecError: it cannot be read or is no text.
        """
        editor = cls(file, read_text(file))
        editor._stamp = _stamp(file)
        editor._understand()
        return editor

    @property
    def kind(self) -> DocumentKind | None:
        """The spec's kind, where it names one that exists."""
        return all_kinds().get(str(self.data.get("kind")))

    @property
    def can_undo(self) -> bool:
        """Whether a change can be taken back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether an undone change can be made again."""
        return bool(self._redo)

    def at(self, where: Location) -> Any:
        """What stands at a place; None where there is nothing."""
        value: Any = self.data
        for step in where:
            if isinstance(value, dict):
                value = value.get(str(step))
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def set(self, where: Location, value: Value) -> None:
        """Put a value at a place. Changes of one field in a row are undone in one step.

        Causes that name a problem by its claim name it by the new one.

        Raises:
            InputError: the place is written in a way that cannot be edited; nothing was changed.
        """
        if (self.at(where) or "") == (value or ""):
            return
        if len(where) > 1 and isinstance(where[-1], str) and not self.at(where[:-1]):
            self.set(where[:-1], {where[-1]: value})
            return
        text = set_value(self._readable(), where, value)
        for link in self._links_to(where):
            text = set_value(text, link, value)
        self._change(text, merging=where)

    def _links_to(self, where: Location) -> Iterator[Location]:
        """Where causes name the problem whose claim stands at a place; they follow its wording."""
        claim = self.at(where)
        if where[-1] != "claim" or "problems" not in where or not claim:
            return
        for i, cause in enumerate(self.at(("causes",)) or []):
            named = cause.get("from") if isinstance(cause, dict) else None
            for j, name in enumerate(named if isinstance(named, list) else []):
                if name == claim:
                    yield ("causes", i, "from", j)

    def add(self, where: Location, value: Value) -> int:
        """Append to the list at a place; its index there."""
        self._change(add_item(self._readable(), where, value))
        return len(self.at(where)) - 1

    def remove(self, where: Location) -> None:
        """Take away an item or a key."""
        self._change(remove(self._readable(), where))

    def move_up(self, where: Location) -> None:
        """Move an item of a list one place up."""
        if isinstance(where[-1], int) and where[-1] > 0:
            self._change(move_up(self._readable(), where))

    def replace_text(self, text: str) -> None:
        """Another text for the whole file, which may be broken."""
        if text != self.text:
            self._change(text, merging=())

    def undo(self) -> bool:
        """Take the last change back; whether there was one."""
        return self._step(self._undo, self._redo)

    def redo(self) -> bool:
        """Make the last undone change again; whether there was one."""
        return self._step(self._redo, self._undo)

    def close_step(self) -> None:
        """Let the next change of the same field be undone by itself."""
        self._merging = None

    def refresh(self) -> bool:
        """Take over what another program wrote; whether it wrote anything. Can be undone."""
        stamp = _stamp(self.file)
        if stamp is None or stamp == self._stamp:
            return False
        try:
            text = read_text(self.file)
        except SpecError:
            return False
        self._stamp = stamp
        if text == self.text:
            return False
        self._remember()
        self.text = text
        self._understand()
        return True

    def check(self) -> UnitSpec | list[SpecIssue]:
        """The spec, or everything that still keeps it from being one."""
        return [SpecIssue((), self.broken.message)] if self.broken else checked(self.data)

    def _readable(self) -> str:
        self.refresh()  # what another program has just written must not be overwritten
        if self.broken:
            raise InputError("规格的文本有误，先改好文本才能填表。", hint=self.broken.message)
        return self.text

    def _change(self, text: str, *, merging: Location | None = None) -> None:
        if merging is None or merging != self._merging:
            self._remember()
        self._merging = merging
        self.text = text
        self._understand()
        self._save()

    def _remember(self) -> None:
        self._undo.append(self.text)
        del self._undo[:-MOST_UNDO]
        self._redo.clear()
        self._merging = None

    def _step(self, taken: list[str], kept: list[str]) -> bool:
        if not taken:
            return False
        kept.append(self.text)
        self.text = taken.pop()
        self._merging = None
        self._understand()
        self._save()
        return True

    def _understand(self) -> None:
        try:
            self.data = plain_data(self.text, self.file.name)
            self.broken = None
        except SpecError as error:
            self.broken = error

    def _save(self) -> None:
        try:
            write_private(self.file, self.text)
        except OSError as error:
            self.unsaved = AssistantError(
                f"没有存上 {self.file}：{reason(error)}。",
                hint="您的修改还在屏幕上；腾出空间或改好权限后，再改一处就会一起存上。",
            )
        else:
            self.unsaved = None
            self._stamp = _stamp(self.file)


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
