"""Beside a paragraph: the facts it rests on, and what the checker found in it."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.drafting.book import Paragraph
from assistant.drafting.examine import PlacedFinding
from assistant.tui.widgets.paragraph import facts_beside, finding_row


class Beside(Vertical):
    """Facts above, findings below."""

    class FindingChosen(Message):
        """Enter was pressed on a finding."""

        def __init__(self, placed: PlacedFinding) -> None:
            super().__init__()
            self.placed = placed

    def __init__(self) -> None:
        super().__init__(id="beside")
        self._findings: list[PlacedFinding] = []

    def compose(self) -> ComposeResult:
        """Facts, a heading, the list."""
        with VerticalScroll(id="facts-scroll", can_focus=False):
            yield Static(id="beside-facts", markup=False)
        yield Static("检查发现", id="findings-title", classes="group")
        yield OptionList(id="findings", markup=False)

    def show_facts(self, paragraph: Paragraph) -> None:
        """The facts of the paragraph in front."""
        self.query_one("#beside-facts", Static).update(facts_beside(paragraph))

    def show_findings(self, findings: list[PlacedFinding]) -> None:
        """What was found in the paragraph in front."""
        self._findings = findings
        listed = self.query_one("#findings", OptionList)
        listed.clear_options()
        listed.add_options(Option(finding_row(placed)) for placed in findings)
        listed.display = bool(findings)
        title = f"检查发现{len(findings)}处（Tab 过来，回车改）" if findings else "检查没有发现毛病"
        self.query_one("#findings-title", Static).update(title)

    @on(OptionList.OptionSelected, "#findings")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.FindingChosen(self._findings[event.option_index]))
