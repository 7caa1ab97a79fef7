"""The progress of an evaluation on stderr: a live bar on a terminal, plain lines elsewhere."""

from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from assistant.evaluation.log import Job
from assistant.evaluation.run import JobDone, JobGrew, JobStarted, RunEvent
from assistant.evaluation.systems import SYSTEMS


class EvaluationProgress:
    """Shows what happens, and how long it will still take."""

    def __init__(self, console: Console, jobs: Sequence[Job]) -> None:
        self._console = console
        self._left = list(jobs)
        self._total = len(self._left)
        self._spent: dict[str, list[float]] = {}
        """Seconds of the documents written so far, by system."""
        self._share = 0.0
        """What stands of the document under way, 0 to 1."""
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
        done = self._total - len(self._left)
        match event:
            case JobStarted():
                self._share = 0.0
                self._bar.update(self._task, description=_title(event.job))
            case JobGrew():
                self._share = event.share
                self._bar.update(self._task, completed=done + event.share, left=self._time_left())
            case JobDone():
                job = self._left.pop(0)
                self._share = 0.0
                self._spent.setdefault(job.system, []).append(event.seconds)
                self._bar.update(self._task, completed=done + 1, left=self._time_left())
                failure = event.record.failure
                if failure or not self._console.is_terminal:
                    verdict = (
                        f"没有写成：{failure.message}" if failure else f"{event.seconds:.0f}秒"
                    )
                    self._console.print(
                        f"[{done + 1}/{self._total}] {_title(job)} {verdict} {self._time_left()}",
                        markup=False,
                        highlight=False,
                    )

    def _time_left(self) -> str:
        seconds = self.seconds_left()
        if seconds is None or not self._left:
            return ""
        hours, rest = divmod(round(seconds / 60), 60)
        return f"约剩{hours}小时{rest}分" if hours else f"约剩{max(rest, 1)}分"

    def seconds_left(self) -> float | None:
        """By what each system took so far; nothing before the first document is written.

        A system that has not written yet is taken to need as long as the mean of those that have.
        """
        means = {system: sum(own) / len(own) for system, own in self._spent.items()}
        slow = [mean for system, mean in means.items() if SYSTEMS[system].needs_model]
        if not slow:
            return None
        usual = sum(slow) / len(slow)
        left = sum(
            means.get(job.system, usual if SYSTEMS[job.system].needs_model else 0.0)
            for job in self._left
        )
        if self._left and self._share:
            left -= self._share * means.get(self._left[0].system, usual)
        return max(left, 0.0)


def _title(job: Job) -> str:
    return f"{job.case} {SYSTEMS[job.system].title}" + (f" 种子{job.seed}" if job.seed > 1 else "")
