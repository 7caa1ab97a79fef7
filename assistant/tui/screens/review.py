"""Review: paragraph by paragraph, every change a version that can be brought back."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Tree

from assistant.drafting.book import Alternative, Book, Paragraph, State
from assistant.drafting.events import PointDone, TextArrived
from assistant.drafting.examine import PlacedFinding, examine
from assistant.errors import AssistantError
from assistant.tui.model_job import ModelJob
from assistant.tui.redraw_job import RedrawJob
from assistant.tui.screen import AssistantScreen
from assistant.tui.widgets.beside import Beside
from assistant.tui.widgets.outline import WRITING, Outline
from assistant.tui.widgets.text_pane import TextPane

_FOLLOW = 0.5
"""Seconds between looks at whether paragraphs have been drafted meanwhile."""
INSTRUCTIONS = ("更具体", "短一些", "长一些", "换个角度说", "少用套话，说这件事本身")


class ReviewScreen(AssistantScreen[None]):
    """The drafted document, to be gone over point by point."""

    HEADING = "修改"
    AUTO_FOCUS = "#outline"
    HELP_TEXT = """# 逐段修改

左边选一段，中间看文字，旁边是它依据的事实和检查出来的毛病。
绿色的句子依据您给的事实；白色是一般叙述，请看属不属实；红色要核实或要补。

| 键 | 作用 |
|---|---|
| F2 | 动手改；再按 F2 或 Esc 改完，自动存成一个版本 |
| F3 | 换一版：事实后面换上同一次写的其他候选 |
| F4 | 重写：说一句要求，如“更具体”“短一些” |
| F5 | 锁定、解锁 |
| F6 | 版本：看差别，恢复任何一版 |
| F7 | 通读全文、查找 |
| F8 | 自检表：还差什么才能交 |
| F9 | 导出 |
| Ctrl+Z、Ctrl+Y | 退回上一版、再到下一版 |

