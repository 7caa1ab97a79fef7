"""The spec as text, for what the form does not show and for files that are broken."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static, TextArea

from assistant.spec import UnitSpec
from assistant.spec_edit import SpecEditor
from assistant.spec_file import spec_mistakes
from assistant.tui.screen import AssistantScreen

_PAUSE = 0.6
"""Seconds without a key before the text is saved."""


class SpecTextScreen(AssistantScreen[None]):
    """The whole file in an editor; mistakes below, with their lines."""

    HEADING = "规格文本"
    AUTO_FOCUS = "#spec-text"
    HELP_TEXT = """# 规格文本

这是规格文件的原文，可以直接改，改了就存。下面列出写得不对的地方和行号。

- 冒号后面留一个空格；行首的空格表示层次，不用 Tab 键。
- “#”后面是说明，程序不读。
- Ctrl+Z 撤销、Ctrl+Y 重做；Esc 回到表格。
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "回到表格", priority=True),
        Binding("ctrl+z", "undo_text", "撤销", show=True),
    ]

    def __init__(self, editor: SpecEditor) -> None:
        super().__init__()
        self.editor = editor

    def body(self) -> ComposeResult:
        """The text and the mistakes."""
        yield TextArea(
            self.editor.text,
            id="spec-text",
            show_line_numbers=True,
            soft_wrap=True,
            tab_behavior="focus",
        )
        yield Static(id="mistakes", markup=False)

    def on_mount(self) -> None:
        """Show the mistakes."""
        self._timer = self.set_timer(_PAUSE, self.flush, pause=True)
        self._check()

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self._timer.stop()
        self._timer = self.set_timer(_PAUSE, self.flush)

    def flush(self) -> None:
        """Save what stands there."""
        text = self.query_one(TextArea).text
        if text != self.editor.text:
            self.editor.replace_text(text)
            if self.editor.unsaved:
                self.tell_error(self.editor.unsaved)
        self._check()

    def _check(self) -> None:
        mistakes = self.query_one("#mistakes", Static)
        found = self.editor.check()
        right = isinstance(found, UnitSpec)
        told = "没有发现错误。" if right else spec_mistakes(self.editor.text, self.editor.file.name)
        mistakes.update(told)
        mistakes.set_class(not right, "wrong")

    def action_undo_text(self) -> None:
        """Take back what was typed."""
        self.query_one(TextArea).undo()

    def action_back(self) -> None:
        """Save and return to the form."""
        self.flush()
        self.dismiss()
