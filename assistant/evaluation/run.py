"""Generating: every case by every system with every seed, each result kept at once."""

import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from functools import partial

from assistant.drafting.draw import cancel
from assistant.drafting.parallel import told_by
from assistant.drafting.record import Cost
from assistant.errors import AssistantError, Cancelled
from assistant.evaluation.case import Case, refuse_leaks, shown_examples
from assistant.evaluation.log import EvaluationLog, Failure, Job, Record, program
from assistant.evaluation.memory import forget_peak, peak_memory
from assistant.evaluation.systems import SYSTEMS, System
from assistant.evaluation.task import Bench, Task, Written
from assistant.examples.store import WorkedExample


@dataclass(frozen=True)
class JobStarted:
    """A system begins with a case."""

    job: Job


@dataclass(frozen=True)
class JobGrew:
    """A share of the document stands, 0 to 1."""

    job: Job
    share: float


@dataclass(frozen=True)
class JobDone:
    """A record is kept; it may tell of a failure."""

    record: Record


RunEvent = JobStarted | JobGrew | JobDone
Tell = Callable[[RunEvent], None]
OpenBench = Callable[[Sequence[Job]], AbstractContextManager[Bench]]
"""Opens the model for the jobs of a round."""


def jobs_of(cases: Sequence[Case], systems: Sequence[System], seeds: Sequence[int]) -> list[Job]:
    """All jobs, case by case, so that a run that is cut short compares whole cases.

    A system that draws nothing writes once, whatever the number of seeds.
    """
    return [
        Job(case.id, system.name, seed)
        for seed in seeds
        for case in cases
        for system in systems
        if system.needs_model or seed == seeds[0]
    ]


def missing_jobs(log: EvaluationLog, jobs: Sequence[Job], *, retry: bool) -> list[Job]:
    """The jobs without a record; with `retry` also those that failed."""
    records = {job: log.done(job) for job in jobs}
    return [job for job, record in records.items() if record is None or (retry and record.failure)]


def rounds(jobs: Sequence[Job]) -> list[list[Job]]:
    """The jobs by the engine that they want.

    A round for each system whose documents are written side by side; then one for the others,
    as ordered.
    """
    beside: dict[str, list[Job]] = {}
    others = []
    for job in jobs:
        if SYSTEMS[job.system].cells:
            beside.setdefault(job.system, []).append(job)
        else:
            others.append(job)
    return [own for own in (*beside.values(), others) if own]


def run(
    log: EvaluationLog,
    jobs: Sequence[Job],
    *,
    cases: Sequence[Case],
    examples: Sequence[WorkedExample],
    open_bench: OpenBench | None,
    tell: Tell,
) -> None:
    """Do the jobs round by round, telling what happens; `tell` is called from this thread.

    `open_bench` may be absent where no system needs a model.
    Each record is kept as soon as it is there. A job that fails is a record like any other, and
    the next one follows.

    Raises:
        InputError: a case is known from the examples.
        AssistantError: the user stopped it, or the log cannot be written.
    """
    refuse_leaks(cases, examples)
    by_id = {case.id: case for case in cases}

    def do(job: Job, bench: Bench | None, tell: Tell) -> None:
        case = by_id[job.case]
        tell(JobStarted(job))
        forget_peak()
        task = Task(
            case,
            job.seed,
            bench,
            shown_examples(case, examples),
            log.draft_folder(job),
            lambda share: tell(JobGrew(job, share)),
        )
        record = _record(job, _attempt(task, SYSTEMS[job.system]), bench)
        log.save(record)
        tell(JobDone(record))

    for own in rounds(jobs):
        modelled = any(SYSTEMS[job.system].needs_model for job in own)
        with open_bench(own) if open_bench and modelled else nullcontext() as bench:
            if bench and bench.at_once > 1:
                events = told_by(
                    [partial(do, job, bench) for job in own],
                    at_once=bench.at_once,
                    cancel=partial(cancel, bench.model),
                )
                with closing(events):  # a Ctrl-C between two events ends those under way
                    for event in events:
                        tell(event)
            else:
                for job in own:
                    do(job, bench, tell)


def _attempt(task: Task, system: System) -> Written | Failure:
    try:
        return system.write(task)
    except Cancelled:
        raise
    except AssistantError as error:
        return Failure(message=str(error))
    except Exception as error:  # a fault of one case should not cost the others
        return Failure(message=f"{type(error).__name__}: {error}", trace=traceback.format_exc())


def _record(job: Job, outcome: Written | Failure, bench: Bench | None) -> Record:
    failure = outcome if isinstance(outcome, Failure) else None
    written = outcome if isinstance(outcome, Written) else Written("")
    spent = written.spent
    alone = not bench or bench.at_once == 1
    return Record(
        case=job.case,
        system=job.system,
        seed=job.seed,
        program=program(),
        text=written.text,
        failure=failure,
        calls=written.calls,
        cost=_rounded(written.cost),
        elapsed=round(spent.elapsed, 3) if spent else None,
        beside=round(spent.beside, 2) if spent else None,
        peak_memory=peak_memory() if alone and SYSTEMS[job.system].needs_model else None,
    )


def _rounded(cost: Cost | None) -> Cost | None:
    return cost and cost.model_copy(update={"seconds": round(cost.seconds, 3)})
