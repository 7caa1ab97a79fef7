"""Guided intake: the unit's situation, section by section, saved with each change."""

from collections.abc import Callable, Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, OptionList, Static

from assistant.errors import AssistantError, InputError
from assistant.intake import fullness, total
from assistant.kinds import DocumentKind, all_kinds
from assistant.spec import Location, SpecIssue, UnitSpec
from assistant.spec_edit import SpecEditor
from assistant.tui.intake_form import place_of, section_widgets
from assistant.tui.intake_notes import notes, section_of, suggestions
from assistant.tui.screen import AssistantScreen
from assistant.tui.widgets.fields import Field, NewItem, Note, field_id
from assistant.tui.widgets.sections import SectionList
from assistant.workspace import run_folder

_WATCH = 2.0
"""Seconds between looks at whether another program has changed the file."""


class IntakeScreen(AssistantScreen[None]):
    """The form over one spec file."""

    HOLDS_KEYS = True
    HEADING = "填写"
    AUTO_FOCUS = "#sections"
    HELP_TEXT = """# 填写

左边是要填的各项，百分数是填了多少；**×** 表示有错，**?** 表示还可以问得更细。
在左边上下移动，右边就换成那一项；回车进到右边填写，Esc 回到左边。

- 一条事实只说一件事，写清**何事、何时、多少**。
- 问题用一句短语，不写数字；数字写进事实。
- 每条措施写明**做什么、谁牵头、什么时候完成**。
- 不知道的空着，不要编；初稿里会标【待补】。

| 键 | 作用 |
|---|---|
| 回车 | 加上这一条，接着写下一条；没写就到下一格 |
| F2 | 现成的说法：同类材料里常见的问题，只供选用 |
| F3 | 从材料里找事实：打开或粘贴总结、通报，勾选要用的 |
| F4 | 文本：直接看、直接改规格的文本 |
| F5 | 起草 |
| F6 | 逐段修改（起草过才有） |
| F7、F8 | 上一项、下一项 |
| Ctrl+Z、Ctrl+Y | 撤销、重做 |

改一处存一处，不用另外保存。规格是普通的文本文件，别的编辑器里改了，这里会跟着变。
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "suggest", "现成说法", priority=True),
        Binding("f3", "papers", "找事实", priority=True),
        Binding("f4", "as_text", "文本", priority=True),
        Binding("f5", "draft", "起草", priority=True),
        Binding("f6", "review", "修改", priority=True),
        Binding("f7", "step(-1)", "上一项", priority=True, show=False),
        Binding("f8", "step(1)", "下一项", priority=True),
        Binding("ctrl+z", "undo", "撤销", priority=True, show=False),
        Binding("ctrl+y", "redo", "重做", priority=True, show=False),
    ]

    def __init__(self, editor: SpecEditor) -> None:
        super().__init__()
        self.editor = editor
        self.section = "basics"
        self._issues: list[SpecIssue] = []
        self._shown = editor.text
        """The text that the form was last filled from or has written."""
        self._fills = 0
        self._filling = False

    @property
    def kind(self) -> DocumentKind | None:
        """The spec's kind; None while it names none that exists."""
        return self.editor.kind

    def body(self) -> ComposeResult:
        """Sections left, the form right."""
        with Horizontal(id="intake"):
            yield SectionList()
            yield VerticalScroll(id="form", can_focus=False)

    def on_mount(self) -> None:
        """Show the first section."""
        self._list_sections()
        self._fill()
        self.set_interval(_WATCH, self._watch)

    def on_screen_resume(self) -> None:
        """Another screen may have changed the spec."""
        if self.editor.text != self._shown:
            self._fill()

    # Showing

    def _fill(self, focus: Location | None = None) -> None:
        """Show the section anew, the cursor at a place of it."""
        self._shown = self.editor.text
        self._fills += 1
        self._filling = True
        self.assistant.hold_keys()
        self.run_worker(self._refill(focus, self._fills), group="form", exclusive=True)

    async def _refill(self, focus: Location | None, number: int) -> None:
        try:
            await self._rebuild(focus)
        finally:
            if number == self._fills:  # else another one follows
                self._filling = False
                self.assistant.release_keys()

    async def _rebuild(self, focus: Location | None) -> None:
        form = self.query_one("#form", VerticalScroll)
        stood = form.scroll_offset
        async with self.batch():
            await form.remove_children()
            await form.mount_all(self._widgets())
        if not self.query("#sections"):
            return  # the screen was left meanwhile
        form.scroll_to(y=stood.y, animate=False)
        self._annotate()
        if focus is not None:
            self._focus_place(focus)

    def _widgets(self) -> Iterator[Widget]:
        kind = self.kind
        if self.editor.broken:
            yield Static("规格的文本有误，暂时不能填表", classes="heading")
            yield Static(str(self.editor.broken), classes="note wrong", markup=False)
            yield Button("打开文本来改（F4）", id="as-text", variant="primary")
        elif kind is None:
            yield Static("规格里的文种不认识", classes="heading")
            yield Note(("kind",))
            yield Button("选一个文种", id="choose-kind", variant="primary")
        else:
            yield Note(())
            yield from section_widgets(self.editor, kind, self.section)

    def _focus_place(self, where: Location) -> None:
        for place in (where, (*where, "new"), (*where, "claim"), (*where, "do")):
            for found in self.query(f"#{field_id(place)}"):
                inner = found.query("Line, Input")
                if inner:
                    inner.first().focus()
                    return

    def _list_sections(self) -> None:
        wrong = {section_of(self.editor, issue.location) for issue in self._issues}
        self.query_one(SectionList).show_sections(self.editor, wrong, self.section)

    def _annotate(self) -> None:
        """Show each mistake and each question where it belongs."""
        found = self.editor.check()
        self._issues = [] if isinstance(found, UnitSpec) else found
        shown = {note.where: note for note in self.query(Note)}
        told = notes(self.editor, self._issues, shown, self.section)
        for where, note in shown.items():
            text, wrong = told.get(where, ("", False))
            note.tell(text, wrong=wrong)
        self._list_sections()
        self._show_state()

    def _show_state(self) -> None:
        unit = str(self.editor.at(("unit",)) or self.editor.file.name)
        if self.kind is None or self.editor.broken:
            state = "有错"
        else:
            percent = round(100 * total(fullness(self.editor.data, self.kind)).share)
            saved = "没有存上！" if self.editor.unsaved else "已保存"
            state = f"填写{percent}%，{saved}"
        self.title_bar.tell(title=f"公文起草助手 › 填写 › {unit}", state=state)

    # Changing

    def flush(self) -> None:
        """Save what was typed and has not settled yet."""
        for field in self.query(Field):
            if field.typed != field.value and not (field.is_item and not field.typed):
                field.value = field.typed
                self._store(field.where, field.value)
        for item in self.query(NewItem):
            if item.typed:
                self._enter(item.where, item.typed)
                item.clear()

    def _store(self, where: Location, value: str) -> None:
        """Save a field; an emptied item of a list goes."""
        if not value and isinstance(where[-1], int):
            focus = self._place_in_focus()
            self._change(lambda: self.editor.remove(where))
            self._fill(focus and _after_removal(focus, where))
        else:
            self._change(lambda: self.editor.set(where, value or None))

    def _enter(self, where: Location, value: str) -> None:
        key = {"measures": "do", "matters": "topic"}.get(str(where[-1]), "claim")
        plain = where[-1] in ("facts", "open", "from")
        self._change(lambda: self.editor.add(where, value if plain else {key: value}))

    def _change(self, act: Callable[[], object]) -> None:
        try:
            act()
        except InputError as error:
            self.tell_error(error)
            self._fill()
        self._shown = self.editor.text
        if self.editor.unsaved:
            self.tell_error(self.editor.unsaved)

    @on(Field.Edited)
    def _edited(self, event: Field.Edited) -> None:
        self._store(event.field.where, event.value)
        self._annotate()

    @on(Field.Submitted)
    @on(NewItem.Skipped)
    def _submitted(self) -> None:
        self.focus_next("Line, Input")
        if not self._filling:
            self.assistant.release_keys()

    @on(Field.RemoveAsked)
    def _remove_asked(self, event: Field.RemoveAsked) -> None:
        where = event.field.where
        self._drop(where if isinstance(where[-1], int) else where[:-1])

    @on(NewItem.Entered)
    def _entered(self, event: NewItem.Entered) -> None:
        where = event.item.where
        self.flush()
        self._enter(where, event.value)
        plain = where[-1] in ("facts", "open", "from")
        count = len(self.editor.at(where) or [])
        if not event.leaving:
            below = {"measures": "owner", "matters": "facts", "causes": "from"}
            step = below.get(str(where[-1]), "facts")
            self._fill(where if plain else (*where, count - 1, step))
        else:
            self._fill(self._place_in_focus())

    def _place_in_focus(self) -> Location | None:
        focused = self.focused
        for widget in focused.ancestors_with_self if focused else ():
            if isinstance(widget, Field):
                return widget.where
            if isinstance(widget, NewItem):
                return widget.where
        return None

    @on(Button.Pressed, ".drop-item")
    def _drop_item(self, event: Button.Pressed) -> None:
        self._drop(place_of(event.button.name or ""))

    @on(Button.Pressed, ".move-item")
    def _move_item(self, event: Button.Pressed) -> None:
        where = place_of(event.button.name or "")
        self.flush()
        self._change(lambda: self.editor.move_up(where))
        self._fill()

    def _drop(self, where: Location) -> None:
        self.flush()
        self._change(lambda: self.editor.remove(where))
        self._fill()
        self.notify("已删去，按 Ctrl+Z 可以恢复。")

    @on(Button.Pressed, "#add-aspect")
    def _add_aspect(self) -> None:
        name = self.section.removeprefix("aspect:")
        self._change(lambda: self.editor.add(("aspects",), {"name": name}))
        self._fill()

    @on(Button.Pressed, "#as-text")
    def _text_pressed(self) -> None:
        self.action_as_text()

    @on(Button.Pressed, "#choose-kind")
    def _choose_kind(self) -> None:
        from assistant.tui.dialogues import Choose

        kinds = list(all_kinds().values())

        def chosen(index: int | None) -> None:
            if index is not None:
                self._change(lambda: self.editor.set(("kind",), kinds[index].id))
                self._fill()

        self.app.push_screen(Choose("选一个文种", [kind.name for kind in kinds]), chosen)

    def _watch(self) -> None:
        """Follow changes made in another program."""
        # Textual calls the screen below the one in front current, too.
        in_front = self.app.screen is self
        if in_front and (self.editor.refresh() or self.editor.text != self._shown):
            self.notify("规格在别处改过，已换成新的内容；按 Ctrl+Z 可以回到原来的。")
            self._fill(self._place_in_focus())

    # Moving

    @on(OptionList.OptionHighlighted, "#sections")
    def _section_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        chosen = str(event.option_id)
        if chosen != self.section and event.option_id:
            self.flush()
            self.section = chosen
            self.query_one("#form").scroll_home(animate=False)
            self._fill()

    @on(OptionList.OptionSelected, "#sections")
    def _section_selected(self) -> None:
        inputs = self.query("#form Line, #form Input")
        if inputs:
            inputs.first().focus()

    def action_step(self, by: int) -> None:
        """The section before or behind."""
        listed = self.query_one("#sections", OptionList)
        if listed.option_count:
            stands = (listed.highlighted or 0) + by
            listed.highlighted = max(0, min(stands, listed.option_count - 1))

    def action_back(self) -> None:
        """From the form to the sections, from there home."""
        self.flush()
        listed = self.query_one("#sections", OptionList)
        if self.focused is not listed and listed.option_count:
            listed.focus()
            return
        if self.editor.unsaved:
            from assistant.tui.dialogues import Confirm

            self.app.push_screen(
                Confirm(
                    f"{self.editor.unsaved.message}现在离开，没有存上的修改会丢。",
                    yes="仍然离开",
                    no="留下",
                ),
                lambda sure: sure and self.dismiss(),
            )
            return
        self.dismiss()

    @property
    def under_way(self) -> str:
        """What would be lost by quitting now."""
        self.flush()
        return f"{self.editor.unsaved.message}退出会丢掉修改。" if self.editor.unsaved else ""

    def action_undo(self) -> None:
        """Take the last change back."""
        self.flush()
        self._after_step(self.editor.undo(), "没有可以撤销的了。")

    def action_redo(self) -> None:
        """Make the undone change again."""
        self._after_step(self.editor.redo(), "没有可以重做的了。")

    def _after_step(self, stepped: bool, otherwise: str) -> None:
        if stepped:
            self._fill(self._place_in_focus())
        else:
            self.notify(otherwise)

    # Going on

    def action_suggest(self) -> None:
        """Words to choose from: typical claims, or the problems that a cause may explain."""
        from assistant.tui.dialogues import Choose

        if self.kind is None or self.editor.broken:
            return
        self.flush()
        found = suggestions(self.editor, self.kind, self.section, self._place_in_focus())
        if found is None:
            self.notify("写问题和原因的时候才有现成说法可选。")
            return
        words, where = found.words, found.where
        if not words or where is None:
            self.notify("这里还没有可选的。")
            return

        def chosen(index: int | None) -> None:
            if index is not None and where is not None:
                self._enter(where, words[index])
                self._fill((*where, len(self.editor.at(where)) - 1))

        self.app.push_screen(Choose(found.question, words), chosen)

    def action_papers(self) -> None:
        """Facts from papers."""
        from assistant.tui.screens.papers import PapersScreen

        if self.kind is None or self.editor.broken:
            return
        self.flush()
        self.app.push_screen(PapersScreen(self.editor, self.section), lambda _: self._fill())

    def action_as_text(self) -> None:
        """The file itself."""
        from assistant.tui.screens.spec_text import SpecTextScreen

        self.flush()
        self.app.push_screen(SpecTextScreen(self.editor), lambda _: self._reopen())

    def _reopen(self) -> None:
        self.query_one("#sections", OptionList).clear_options()
        self._list_sections()
        self._fill()

    def _ready(self) -> UnitSpec | None:
        """The spec, or its first mistake shown."""
        self.flush()
        self._annotate()
        found = self.editor.check()
        if isinstance(found, UnitSpec):
            return found
        first = found[0]
        self.notify(
            first.message,
            title=f"还有 {len(found)} 处要改，改好才能起草",
            severity="error",
            timeout=10,
            markup=False,
        )
        self._go_to(first.location)
        return None

    def _go_to(self, location: Location) -> None:
        listed = self.query_one(SectionList)
        ids = listed.ids
        section = section_of(self.editor, location)
        if section not in ids:
            section = "basics"
        if ids and section != self.section:
            self.section = section
            listed.highlighted = ids.index(section)
        self._fill(location)

    def action_draft(self) -> None:
        """Let the model write."""
        spec = self._ready()
        if spec:
            from assistant.tui.screens.drafting import DraftingScreen

            self.app.push_screen(DraftingScreen(spec, self.editor.file))

    def action_review(self) -> None:
        """Go over what is drafted."""
        folder = run_folder(self.editor.file)
        if not (folder / "slots").is_dir():
            self.notify("还没有起草过，先按 F5 起草。", severity="warning")
            return
        spec = self._ready()
        if spec:
            from assistant.drafting.book import Book
            from assistant.tui.screens.review import ReviewScreen

            try:
                self.app.push_screen(ReviewScreen(Book(spec, folder), self.editor.file))
            except AssistantError as error:
                self.tell_error(error)


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
