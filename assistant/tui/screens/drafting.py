"""Drafting: the outline fills, the paragraphs grow, and all of it can be stopped at once."""

import threading
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import ProgressBar, Static, Tree

from assistant.drafting.book import Book, State
from assistant.drafting.events import (
    CandidateJudged,
    DraftDone,
    Event,
    PointDone,
    RunStarted,
    SlotStarted,
    TextArrived,
)
from assistant.drafting.pace import Pace
from assistant.errors import AssistantError, Cancelled, ModelError
from assistant.spec import UnitSpec
from assistant.tui.screen import AssistantScreen
from assistant.tui.widgets.outline import WRITING, Outline
from assistant.workspace import look_at, remember, remember_speed, run_folder

_BATCH = 0.08
"""Seconds of events told to the screen at a time, so that keys never wait behind tokens."""


class DraftingScreen(AssistantScreen[None]):
    """Runs `generate` in a thread and shows its events."""

    HEADING = "起草"
    AUTO_FOCUS = "#outline"
    HELP_TEXT = """# 起草

左边是提纲，右边是正在写的各段。每段写好就存盘，随时可以停，停了也不丢。

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
| F6 | 去逐段修改（没写完也可以去，起草会先停下） |
| Esc | 返回；正在起草时先问一声 |
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "models", "模型", show=False),
        Binding("f5", "pause", "暂停/继续"),
        Binding("f6", "review", "修改"),
    ]

    class Happened(Message):
        """Some of what the drafting told."""

        def __init__(self, events: list[tuple[float, Event]]) -> None:
            super().__init__()
            self.events = events

    class Preparing(Message):
        """The model is being checked or loaded."""

        def __init__(self, note: str) -> None:
            super().__init__()
            self.note = note

    class Ended(Message):
        """The drafting has stopped: finished, stopped by the user, or failed."""

        def __init__(self, error: Exception | None, *, stopped: bool) -> None:
            super().__init__()
            self.error, self.stopped = error, stopped

    def __init__(self, spec: UnitSpec, file: Path) -> None:
        super().__init__()
        self.spec, self.file = spec, file
        self.folder = run_folder(file)
        self.book = Book(spec, self.folder)
        self.running = False
        self.finished = False
        self._stop = threading.Event()
        self._then = ""
        """Where to go once it has stopped."""
        self._pace = Pace()
        self._growing: dict[str, dict[int, str]] = {}

    def body(self) -> ComposeResult:
        """Outline left, text right, progress below."""
        with Horizontal(id="drafting"):
            yield Outline(self.book.plan)
            yield VerticalScroll(id="growing")
        with Horizontal(id="progress"):
            yield ProgressBar(id="bar", show_eta=False, show_percentage=False)
            yield Static("准备……", id="pace", markup=False)

    def on_mount(self) -> None:
        """Begin, or go on where it was left."""
        outline = self.query_one(Outline)
        for paragraph in self.book:
            outline.mark(paragraph.slot.id, paragraph.state)
        self.set_interval(1.0, self._show_pace)
        self._begin()

    def on_unmount(self) -> None:
        """Nobody looks on any more."""
        if self.running:
            self._stop.set()
            self.assistant.session.cancel()

    @property
    def under_way(self) -> str:
        """What quitting now would stop."""
        return "正在起草。写好的段落都已存盘，停下以后可以接着写。" if self.running else ""

    # Running

    def _begin(self) -> None:
        self.running, self.finished = True, False
        self._stop.clear()
        self.title_bar.tell(title=f"公文起草助手 › 起草 › {self.spec.unit}", state="正在准备模型")
        self._draft()

    @work(thread=True, exclusive=True, group="model", exit_on_error=False)
    def _draft(self) -> None:
        """In a thread: what the command `generate` does."""
        preferences = self.assistant.preferences
        error: Exception | None = None
        try:
            from assistant.drafting.generate import generate
            from assistant.drafting.record import RunSettings
            from assistant.examples.store import shipped_examples

            def tell(_done: int, _total: int, note: str, /) -> None:
                if self._stop.is_set():
                    raise Cancelled("已停下。")
                self.post_message(self.Preparing(note))

            model, identity = self.assistant.session.use(preferences.model, tell)
            events = generate(
                self.spec,
                model=model,
                identity=identity,
                folder=self.folder,
                examples=shipped_examples(),
                settings=RunSettings(candidates=preferences.candidates, seed=preferences.seed),
                resume=True,
            )
            with closing(events):
                self._pass_on(events)
        except Exception as raised:
            error = raised
        self.post_message(self.Ended(error, stopped=self._stop.is_set()))

    def _pass_on(self, events: Iterable[Event]) -> None:
        batch: list[tuple[float, Event]] = []
        told = time.monotonic()
        for event in events:
            now = time.monotonic()
            batch.append((now, event))
            if now - told >= _BATCH or not isinstance(event, TextArrived):
                self.post_message(self.Happened(batch))
                batch, told = [], now
            if self._stop.is_set():
                break
        self.post_message(self.Happened(batch))

    def _halt(self, then: str = "") -> None:
        """Stop at once; what is half written is written anew when it goes on."""
        self._then = then
        self._stop.set()
        self.assistant.session.cancel()
        self.query_one("#pace", Static).update("正在停下……")

    # Showing

    @on(Preparing)
    def _preparing(self, event: Preparing) -> None:
        self.query_one("#pace", Static).update(event.note or "正在准备模型……")

    @on(Happened)
    def _happened(self, message: Happened) -> None:
        grown: set[str] = set()
        for now, event in message.events:
            self._pace.note(event, now)
            match event:
                case RunStarted():
                    self._started(event)
                case SlotStarted():
                    self.query_one(Outline).mark(event.slot.id, WRITING)
                    self._growing[event.slot.id] = {}
                    self._paragraph(event.slot.id, Content.styled("……", "dim"), event.heading)
                case TextArrived():
                    texts = self._growing.setdefault(event.slot_id, {})
                    known = texts.get(event.candidate, "")
                    texts[event.candidate] = known + event.text
                    grown.add(event.slot_id)
                case CandidateJudged():
                    grown.add(event.slot_id)
                case PointDone():
                    self._done(event)
                    grown.discard(event.slot.id)
                case DraftDone():
                    self.finished = True
                    self._keep_speed(event)
        for slot_id in grown:
            self._grow(slot_id)
        self._show_pace()

    def _started(self, event: RunStarted) -> None:
        self.query_one("#bar", ProgressBar).update(total=self._pace.total, progress=event.finished)
        self.title_bar.tell(state="正在起草")
        if event.changed:
            self.notify(f"规格改动过，有 {event.changed} 段要重写。您改过、锁定的段落不动。")

    def _grow(self, slot_id: str) -> None:
        """The longest candidate, and how far the others are."""
        texts = self._growing.get(slot_id, {})
        if not texts:
            return
        longest = max(texts.values(), key=len)
        lengths = "、".join(str(len(text)) for _, text in sorted(texts.items()))
        text = Content.assemble(
            self.book[slot_id].slot.opening, (longest, ""), (f"　候选{lengths}字", "dim")
        )
        self._paragraph(slot_id, text, self.book[slot_id].heading)

    def _done(self, event: PointDone) -> None:
        self._growing.pop(event.slot.id, None)
        self.book.drafted(event.record)
        paragraph = self.book[event.slot.id]
        self.query_one(Outline).mark(event.slot.id, paragraph.state)
        self.query_one("#bar", ProgressBar).update(progress=self._pace.done)
        self._paragraph(event.slot.id, Content(paragraph.point.text), paragraph.heading)

    def _paragraph(self, slot_id: str, text: Content, heading: str) -> None:
        growing = self.query_one("#growing", VerticalScroll)
        shown = Content.assemble((heading, "dim"), "\n", text)
        name = "p-" + slot_id.replace(".", "-")
        found = growing.query(f"#{name}")
        if found:
            found.first(Static).update(shown)
        else:
            growing.mount(Static(shown, id=name, classes="paragraph", markup=False))
        if growing.scroll_offset.y >= growing.max_scroll_y - 3:
            growing.scroll_end(animate=False)

    def _show_pace(self) -> None:
        if not self.running or not self._pace.total:
            return
        now = time.monotonic()
        told = [f"{self._pace.done}/{self._pace.total}段"]
        left = self._pace.seconds_left(now)
        if left is not None:
            told.append(f"约剩{_duration(left)}")
        speed = self._pace.tokens_per_second(now)
        if speed:
            told.append(f"每秒{speed:.0f}词元")
        self.query_one("#pace", Static).update("，".join(told))

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        self.running = False
        self.book.reload()
        outline = self.query_one(Outline)
        for paragraph in self.book:
            outline.mark(paragraph.slot.id, paragraph.state)
        for slot_id in list(self._growing):
            self._paragraph(
                slot_id, Content.styled("停下了，继续时从头写。", "dim"), self.book[slot_id].heading
            )
        self._growing.clear()
        then, self._then = self._then, ""
        self._conclude(event)
        if then == "back":
            self._leave()
        elif then == "review":
            self._to_review()

    def _conclude(self, event: Ended) -> None:
        pace = self.query_one("#pace", Static)
        error = event.error
        if self.finished:
            self.title_bar.tell(state="起草完成")
            open_places = sum(p.state in (State.NEEDS_FACTS, State.DOUBTFUL) for p in self.book)
            rest = f"，{open_places}段有待补、待核" if open_places else ""
            pace.update(
                f"写完了：{sum(w for w, _ in self.book.characters().values())}字{rest}。按F6逐段看"
            )
        elif event.stopped or isinstance(error, Cancelled):
            self.title_bar.tell(state="已暂停")
            pace.update(f"已停在{self._pace.done}/{self._pace.total}段，按F5继续")
        else:
            self.title_bar.tell(state="出错了")
            pace.update("停下了，写好的段落都在。按F5再试")
            self._explain(error)

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

    @on(Tree.NodeHighlighted)
    def _highlighted(self, event: Tree.NodeHighlighted[str]) -> None:
        """Scroll to the paragraph on which the cursor stands, where it is shown."""
        if event.node.data and not self.running:
            name = "p-" + event.node.data.replace(".", "-")
            growing = self.query_one("#growing", VerticalScroll)
            found = growing.query(f"#{name}")
            paragraph = self.book[event.node.data]
            if found:
                growing.scroll_to_widget(found.first(), animate=False, top=True)
            elif paragraph.state is not State.WAITING:
                self._paragraph(paragraph.slot.id, Content(paragraph.point.text), paragraph.heading)

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
        """Go over what is there."""
        if self.running:
            self._halt("review")
        else:
            self._to_review()

    def _to_review(self) -> None:
        from assistant.tui.screens.review import ReviewScreen

        if all(paragraph.state is State.WAITING for paragraph in self.book):
            self.notify("还没有写好的段落。", severity="warning")
            return
        self.app.switch_screen(ReviewScreen(self.spec, self.file))

    def action_models(self) -> None:
        """The models on this computer."""
        from assistant.tui.screens.models import ModelsScreen

        if not self.running:
            self.app.push_screen(ModelsScreen())

    def action_back(self) -> None:
        """Return to the form; while drafting, ask first."""
        if not self.running:
            self._leave()
            return
        from assistant.tui.dialogues import Confirm

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
            self._halt("back")
        elif sure:
            self._leave()

    def _leave(self) -> None:
        self.attempt(lambda: remember(look_at(self.file)))
        self.dismiss()


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}分{rest:02d}秒" if minutes else f"{rest}秒"
