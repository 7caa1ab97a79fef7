"""The 自检表: what still stands in the way of handing the document in."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.drafting.book import Book
from assistant.drafting.examine import PlacedFinding, examine
from assistant.self_check import Criterion, Verdict, self_check
from assistant.tui.screen import AssistantScreen
from assistant.tui.widgets.paragraph import finding_row

_STYLES = {Verdict.GOOD: "$text-success", Verdict.LOOK: "$text-warning", Verdict.BAD: "$text-error"}
_MARKS = {Verdict.GOOD: "✓", Verdict.LOOK: "？", Verdict.BAD: "×"}


class ChecklistScreen(AssistantScreen[str]):
    """Answers with the paragraph to go to."""

    HEADING = "自检表"
    AUTO_FOCUS = "#checklist"
    HELP_TEXT = """# 自检表

按评分办法的次序，一项一项看还差什么。**×** 要改，**？** 请看一看，**✓** 没有发现问题。
下面列出各处，回车回到那一段。

“通过”只是程序没有查出问题，通篇还要由人读过、核过才能交。
"""
    BINDINGS: ClassVar[list[BindingType]] = []

    class Checked(Message):
        """The document was gone over."""

        def __init__(self, criteria: list[Criterion], findings: list[PlacedFinding]) -> None:
            super().__init__()
            self.criteria, self.findings = criteria, findings

    def __init__(self, book: Book) -> None:
        super().__init__()
        self.book = book
        self.criteria: list[Criterion] = []

    def body(self) -> ComposeResult:
        """Verdict and list."""
        yield Static("正在检查……", id="verdict")
        yield OptionList(id="checklist", markup=False)

    def on_mount(self) -> None:
        """Check in a thread."""
        self._check()

    @work(thread=True, exclusive=True, group="check", exit_on_error=False)
    def _check(self) -> None:
        findings = examine(self.book)
        criteria = self_check(self.book.draft(), self.book.kind, [p.finding for p in findings])
        self.post_message(self.Checked(criteria, findings))

    @on(Checked)
    def _checked(self, event: Checked) -> None:
        self.criteria = event.criteria
        bad = sum(item.verdict is Verdict.BAD for item in event.criteria)
        look = sum(item.verdict is Verdict.LOOK for item in event.criteria)
        if bad:
            verdict = f"还不能交：{bad}项要改，{look}项请看"
        elif look:
            verdict = f"没有必须改的；{look}项请看一看"
        else:
            verdict = "程序没有查出问题，请通读核实后再交"
        self.query_one("#verdict", Static).update(verdict)
        listed = self.query_one("#checklist", OptionList)
        listed.clear_options()
        for item in event.criteria:
            weight = f"（{item.weight}分）" if item.weight else ""
            row = Content.assemble(
                (
                    f"{_MARKS[item.verdict]} {item.name}{weight}　{item.verdict}",
                    f"bold {_STYLES[item.verdict]}",
                ),
                *(f"\n　　{note}" for note in item.notes),
            )
            listed.add_option(Option(row))
        placed = [finding for finding in event.findings if finding.slot]
        if placed:
            listed.add_option(Option(Content.styled("── 逐处（回车去改）", "dim"), disabled=True))
        for i, finding in enumerate(placed):
            listed.add_option(Option(finding_row(finding), id=f"{i}|{finding.slot}"))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        if event.option_id:
            self.dismiss(event.option_id.split("|", 1)[1])
