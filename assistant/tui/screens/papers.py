"""Facts from papers: sentences with figures, dates and projects, to be ticked and placed."""

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Label, Select, SelectionList, Static, TextArea
from textual.widgets.selection_list import Selection

from assistant.errors import AssistantError
from assistant.intake import aspect_index, items_key
from assistant.paper_facts import PaperFact, likely_place, paper_facts
from assistant.spec import Location
from assistant.spec_edit import SpecEditor
from assistant.tui.intake_notes import section_of
from assistant.tui.screen import AssistantScreen
from assistant.tui.widgets.toggles import TickList

_ENDINGS = (".txt", ".md", ".docx", ".pdf", ".html")


class PapersScreen(AssistantScreen[None]):
    """Puts chosen sentences of a paper into the spec."""

    HEADING = "从材料里找事实"
    AUTO_FOCUS = "#paper-text"
    HELP_TEXT = """# 从材料里找事实

1. F3 打开一份材料（年度总结、督查通报……），或把文字粘贴到上面的框里。
2. 程序列出带数字、日期、项目的句子。用空格勾选要用的。
3. 在下面选定放到哪个问题里，按 F5（或“放进去”）。

材料里的话原样放进规格，进去以后还可以改。没有勾的一句也不用。
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "open", "打开材料", priority=True),
        Binding("f5", "put", "放进去", priority=True),
        Binding("escape", "back", "回到表格", priority=True),
    ]

    class Found(Message):
        """A paper was read."""

        def __init__(self, text: str, facts: list[PaperFact], error: AssistantError | None) -> None:
            super().__init__()
            self.text, self.facts, self.error = text, facts, error

    def __init__(self, editor: SpecEditor, section: str) -> None:
        """`section`: that of the form from which the user comes."""
        super().__init__()
        self.editor = editor
        self._facts: list[PaperFact] = []
        self._places = _places(editor)
        near = (i for i, (_, at) in enumerate(self._places) if section_of(editor, at) == section)
        self._first = next(near, 0)

    def body(self) -> ComposeResult:
        """The paper above, its sentences below, the place at the bottom."""
        with Vertical(id="papers"):
            yield TextArea(id="paper-text", placeholder="把材料的文字粘贴在这里，或按 F3 打开文件")
            yield Static("还没有材料", id="found", classes="dim")
            yield TickList[int](id="facts")
            with Horizontal(classes="line"):
                yield Label("放到")
                yield Select(
                    [(title, i) for i, (title, _) in enumerate(self._places)],
                    id="place",
                    value=self._first if self._places else Select.NULL,
                    allow_blank=not self._places,
                    compact=True,
                    prompt="先写问题",
                )
                yield Button("放进去", id="put", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Wait for a paper."""
        self._timer = self.set_timer(0.5, self._read_pasted, pause=True)

    @on(TextArea.Changed)
    def _pasted(self) -> None:
        self._timer.stop()
        self._timer = self.set_timer(0.5, self._read_pasted)

    def _read_pasted(self) -> None:
        self._show(paper_facts(self.query_one(TextArea).text))

    def action_open(self) -> None:
        """Open a paper."""
        from assistant.tui.dialogues import OpenFile

        self.app.push_screen(
            OpenFile("打开哪份材料？", folder=self.editor.file.parent, endings=_ENDINGS),
            self._opened,
        )

    def _opened(self, file: Path | None) -> None:
        if file:
            self._read(file)

    @work(thread=True, exclusive=True, group="paper", exit_on_error=False)
    def _read(self, file: Path) -> None:
        from assistant.reading import read

        try:
            text = read(file)
        except AssistantError as error:
            self.post_message(self.Found("", [], error))
            return
        self.post_message(self.Found(text, paper_facts(text), None))

    @on(Found)
    def _found(self, event: Found) -> None:
        if event.error:
            self.tell_error(event.error)
            return
        self.query_one(TextArea).load_text(event.text)
        self._show(event.facts)
        self.query_one("#facts").focus()

    def _show(self, facts: list[PaperFact]) -> None:
        if facts == self._facts:
            return
        self._facts = facts
        self._list()
        told = f"找到{len(facts)}句有数字、日期或项目的话" if facts else "没有找到带数字的句子"
        self.query_one("#found", Static).update(told)

    def _list(self) -> None:
        listed = self.query_one("#facts", SelectionList)
        listed.clear_options()
        known = set(_all_facts(self.editor))
        for i, fact in enumerate(self._facts):
            used = "（已在规格里）" if fact.text in known else ""
            listed.add_option(Selection(fact.text.replace("[", r"\[") + used, i))
        listed.highlighted = 0 if self._facts else None

    @on(SelectionList.SelectionToggled)
    def _ticked(self, event: SelectionList.SelectionToggled[int]) -> None:
        """Offer the problem that the sentence is most like."""
        claims = [title for title, _ in self._places]
        place = likely_place(self._facts[event.selection.value].text, claims)
        if place is not None and len(self.query_one("#facts", SelectionList).selected) == 1:
            self.query_one("#place", Select).value = place

    def action_back(self) -> None:
        """Close the list of places, or leave."""
        place = self.query_one("#place", Select)
        if place.expanded:
            place.expanded = False
        else:
            super().action_back()

    @on(Button.Pressed, "#put")
    def action_put(self) -> None:
        """Add the ticked sentences to the chosen problem."""
        listed = self.query_one("#facts", SelectionList)
        chosen: list[int] = sorted(listed.selected)
        place = self.query_one("#place", Select).value
        if not self._places or not isinstance(place, int):
            self.notify("还没有可以放的问题，先回表格里写问题。", severity="warning")
            return
        if not chosen:
            self.notify("先用空格勾选要用的句子。", severity="warning")
            return
        title, where = self._places[place]

        def put() -> None:
            for i in chosen:
                self.editor.add(where, self._facts[i].text)

        if self.attempt(put):
            stood = listed.highlighted
            self._list()
            listed.highlighted = stood
            self.notify(f"已把 {len(chosen)} 条放到“{title}”。", markup=False)
            if self.editor.unsaved:
                self.tell_error(self.editor.unsaved)


def _places(editor: SpecEditor) -> list[tuple[str, Location]]:
    """Where facts can go, by claim."""
    kind = editor.kind
    places: list[tuple[str, Location]] = []
    if kind is None:
        return places
    key = items_key(kind)
    for aspect in kind.aspects:
        index = aspect_index(editor.data, aspect.name)
        if index is not None:
            places += _items(editor, ("aspects", index, key))
    if key == "work":
        places += _items(editor, ("problems",))
    if editor.at(("last_year",)):
        places.append(("上次整改情况", ("last_year", "facts")))
    if editor.at(("case",)):
        places.append(("典型案例", ("case", "facts")))
    return places


def _items(editor: SpecEditor, where: Location) -> list[tuple[str, Location]]:
    items = editor.at(where) or []
    return [
        (str(item.get("claim") or f"第 {i + 1} 条"), (*where, i, "facts"))
        for i, item in enumerate(items)
    ]


def _all_facts(editor: SpecEditor) -> list[str]:
    return [str(fact) for _, where in _places(editor) for fact in editor.at(where) or []]
