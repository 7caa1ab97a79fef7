"""Generating: every case by every system with every seed, each result kept at once."""

import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

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
    seconds: float


RunEvent = JobStarted | JobGrew | JobDone


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


def run(
    log: EvaluationLog,
    jobs: Sequence[Job],
    *,
    cases: Sequence[Case],
    examples: Sequence[WorkedExample],
    bench: Bench | None,
    tell: Callable[[RunEvent], None],
) -> None:
    """Do the jobs one after another, telling what happens.

    A job that fails is a record like any other, and the next one follows.

    Raises:
        InputError: a case is known from the examples.
        AssistantError: the user stopped it, or the log cannot be written.
    """
    refuse_leaks(cases, examples)
    by_id = {case.id: case for case in cases}
    for job in jobs:
        case = by_id[job.case]
        tell(JobStarted(job))
        start = time.perf_counter()
        forget_peak()
        task = Task(
            case,
            job.seed,
            bench,
            shown_examples(case, examples),
            log.draft_folder(job),
            partial(_tell_share, tell, job),
        )
        record = _record(job, _attempt(task, SYSTEMS[job.system]))
        log.save(record)
        tell(JobDone(record, time.perf_counter() - start))


def _tell_share(tell: Callable[[RunEvent], None], job: Job, share: float) -> None:
    tell(JobGrew(job, share))


def _attempt(task: Task, system: System) -> Written | Failure:
    try:
        return system.write(task)
    except Cancelled:
        raise
    except AssistantError as error:
        return Failure(message=str(error))
    except Exception as error:  # a fault of one case should not cost the others
        return Failure(message=f"{type(error).__name__}: {error}", trace=traceback.format_exc())


def _record(job: Job, outcome: Written | Failure) -> Record:
    failure = outcome if isinstance(outcome, Failure) else None
    written = outcome if isinstance(outcome, Written) else Written("")
    return Record(
        case=job.case,
        system=job.system,
        seed=job.seed,
        program=program(),
        text=written.text,
        failure=failure,
        calls=written.calls,
        cost=_rounded(written.cost),
        peak_memory=peak_memory() if SYSTEMS[job.system].needs_model else None,
    )


def _rounded(cost: Cost | None) -> Cost | None:
    return cost and cost.model_copy(update={"seconds": round(cost.seconds, 3)})
