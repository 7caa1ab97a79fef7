"""Guided intake: the unit's situation, section by section, saved with each change."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, OptionList

from assistant.errors import AssistantError
from assistant.intake import fullness, total
from assistant.kinds import DocumentKind
from assistant.spec import Location, SpecIssue, UnitSpec
from assistant.spec_edit import SpecEditor
from assistant.tui.intake_notes import section_of, suggestions
from assistant.tui.screen import AssistantScreen
from assistant.tui.widgets.sections import SectionList
from assistant.tui.widgets.spec_form import SpecForm
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
        self._issues: list[SpecIssue] = []

    @property
    def form(self) -> SpecForm:
        """The fields of a section."""
        return self.query_one(SpecForm)

    @property
    def section(self) -> str:
        """The section that the form shows."""
        return self.form.section

    @property
    def kind(self) -> DocumentKind | None:
        """The spec's kind; None while it names none that exists."""
        return self.editor.kind

    def body(self) -> ComposeResult:
        """Sections left, the form right."""
        with Horizontal(id="intake"):
            yield SectionList()
            yield SpecForm(self.editor)

    def on_mount(self) -> None:
        """Show the first section."""
        self._list_sections()
        self.form.fill()
        self.set_interval(_WATCH, self._watch)

    def on_screen_resume(self) -> None:
        """Another screen may have changed the spec."""
        if self.form.stale:
            self.form.fill()

    # Showing

    def _list_sections(self) -> None:
        wrong = {section_of(self.editor, issue.location) for issue in self._issues}
        self.query_one(SectionList).show_sections(self.editor, wrong, self.section)

    @on(SpecForm.Checked)
    def _checked(self, event: SpecForm.Checked) -> None:
        self._issues = event.issues
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

    @on(Button.Pressed, "#as-text")
    def _text_pressed(self) -> None:
        self.action_as_text()

    def _watch(self) -> None:
        """Follow changes made in another program."""
        # Textual calls the screen below the one in front current, too.
        in_front = self.app.screen is self
        if in_front and (self.editor.refresh() or self.form.stale):
            self.notify("规格在别处改过，已换成新的内容；按 Ctrl+Z 可以回到原来的。")
            self.form.fill(self.form.place_in_focus)

    # Moving

    @on(OptionList.OptionHighlighted, "#sections")
    def _section_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        chosen = str(event.option_id)
        if chosen != self.section and event.option_id:
            self.form.flush()
            self.form.section = chosen
            self.form.scroll_home(animate=False)
            self.form.fill()

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
        self.form.flush()
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
        self.form.flush()
        return f"{self.editor.unsaved.message}退出会丢掉修改。" if self.editor.unsaved else ""

    def action_undo(self) -> None:
        """Take the last change back."""
        self.form.flush()
        self._after_step(self.editor.undo(), "没有可以撤销的了。")

    def action_redo(self) -> None:
        """Make the undone change again."""
        self._after_step(self.editor.redo(), "没有可以重做的了。")

    def _after_step(self, stepped: bool, otherwise: str) -> None:
        if stepped:
            self.form.fill(self.form.place_in_focus)
        else:
            self.notify(otherwise)

    # Going on

    def action_suggest(self) -> None:
        """Words to choose from: typical claims, or the problems that a cause may explain."""
        from assistant.tui.dialogues import Choose

        if self.kind is None or self.editor.broken:
            return
        self.form.flush()
        found = suggestions(self.editor, self.kind, self.section, self.form.place_in_focus)
        if found is None:
            self.notify("写问题和原因的时候才有现成说法可选。")
            return
        words, where = found.words, found.where
        if not words or where is None:
            self.notify("这里还没有可选的。")
            return

        def chosen(index: int | None) -> None:
            if index is not None and where is not None:
                self.form.enter(where, words[index])
                self.form.fill((*where, len(self.editor.at(where)) - 1))

        self.app.push_screen(Choose(found.question, words), chosen)

    def action_papers(self) -> None:
        """Facts from papers."""
        from assistant.tui.screens.papers import PapersScreen

        if self.kind is None or self.editor.broken:
            return
        self.form.flush()
        self.app.push_screen(PapersScreen(self.editor, self.section), lambda _: self.form.fill())

    def action_as_text(self) -> None:
        """The file itself."""
        from assistant.tui.screens.spec_text import SpecTextScreen

        self.form.flush()
        self.app.push_screen(SpecTextScreen(self.editor), lambda _: self._reopen())

    def _reopen(self) -> None:
        self.query_one("#sections", OptionList).clear_options()
        self._list_sections()
        self.form.fill()

    def _ready(self) -> UnitSpec | None:
        """The spec, or its first mistake shown."""
        self.form.flush()
        found = self.form.check()
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
            self.form.section = section
            listed.highlighted = ids.index(section)
        self.form.fill(location)

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
