"""Progress on stderr: a live bar on a terminal, a plain line now and then elsewhere."""

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assistant.checks.findings import Severity
from assistant.drafting.events import (
    CandidateJudged,
    Event,
    PointDone,
    RunStarted,
    SlotStarted,
    TextArrived,
)
from assistant.drafting.pace import Pace, duration


class DraftingProgress:
    """Shows the events of one run."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = console.is_terminal
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=console,
            disable=not self._live,
        )
        self._task = self._bar.add_task("准备", total=None, left="")
        self._pace = Pace()
        self._where: dict[str, str] = {}
        """Headings of the slots under way, by id."""

    def __enter__(self) -> "DraftingProgress":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    @property
    def done(self) -> int:
        """Slots finished so far, earlier runs included."""
        return self._pace.done

    def show(self, event: Event) -> None:
        """Show one event."""
        self._pace.note(event, time.monotonic())
        match event:
            case RunStarted():
                self._begin(event)
            case SlotStarted():
                self._where[event.slot.id] = f"{event.heading}{event.slot.ordinal}"
                self._bar.update(self._task, description=self._now())
            case TextArrived():
                self._bar.update(self._task, description=self._now())
            case CandidateJudged():
                fell = [f.code for f in event.findings if f.severity is Severity.ERROR]
                verdict = f"未过（{'、'.join(fell)}）" if fell else "通过"
                where = self._where[event.slot_id]
                text = f"{where} 第{event.attempt}轮候选{event.candidate + 1} {verdict}"
                self._bar.update(self._task, description=text)
            case PointDone():
                self._finish(event)
            case _:
                self._bar.update(self._task, description="完成", left="")

    def _begin(self, event: RunStarted) -> None:
        self._bar.update(self._task, total=self._pace.total, completed=self._pace.done)
        if event.finished:
            self._console.print(
                f"接着上一次写：已有 {event.finished} 段，"
                f"还差 {self._pace.total - event.finished} 段。"
            )
        if event.changed:
            self._console.print(f"规格或设置已改动：{event.changed} 段需要重写。")

    def _now(self) -> str:
        first, *others = self._where.values()
        beside = f"等{len(others) + 1}段" if others else ""
        return f"{first}{beside} 已写{self._pace.characters}字"

    def _finish(self, event: PointDone) -> None:
        where = self._where.pop(event.slot.id)
        seconds = self._pace.seconds_left(time.monotonic())
        left = "" if seconds is None else f"约剩 {duration(seconds)}"
        done, total = self._pace.done, self._pace.total
        self._bar.update(self._task, completed=done, left=left)
        if not self._live:
            self._console.print(f"[{done}/{total}] {where} {left}", markup=False)
