"""Drafting: the outline fills, the paragraphs grow, and all of it can be stopped at once."""

import time
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import ProgressBar, Static, Tree

from assistant.drafting.book import Book, State
from assistant.drafting.events import (
    DraftDone,
    Event,
    PointDone,
    RunStarted,
    SlotStarted,
    TextArrived,
)
from assistant.drafting.pace import Pace, duration
from assistant.errors import AssistantError, ModelError
from assistant.spec import UnitSpec
from assistant.tui.dialogues import Confirm
from assistant.tui.model_job import ModelJob
from assistant.tui.screen import AssistantScreen
from assistant.tui.screens.review import ReviewScreen
from assistant.tui.widgets.growing import Growing
from assistant.tui.widgets.outline import WRITING, Outline
from assistant.workspace import remember_speed, run_folder

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.drafting.record import ModelIdentity


class DraftingScreen(AssistantScreen[None]):
    """Runs `generate` in a thread and shows its events."""

    HEADING = "起草"
    AUTO_FOCUS = "#outline"
    HELP_TEXT = """# 起草

左边是提纲，右边是正在写的各段。每段写好就存盘，随时可以停，停了也不丢。
几段同时写，每段写几稿，取最好的一稿。

| 记号 | 意思 |
|---|---|
| · | 还没有写 |
| ▶ | 正在写 |
| ✓ | 写好了 |
| ◇ | 缺事实，文中有【待补】 |
| ? | 有待核实的话，文中有【待核】 |
| ◆ ■ | 您改过、锁定的，不会被盖掉 |

| 键 | 作用 |
|---|---|
| F5 | 暂停；再按继续。正写到一半的那几段，继续时从头写 |
| F6 | 去逐段修改：写好的先改，其余的接着写 |
| ↑ ↓ | 在提纲里选一段，看它写得怎样 |
| Esc | 返回；正在起草时先问一声 |
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "models", "模型", show=False),
        Binding("f5", "pause", "暂停/继续"),
        Binding("f6", "review", "修改"),
    ]

    def __init__(self, spec: UnitSpec, file: Path) -> None:
        super().__init__()
        self.spec, self.file = spec, file
        self.folder = run_folder(file)
        self.book = Book(spec, self.folder)
        self.finished = False
        self._job: ModelJob | None = None
        self._leaving = False
        """Whether to return once it has stopped."""
        self._pace = Pace()
        self._looked_at = self.book.plan.lead.id
        """Where the outline's cursor stands."""

    def body(self) -> ComposeResult:
        """Outline left, text right, progress below."""
        with Horizontal(id="drafting"):
            yield Outline(self.book.plan)
            yield Growing()
        with Horizontal(id="progress"):
            # With a total from the start: an unknown one is animated, which takes the model's time.
            total = sum(1 for _ in self.book.plan.slots())
            yield ProgressBar(total, id="bar", show_eta=False, show_percentage=False)
            yield Static("正在加载模型……", id="pace", markup=False)

    def on_mount(self) -> None:
        """Begin, or go on where it was left."""
        self._mark_all()
        self.set_interval(1.0, self._show_pace)
        self._begin()

    def on_screen_resume(self) -> None:
        """Paragraphs may have been changed in the review."""
        outline = self.query_one(Outline)
        for paragraph in self.book:
            if outline.state(paragraph.slot.id) != WRITING:
                outline.mark(paragraph.slot.id, paragraph.state)

    def on_unmount(self) -> None:
        """Nobody looks on any more."""
        if self._job:
            self._job.stop()

    @property
    def running(self) -> bool:
        """Whether it is drafting."""
        return self._job is not None

    @property
    def under_way(self) -> str:
        """What quitting now would stop."""
        return "正在起草。写好的段落都已存盘，停下以后可以接着写。" if self.running else ""

    # Running

    def _begin(self) -> None:
        self.finished = False
        self.title_bar.tell(title=f"公文起草助手 › 起草 › {self.spec.unit}", state="正在准备模型")
        app = self.assistant
        self._job = ModelJob(app.session, app.preferences.model, self._generate, self.post_message)
        self._run(self._job)

    @work(thread=True, exclusive=True, group="model", exit_on_error=False)
    def _run(self, job: ModelJob) -> None:
        job.run()

    def _generate(
        self, model: "BaseChatModel", identity: "ModelIdentity"
    ) -> Generator[Event, None, None]:
        """What the command `generate` does."""
        from assistant.drafting.generate import generate
        from assistant.drafting.record import RunSettings
        from assistant.examples.own import examples_for

        preferences = self.assistant.preferences
        return generate(
            self.spec,
            model=model,
            identity=identity,
            folder=self.folder,
            examples=examples_for(self.book.kind, self.spec.unit),
            settings=RunSettings(candidates=preferences.candidates, seed=preferences.seed),
            resume=True,
        )

    def _halt(self) -> None:
        """Stop at once; what is half written is written anew when it goes on."""
        if self._job:
            self._job.stop()
            self.query_one("#pace", Static).update("正在停下……")

    # Showing

    def _mark_all(self) -> None:
        outline = self.query_one(Outline)
        for paragraph in self.book:
            outline.mark(paragraph.slot.id, paragraph.state)

    @on(ModelJob.Preparing)
    def _preparing(self, event: ModelJob.Preparing) -> None:
        self.query_one("#pace", Static).update(event.note)

    @on(ModelJob.Happened)
    def _happened(self, message: ModelJob.Happened) -> None:
        growing = self.query_one(Growing)
        arrived: list[TextArrived] = []
        for now, event in message.events:
            self._pace.note(event, now)
            match event:
                case RunStarted():
                    self._started(event)
                case SlotStarted():
                    self.query_one(Outline).mark(event.slot.id, WRITING)
                    growing.begin(self.book[event.slot.id])
                case TextArrived():
                    arrived.append(event)
                case PointDone():
                    self._done(event)
                case DraftDone():
                    self.finished = True
                    self._keep_speed(event)
        growing.add(arrived)
        self._show_pace()

    def _started(self, event: RunStarted) -> None:
        self.query_one("#bar", ProgressBar).update(progress=event.finished)
        self.title_bar.tell(state="正在起草")
        if event.changed:
            self.notify(f"规格改动过，有 {event.changed} 段要重写。您改过、锁定的段落不动。")

    def _done(self, event: PointDone) -> None:
        self.book.drafted(event.record)
        paragraph = self.book[event.slot.id]
        self.query_one(Outline).mark(event.slot.id, paragraph.state)
        self.query_one("#bar", ProgressBar).update(progress=self._pace.done)
        self.query_one(Growing).finish(paragraph)

    def _show_pace(self) -> None:
        if not self.running or not self._pace.total:
            return
        now = time.monotonic()
        told = [f"{self._pace.done}/{self._pace.total}段"]
        left, speed = self._pace.seconds_left(now), self._pace.tokens_per_second(now)
        if speed is None:
            told.append(f"模型在读事实和范例，已用{duration(self._pace.seconds(now))}")
        elif left is not None:
            told.append(f"约剩{duration(left)}")
        if speed:
            told.append(f"每秒{speed:.0f}词元")
        self.query_one("#pace", Static).update("，".join(told))

    @on(ModelJob.Ended)
    def _ended(self, event: ModelJob.Ended) -> None:
        self._job = None
        self.book.reload()
        self._mark_all()
        self.query_one(Growing).abandon()
        self._conclude(event)
        if self._leaving:
            self.dismiss()

    def _conclude(self, event: ModelJob.Ended) -> None:
        pace = self.query_one("#pace", Static)
        if self.finished:
            self.title_bar.tell(state="起草完成")
            open_places = sum(p.state in (State.NEEDS_FACTS, State.DOUBTFUL) for p in self.book)
            rest = f"，{open_places}段有待补、待核" if open_places else ""
            pace.update(f"写完了：{self.book.draft().characters}字{rest}。按F6逐段看")
        elif event.stopped:
            self.title_bar.tell(state="已暂停")
            pace.update(f"已停在{self._pace.done}/{self._pace.total}段，按F5继续")
        else:
            self.title_bar.tell(state="出错了")
            pace.update("停下了，写好的段落都在。按F5再试")
            self._explain(event.error)

    def _explain(self, error: Exception | None) -> None:
        if isinstance(error, ModelError):
            self.notify(
                f"{error.hint}\n按 F3 可以下载或更换模型。",
                title=error.message,
                severity="error",
                timeout=15,
                markup=False,
            )
        elif isinstance(error, AssistantError):
            self.tell_error(error)
        elif error is not None:
            self.tell_error(
                AssistantError(
                    f"起草时出了意外：{type(error).__name__}：{error}",
                    hint="写好的段落都在。再按 F5 试一次；还不行，请把这句话告诉维护的人。",
                )
            )

    @work(thread=True, group="card", exit_on_error=False)
    def _keep_speed(self, done: DraftDone) -> None:
        totals = done.record.totals
        if totals.seconds and totals.tokens_decoded:
            remember_speed(done.record.model.name, totals.tokens_decoded / totals.seconds)

    @on(Tree.NodeSelected)
    def _selected(self, event: Tree.NodeSelected[str]) -> None:
        """Look at a paragraph; Enter on one that is written goes to change it."""
        if event.node.data and self.book[event.node.data].state is not State.WAITING:
            self._to_review(event.node.data)

    @on(Tree.NodeHighlighted)
    def _highlighted(self, event: Tree.NodeHighlighted[str]) -> None:
        """Show the paragraph on which the user has put the cursor."""
        slot_id = event.node.data
        if slot_id and slot_id != self._looked_at:
            self._looked_at = slot_id
            if self.book[slot_id].state is not State.WAITING:
                self.query_one(Growing).show(self.book[slot_id])

    # Keys

    def action_pause(self) -> None:
        """Stop, or go on."""
        if self.running:
            self._halt()
        elif self.finished:
            self.notify("已经写完了，按 F6 逐段看。")
        else:
            self._begin()

    def action_review(self) -> None:
        """Go over what is there; the rest is written meanwhile."""
        self._to_review()

    def _to_review(self, slot_id: str = "") -> None:
        if all(paragraph.state is State.WAITING for paragraph in self.book):
            self.notify("还没有写好的段落。", severity="warning")
            return
        if self.running:
            behind = ReviewScreen(self.book, self.file, slot=slot_id, drafting=self._is_running)
            self.app.push_screen(behind)
        else:
            self.app.switch_screen(ReviewScreen(self.book, self.file, slot=slot_id))

    def _is_running(self) -> bool:
        return self.running

    def action_models(self) -> None:
        """The models on this computer."""
        from assistant.tui.screens.models import ModelsScreen

        if not self.running:
            self.app.push_screen(ModelsScreen())

    def action_back(self) -> None:
        """Return to the form; while drafting, ask first."""
        if not self.running:
            self.dismiss()
            return
        self.app.push_screen(
            Confirm(
                "正在起草。写好的段落都已存盘，停下以后可以接着写。要停下吗？",
                yes="停下返回",
                no="接着写",
            ),
            self._leave_if,
        )

    def _leave_if(self, sure: bool | None) -> None:
        if sure and self.running:
            self._leaving = True
            self._halt()
        elif sure:
            self.dismiss()
