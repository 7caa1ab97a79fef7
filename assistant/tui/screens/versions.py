"""The versions of a paragraph, each with what it changes."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.drafting.versions import ORIGIN_NAMES, ParagraphVersions
from assistant.tui.screen import AssistantScreen
from assistant.tui.widgets.paragraph import difference


class VersionsScreen(AssistantScreen[int]):
    """Answers with the version to be brought back."""

    HEADING = "版本"
    AUTO_FOCUS = "#versions"
    HELP_TEXT = """# 版本

左边是这一段的各版，右边是选中的那版与现在这版的差别：
划掉的是现在有、那版没有的；绿色的是那版才有的。回车恢复选中的那版。
恢复不会丢掉任何一版。
"""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "bring_back", "恢复这一版")]

    def __init__(self, versions: ParagraphVersions) -> None:
        super().__init__()
        self._versions = versions

    def body(self) -> ComposeResult:
        """The list and the difference."""
        with Horizontal():
            yield OptionList(*map(Option, self._rows()), id="versions", markup=False)
            with VerticalScroll(id="difference-scroll"):
                yield Static(id="difference", markup=False)
        yield Static("↑↓选择，回车恢复选中的那版，Esc返回", classes="dim hint")

    def _rows(self) -> list[Content]:
        return [
            Content.assemble(
                ("●" if i == self._versions.current else "　", "$text-success"),
                f"第{i + 1}版 {ORIGIN_NAMES[version.origin]} {version.made:%m-%d %H:%M}",
                (f"\n　{version.told}" if version.told else "", "dim"),
            )
            for i, version in enumerate(self._versions.versions)
        ]

    def on_mount(self) -> None:
        """Stand on the version that counts."""
        self.query_one(OptionList).highlighted = self._versions.current

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        now = self._versions.version.point.text
        other = self._versions.versions[event.option_index].point.text
        same = event.option_index == self._versions.current
        heading = ("这就是现在的文字\n\n" if same else "与现在的文字相比\n\n", "dim")
        self.query_one("#difference", Static).update(
            Content.assemble(heading, difference(now, other))
        )

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)

    def action_bring_back(self) -> None:
        """Bring back the version under the cursor."""
        self.dismiss(self.query_one(OptionList).highlighted)
