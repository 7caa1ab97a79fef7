"""The progress of an evaluation on stderr: a live bar on a terminal, plain lines elsewhere."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from assistant.evaluation.log import Job
from assistant.evaluation.run import JobDone, JobGrew, JobStarted, RunEvent
from assistant.evaluation.systems import SYSTEMS

_LEAST = 0.05
"""Documents, or the part of one, from which a system's pace can be told."""


class EvaluationProgress:
    """Shows what happens, and how long it will still take."""

    def __init__(
        self, console: Console, jobs: Sequence[Job], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._console = console
        self._now = now
        self._left = list(jobs)
        self._total = len(self._left)
        self._last = 0.0
        self._spent: dict[str, float] = defaultdict(float)
        """Wall seconds by system; those of documents written at the same time count once."""
        self._written: dict[str, float] = defaultdict(float)
        """Documents that stand, by system."""
        self._shares: dict[Job, float] = {}
        """What stands of each document under way, 0 to 1."""
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TextColumn("{task.fields[left]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("准备", total=self._total, left="")

    def __enter__(self) -> "EvaluationProgress":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def show(self, event: RunEvent) -> None:
        """Show one event."""
        now = self._now()
        passed, self._last = now - self._last, now
        if self._shares:  # documents written at the same time are of one system
            self._spent[next(iter(self._shares)).system] += passed
        match event:
            case JobStarted():
                self._shares[event.job] = 0.0
            case JobGrew():
                self._shares[event.job] = event.share
            case JobDone():
                self._finish(event)
        done = self._total - len(self._left) + sum(self._shares.values())
        self._bar.update(
            self._task, description=self._title(), completed=done, left=self._time_left()
        )

    def _finish(self, event: JobDone) -> None:
        record = event.record
        job = record.job
        del self._shares[job]
        self._left.remove(job)
        self._written[job.system] += 1
        if record.failure or not self._console.is_terminal:
            verdict = f"{record.cost.seconds if record.cost else 0:.0f}秒"
            if record.failure:
                verdict = f"没有写成：{record.failure.message}"
            self._console.print(
                f"[{self._total - len(self._left)}/{self._total}]"
                f" {_title(job)} {verdict} {self._time_left()}",
                markup=False,
                highlight=False,
            )

    def _title(self) -> str:
        """What is being written."""
        jobs = list(self._shares)
        more = f" 等{len(jobs)}份同时写" if len(jobs) > 1 else ""
        return _title(jobs[0]) + more if jobs else ""

    def _time_left(self) -> str:
        seconds = self.seconds_left()
        if seconds is None or not self._left:
            return ""
        hours, rest = divmod(round(seconds / 60), 60)
        return f"约剩{hours}小时{rest}分" if hours else f"约剩{max(rest, 1)}分"

    def seconds_left(self) -> float | None:
        """By the pace of each system so far; nothing before there is any.

        A system that has not written yet is taken to need as long as the mean of those that have.
        """
        stands = defaultdict(float, self._written)
        for job, share in self._shares.items():
            stands[job.system] += share
        paces = {s: self._spent[s] / n for s, n in stands.items() if n >= _LEAST}
        slow = [pace for system, pace in paces.items() if SYSTEMS[system].needs_model]
        if not slow:
            return None
        usual = sum(slow) / len(slow)
        return sum(
            paces.get(job.system, usual if SYSTEMS[job.system].needs_model else 0.0)
            * (1 - self._shares.get(job, 0.0))
            for job in self._left
        )


def _title(job: Job) -> str:
    return f"{job.case} {SYSTEMS[job.system].title}" + (f" 种子{job.seed}" if job.seed > 1 else "")