在“检查发现”里按回车，能自动改好的就改好。改过的段落不会被重新起草盖掉，每一版都留着。
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "edit", "改", priority=True),
        Binding("f2", "done", "改好了", priority=True),
        Binding("f3", "other", "换版", priority=True),
        Binding("f4", "redraw", "重写", priority=True),
        Binding("f5", "lock", "锁定", priority=True),
        Binding("f6", "versions", "版本", priority=True),
        Binding("f7", "read", "通读", priority=True),
        Binding("f8", "check", "自检", priority=True),
        Binding("f9", "export", "导出", priority=True),
        Binding("escape", "back", "返回", priority=True, show=False),
        Binding("ctrl+z", "older", "退回", show=False),
        Binding("ctrl+y", "newer", "再前进", show=False),
    ]

    class Examined(Message):
        """The checker has gone over the document."""

        def __init__(self, findings: list[PlacedFinding]) -> None:
            super().__init__()
            self.findings = findings

    def __init__(
        self,
        book: Book,
        file: Path,
        *,
        slot: str = "",
        drafting: Callable[[], bool] = lambda: False,
    ) -> None:
        """`slot`: where to begin; `drafting`: whether other paragraphs are being written."""
        super().__init__()
        self.book, self.file = book, file
        self.findings: list[PlacedFinding] = []
        self._drafting = drafting
        self._slot = slot or next(p.slot.id for p in book if p.state is not State.WAITING)
        self._seen = book.changes
        self._job: RedrawJob | None = None

    def body(self) -> ComposeResult:
        """Outline, text, facts and findings."""
        with Horizontal(id="review"):
            yield Outline(self.book.plan)
            with Vertical(id="review-right"):
                yield TextPane()
                yield Beside()

    def on_mount(self) -> None:
        """Show the first paragraph."""
        self._mark_all()
        self.query_one(Outline).stand_on(self._slot)
        self._show()
        self._examine()
        self.set_interval(_FOLLOW, self._follow)
        if self.book.lost:
            self.notify(
                f"有 {len(self.book.lost)} 段您改过的文字，规格里已没有对应的条目，"
                f"都还留在 {self.book.folder / 'versions'}。",
                severity="warning",
                timeout=12,
                markup=False,
            )

    def on_unmount(self) -> None:
        """A redraw has nobody to show it to any more."""
        if self._job:
            self._job.stop()

    @property
    def paragraph(self) -> Paragraph:
        """The one in front."""
        return self.book[self._slot]

    @property
    def _redrawing(self) -> str:
        """Id of the slot that is being redrawn."""
        return self._job.paragraph.slot.id if self._job else ""

    @property
    def _editing(self) -> bool:
        return self.query_one(TextPane).editing

    @property
    def under_way(self) -> str:
        """What quitting now would stop."""
        return "正在重写一段，现在退出就不要这一稿了。" if self._job else ""

    def flush(self) -> None:
        """Save what stands in the editor."""
        if self._editing:
            text = self.query_one(TextPane).typed
            self.attempt(lambda: self.book.edit(self._slot, text))

    # Showing

    def _mark_all(self) -> None:
        outline = self.query_one(Outline)
        for paragraph in self.book:
            outline.mark(paragraph.slot.id, paragraph.state)
        if self._redrawing:
            outline.mark(self._redrawing, WRITING)

    def _show(self) -> None:
        paragraph = self.paragraph
        self.query_one(TextPane).show(paragraph)
        self.query_one(Beside).show_facts(paragraph)
        self._list_findings()
        total = self.book.draft().characters
        self.title_bar.tell(
            title=f"公文起草助手 › 修改 › {self.book.spec.unit}",
            state=f"{'起草中，' * self._drafting()}{total}字，要求{self.book.plan.length}字",
        )

    def _list_findings(self) -> None:
        own = [placed for placed in self.findings if placed.slot == self._slot]
        self.query_one(Beside).show_findings(own)

    def _follow(self) -> None:
        """Show what has been drafted meanwhile."""
        if self._seen == self.book.changes or self._editing:
            return
        self._mark_all()
        if not self._redrawing:
            self._show()
        if not self._drafting():
            self._seen = self.book.changes
            self._examine()

    @on(Tree.NodeHighlighted)
    def _highlighted(self, event: Tree.NodeHighlighted[str]) -> None:
        chosen = event.node.data
        if chosen and chosen != self._slot:
            self._finish_edit()
            self._slot = chosen
            self._show()

    @on(Tree.NodeSelected)
    def _selected(self, event: Tree.NodeSelected[str]) -> None:
        if event.node.data:
            self.action_edit()

    @work(thread=True, exclusive=True, group="check", exit_on_error=False)
    def _examine(self) -> None:
        self.post_message(self.Examined(examine(self.book)))

    @on(Examined)
    def _examined(self, event: Examined) -> None:
        self.findings = event.findings
        self._list_findings()

    def _changed(self) -> None:
        """The paragraph in front has another text."""
        self._seen = self.book.changes
        self._mark_all()
        self._show()
        self._examine()

    # Changing

    def _unlocked(self) -> bool:
        if self.paragraph.locked:
            self.notify("这一段锁定了，先按 F5 解锁。", severity="warning")
        elif self._redrawing == self._slot:
            self.notify("这一段正在重写，按 Esc 可以停下。", severity="warning")
        else:
            return True
        return False

    def action_edit(self) -> None:
        """Begin to edit."""
        if self._unlocked():
            self.query_one(TextPane).begin_edit(self.paragraph.text)
            self.refresh_bindings()

    def action_done(self) -> None:
        """Finish editing; the text is kept as a version."""
        self._finish_edit()
        self.query_one(Outline).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Which keys work while a paragraph is edited."""
        editing = any(pane.editing for pane in self.query(TextPane))
        if action in ("edit", "other", "redraw", "lock"):
            return not editing
        return editing if action == "done" else super().check_action(action, parameters)

    def _finish_edit(self) -> None:
        if not self._editing:
            return
        self.flush()
        self.query_one(TextPane).end_edit()
        self.refresh_bindings()
        self._changed()

    @on(Beside.FindingChosen)
    def _fix(self, event: Beside.FindingChosen) -> None:
        fix = event.placed.fix
        if fix is None:
            self.notify("这一处要您自己看着改：按 F2。")
        elif self._unlocked() and self.attempt(lambda: self.book.fix(self._slot, [fix])):
            self.findings = []
            self._changed()

    def action_other(self) -> None:
        """Another candidate of the same draw."""
        from assistant.tui.dialogues import Choose

        if not self._unlocked():
            return
        if not self._drawn():
            return
        others = self.paragraph.alternatives()
        if not others:
            self.notify("这一段没有别的候选；按 F4 可以重写。")
            return

        def chosen(index: int | None) -> None:
            if index is not None and self.attempt(
                lambda: self.book.choose(self._slot, others[index])
            ):
                self._changed()

        question = "事实后面换成哪一版？现在的这版也会留着。"
        self.app.push_screen(Choose(question, map(_told, others)), chosen)

    def action_redraw(self) -> None:
        """Ask for an instruction and draw again."""
        from assistant.tui.dialogues import Ask

        if not self._unlocked():
            return
        if not self._drawn():
            return
        if self._redrawing or self._drafting():
            self.notify("模型正在写别的段落，等它写完再重写这一段。", severity="warning")
            return

        def told(instruction: str | None) -> None:
            if instruction:
                self._redraw(self.paragraph, instruction)

        question = "怎么重写？写一句要求，或在下面选："
        self.app.push_screen(
            Ask(question, placeholder="例：多说群众的感受", words=INSTRUCTIONS), told
        )

    def _drawn(self) -> bool:
        """Whether the model writes the paragraph in front; told if it does not."""
        slot = self.paragraph.slot
        if not slot.writable:
            self.notify("这一段没有事实可写，先在表格里补上事实。", severity="warning")
        elif slot.told:
            self.notify(
                "这一段是照您填的数和事实直接写成的，没有用模型，重写也是一样。"
                "要改文字按 F2；要改数和事实，回到表格里改。"
            )
        return slot.drawn

    def _redraw(self, paragraph: Paragraph, instruction: str) -> None:
        self._job = RedrawJob(self.assistant, self.book, paragraph, instruction, self.post_message)
        self._mark_all()
        self._run(self._job)

    @work(thread=True, exclusive=True, group="model", exit_on_error=False)
    def _run(self, job: ModelJob) -> None:
        job.run()

    @on(ModelJob.Preparing)
    def _preparing(self, event: ModelJob.Preparing) -> None:
        self._tell_redrawing(event.note)

    @on(ModelJob.Happened)
    def _happened(self, message: ModelJob.Happened) -> None:
        if self._job is None:
            return
        told = [event for _, event in message.events]
        text = self._job.grown(event for event in told if isinstance(event, TextArrived))
        self._tell_redrawing(text)
        for event in told:
            if isinstance(event, PointDone):
                self._redrawn(event)

    def _tell_redrawing(self, text: str) -> None:
        if self._job and self._redrawing == self._slot and not self._editing:
            told = (f"正在按“{self._job.instruction}”重写，按 Esc 停下：", "dim")
            self.query_one(TextPane).tell(Content.assemble(told, text))

    def _redrawn(self, done: PointDone) -> None:
        told = self._job.instruction if self._job else ""
        if self.attempt(
            lambda: self.book.add(done.slot.id, "redrawn", done.record.point, told=told)
        ):
            self.notify("重写好了，原来的那版也留着（F6）。")

    @on(ModelJob.Ended)
    def _redraw_ended(self, event: ModelJob.Ended) -> None:
        self._job = None
        error = event.error
        if event.stopped:
            self.notify("重写停下了，这一段没有变。")
        elif isinstance(error, AssistantError):
            self.tell_error(error)
        elif error is not None:
            self.tell_error(AssistantError(f"重写时出了意外：{error}", hint="这一段没有变。"))
        if self._editing:
            self._mark_all()
        else:
            self._changed()

    def action_lock(self) -> None:
        """Lock or unlock."""
        locked = not self.paragraph.locked
        if locked and self.paragraph.state is State.WAITING:
            self.notify("这一段还没有写，不能锁定。", severity="warning")
        elif self.attempt(lambda: self.book.lock(self._slot, locked)):
            self._mark_all()
            self._show()

    def action_versions(self) -> None:
        """All versions with their differences."""
        from assistant.tui.screens.versions import VersionsScreen

        if self._editing:
            self._finish_edit()
        versions = self.paragraph.versions
        if versions is None or len(versions.versions) < 2:
            self.notify("这一段只有一版。改过、换过、重写过以后，各版都在这里。")
            return

        def chosen(index: int | None) -> None:
            if index is not None:
                self._bring_back(index)

        self.app.push_screen(VersionsScreen(versions), chosen)

    def _bring_back(self, index: int) -> None:
        if self._unlocked() and self.attempt(lambda: self.book.bring_back(self._slot, index)):
            self._changed()

    def action_older(self) -> None:
        """The version before."""
        versions = self.paragraph.versions
        if versions and versions.current:
            self._bring_back(versions.current - 1)
        else:
            self.notify("没有更早的版本了。")

    def action_newer(self) -> None:
        """The version behind."""
        versions = self.paragraph.versions
        if versions and versions.current + 1 < len(versions.versions):
            self._bring_back(versions.current + 1)
        else:
            self.notify("没有更新的版本了。")

    # Going on

    def stand_on(self, slot_id: str) -> None:
        """Go to a paragraph."""
        self._finish_edit()
        self.query_one(Outline).stand_on(slot_id)

    def action_read(self) -> None:
        """The whole document."""
        from assistant.tui.screens.reading import ReadingScreen

        self._finish_edit()
        self.app.push_screen(ReadingScreen(self.book), self._go_to)

    def action_check(self) -> None:
        """The 自检表."""
        from assistant.tui.screens.checklist import ChecklistScreen

        self._finish_edit()
        self.app.push_screen(ChecklistScreen(self.book), self._go_to)

    def _go_to(self, slot_id: str | None) -> None:
        if slot_id:
            self.stand_on(slot_id)

    def action_export(self) -> None:
        """Hand it in."""
        from assistant.tui.screens.export import ExportScreen

        self._finish_edit()
        self.app.push_screen(ExportScreen(self.book, self.file))

    def action_back(self) -> None:
        """Finish editing, stop a redraw, or leave."""
        if self._editing:
            self.action_done()
        elif self._job:
            self._job.stop()
        elif self.focused is not self.query_one(Outline):
            self.query_one(Outline).focus()
        else:
            self.dismiss()


def _told(other: Alternative) -> str:
    faults = f"\n（有毛病，换上会标待核：{'；'.join(other.faults)}）" if other.faults else ""
    return other.text + faults
