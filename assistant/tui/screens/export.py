"""Export: which format, where to, and plainly what is unfinished."""

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, RadioSet, Static

from assistant.drafting.book import Book, State
from assistant.errors import AssistantError, reason
from assistant.export.formats import Format, write
from assistant.export.manuscript import Manuscript, from_draft
from assistant.files import write_private
from assistant.style import STANDARD
from assistant.tui.screen import AssistantScreen
from assistant.tui.widgets.toggles import Choice

_FORMATS = (
    (Format.docx, "Word（GB/T 9704 版式）"),
    (Format.md, "Markdown"),
    (Format.html, "网页"),
    (Format.txt, "纯文本"),
)


class ExportScreen(AssistantScreen[None]):
    """Writes the document as it stands; refuses nothing."""

    HEADING = "导出"
    AUTO_FOCUS = "#format"
    HELP_TEXT = """# 导出

选格式，看一看存放的位置，按“导出”。没有完成的地方也照样导出，但会说明白。
文件只有您本人可读；发送、拷贝时请按保密规定办。
"""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "export", "导出", priority=True)]

    def __init__(self, book: Book, file: Path) -> None:
        super().__init__()
        self.book = book
        self._spec_file = file
        self.manuscript: Manuscript = from_draft(book.draft())

    def body(self) -> ComposeResult:
        """Format, place, what is unfinished."""
        with VerticalScroll(id="export", can_focus=False):
            yield Static("格式", classes="heading")
            with RadioSet(id="format", compact=True):
                for i, (_, name) in enumerate(_FORMATS):
                    yield Choice(name, value=i == 0)
            yield Static("存到", classes="heading")
            with Horizontal(classes="line"):
                yield Input(str(self._target(Format.docx)), id="target", compact=True)
                yield Button("导出", id="export-now", variant="primary", compact=True)
            yield Label("", id="exported", markup=False)
            yield Static("完成情况", classes="heading")
            yield Static(self._unfinished(), id="unfinished", markup=False)

    def _target(self, to: Format) -> Path:
        return (self.book.folder / f"{self._spec_file.stem}.{to}").absolute()

    @property
    def _format(self) -> Format:
        return _FORMATS[max(self.query_one(RadioSet).pressed_index, 0)][0]

    def _unfinished(self) -> Content:
        waiting = [p for p in self.book if p.state is State.WAITING]
        marks = self.manuscript.unfinished
        if not marks:
            return Content("没有待补、待核的地方。仍请通读核实后再交。")
        lines: list[tuple[str, str] | str] = [
            (f"还有{len(marks)}处没有完成，文中保留了标记：\n", "$text-warning")
        ]
        if waiting:
            lines.append((f"有{len(waiting)}段还没有起草。\n", "$text-error"))
        for paragraph in self.book:
            point = paragraph.point
            lines += [f"·{paragraph.heading}：待补：{gap}\n" for gap in point.gaps]
            lines += [
                f"·{paragraph.heading}：待核：{sentence.text}\n"
                for sentence in point.sentences
                if sentence.doubt
            ]
        return Content.assemble(*lines)

    @on(RadioSet.Changed)
    def _format_changed(self) -> None:
        target = self.query_one("#target", Input)
        target.value = str(Path(target.value or "材料").with_suffix(f".{self._format}"))

    @on(Button.Pressed, "#export-now")
    @on(Input.Submitted, "#target")
    def action_export(self) -> None:
        """Write the file; ask before one is replaced."""
        typed = self.query_one("#target", Input).value.strip()
        if not typed:
            self.notify("请写明存到哪个文件。", severity="warning")
            return
        target = Path(typed).expanduser()
        if target.exists():
            from assistant.tui.dialogues import Confirm

            self.app.push_screen(
                Confirm(f"{target} 已经有了，要换成这一份吗？", yes="换掉"),
                lambda sure: self._write(target) if sure else None,
            )
        else:
            self._write(target)

    def _write(self, target: Path) -> None:
        def save() -> None:
            try:
                write_private(target, self._content())
            except OSError as error:
                raise AssistantError(
                    f"写不进 {target}：{reason(error)}。", hint="请换一个位置，或腾出空间再导出。"
                ) from None

        if self.attempt(save):
            marks = len(self.manuscript.unfinished)
            rest = f"（还有{marks}处待补、待核）" if marks else ""
            self.query_one("#exported", Label).update(f"已导出{rest}：{target}")

    def _content(self) -> str | bytes:
        return write(self.manuscript, self._format, STANDARD, day=self.book.spec.date)
