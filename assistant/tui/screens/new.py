"""A new document: which kind, which unit, who speaks."""

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from assistant.kinds import DocumentKind, all_kinds
from assistant.tui.screen import AssistantScreen
from assistant.workspace import new_document


class NewScreen(AssistantScreen[Path]):
    """Answers with the new spec file."""

    HEADING = "新建"
    HELP_TEXT = """# 新建

1. 在左边选文种。可以在上面输入几个字来找，如“2024”“支部”“主体责任”。
2. 右边是这个文种要写的各部分、各方面，对照本单位收到的通知看一看。
3. 填上单位全称和文中的自称，按“开始填写”。
"""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "begin", "开始填写")]

    def __init__(self) -> None:
        super().__init__()
        self._kinds = list(all_kinds().values())

    def body(self) -> ComposeResult:
        """Kinds left, what they require right, the unit below."""
        with Horizontal(id="new-columns"):
            with Vertical(id="new-kinds"):
                yield Input(placeholder="找文种：年份、支部、主体责任……", id="search", compact=True)
                yield OptionList(id="kinds", markup=False)
            with VerticalScroll(id="requires-scroll"):
                yield Static(id="requires", markup=False)
        with Horizontal(classes="line"):
            yield Label("单位全称")
            yield Input(placeholder="如 云岭市水务局", id="unit", max_length=40, compact=True)
            yield Label("自称")
            yield Input(placeholder="局党组", id="speaker", compact=True)
            yield Button("开始填写", id="begin", variant="primary", compact=True)

    def on_mount(self) -> None:
        """List every kind."""
        self._list("")
        self.query_one("#kinds").focus()

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        self._list(event.value)

    @on(Input.Submitted, "#search")
    def _to_kinds(self) -> None:
        self.query_one("#kinds").focus()

    def _list(self, words: str) -> None:
        kinds = self.query_one("#kinds", OptionList)
        kinds.clear_options()
        group = ""
        for kind in self._kinds:
            if not all(word in _searchable(kind) for word in words.split()):
                continue
            if kind.group != group:
                group = kind.group
                kinds.add_option(Option(Content.styled(f"── {group}", "dim"), disabled=True))
            kinds.add_option(Option(kind.name, id=kind.id))
        kinds.highlighted = 1 if kinds.option_count else None
        if not kinds.option_count:
            self._require(None)

    @property
    def _kind(self) -> DocumentKind | None:
        kinds = self.query_one("#kinds", OptionList)
        if kinds.highlighted is None:
            return None
        chosen = kinds.get_option_at_index(kinds.highlighted).id
        return next((kind for kind in self._kinds if kind.id == chosen), None)

    @on(OptionList.OptionHighlighted, "#kinds")
    def _highlighted(self) -> None:
        self._require(self._kind)

    @on(OptionList.OptionSelected, "#kinds")
    def _selected(self) -> None:
        self.query_one("#unit").focus()

    def _require(self, kind: DocumentKind | None) -> None:
        self.query_one("#requires", Static).update(
            _requirements(kind) if kind else Content("没有这样的文种，换几个字再找。")
        )
        self.query_one("#speaker", Input).placeholder = kind.speaker if kind else ""

    @on(Input.Submitted, "#unit")
    @on(Input.Submitted, "#speaker")
    @on(Button.Pressed, "#begin")
    def action_begin(self) -> None:
        """Make the spec and go on."""
        kind, unit = self._kind, self.query_one("#unit", Input).value.strip()
        if kind is None:
            self.notify("先选一个文种。", severity="warning")
            self.query_one("#kinds").focus()
            return
        if len(unit) < 2:
            self.notify("请填写单位全称，至少两个字。", severity="warning")
            self.query_one("#unit").focus()
            return
        speaker = self.query_one("#speaker", Input).value.strip()
        folder = self.assistant.preferences.documents
        made: list[Path] = []
        if self.attempt(
            lambda: made.append(new_document(kind, folder, unit=unit, speaker=speaker))
        ):
            self.dismiss(made[0])


def _searchable(kind: DocumentKind) -> str:
    return f"{kind.name}{kind.group}{kind.id}{kind.year}"


def _requirements(kind: DocumentKind) -> Content:
    """What the kind asks for."""
    least, most = kind.points_per_aspect
    lines: list[Content | str | tuple[str, str]] = [(kind.name, "bold"), "\n"]
    if not kind.verified:
        lines.append(("方面的措辞未核对通知原文，请对照本单位收到的通知。\n", "$text-warning"))
    what = "做法" if kind.genre == "report" else "问题"
    lines.append(f"全文约 {kind.length} 字；每个方面 {least}—{most} 条{what}。\n")
    lines.append(("\n各部分\n", "bold"))
    for part in kind.parts:
        lines.append(f"· {part.heading}{'（可不写）' if part.optional else ''}\n")
    lines.append(("\n各方面\n", "bold"))
    lines += [f"{i}. {aspect.name}\n" for i, aspect in enumerate(kind.aspects, 1)]
    lines.append(("\n会问到的数\n", "bold"))
    lines += [f"· {number.ask}\n" for number in kind.lead_numbers.values()]
    return Content.assemble(*lines)
