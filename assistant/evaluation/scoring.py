"""Scoring a log: every record by every scorer, on all cores; the same log gives the same scores."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import AssistantError, InputError, reason
from assistant.evaluation.case import Case
from assistant.evaluation.log import (
    EvaluationLog,
    ExampleText,
    Job,
    Program,
    Record,
    program,
)
from assistant.evaluation.scorers.catalogue import SCORERS
from assistant.evaluation.scorers.scorer import Score, unscored
from assistant.evaluation.scorers.subject import Subject, printed
from assistant.files import write_private

FORMAT = 1
_FEW = 6
"""Records for which it is not worth starting other processes."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Mark(_Model):
    """A place of the printed text with which something is wrong."""

    start: int
    end: int
    code: str
    severity: str
    message: str


class ScoredText(_Model):
    """A record and what the scorers say of it."""

    case: str
    system: str
    seed: int
    failure: str = ""
    """Why there is no text."""
    text: str = ""
    """As printed."""
    scores: dict[str, Score] = {}
    marks: tuple[Mark, ...] = ()

    @property
    def job(self) -> Job:
        """What it answers to."""
        return Job(self.case, self.system, self.seed)


class ScoreSheet(_Model):
    """`scores.json`."""

    format: int = FORMAT
    program: Program
    """That scored; another one may have written."""
    texts: tuple[ScoredText, ...]


def score_log(
    log: EvaluationLog,
    *,
    processes: int | None = None,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> ScoreSheet:
    """Score all records and keep the sheet as `scores.json`; `tell` gets how many of how many.

    Raises:
        InputError: the folder holds no log, or nothing in it.
    """
    log.header()
    total = len(log.records())
    if not total:
        raise InputError(
            f"{log.folder} 里还没有评测结果。", hint="请先用 assistant evaluate 生成。"
        )
    texts: list[ScoredText] = []
    for text in _scored(log, processes or os.cpu_count() or 1):
        texts.append(text)
        tell(len(texts), total)
    sheet = ScoreSheet(program=program(), texts=tuple(texts))
    try:
        write_private(_sheet_file(log), sheet.model_dump_json(indent=1) + "\n")
    except OSError as error:
        raise AssistantError(f"写不进 {_sheet_file(log)}：{reason(error)}。") from None
    return sheet


def read_sheet(log: EvaluationLog) -> ScoreSheet:
    """The scores kept in a log.

    Raises:
        InputError: it was not scored, or by another version.
    """
    again = f"请先运行 assistant evaluate score {log.folder}。"
    try:
        return ScoreSheet.model_validate_json(_sheet_file(log).read_bytes())
    except OSError as error:
        raise InputError(f"读不到 {_sheet_file(log)}：{reason(error)}。", hint=again) from None
    except ValidationError:
        raise InputError(f"{_sheet_file(log)} 已损坏，或由另一版本写成。", hint=again) from None


def score_subject(subject: Subject) -> dict[str, Score]:
    """Every scorer's word on a text; one that fails has not scored it."""
    return {name: _score(name, subject) for name in SCORERS}


def _score(name: str, subject: Subject) -> Score:
    try:
        return SCORERS[name].score(subject)
    except Exception as error:  # a strange text must not cost the other scores
        return unscored(f"评分出错：{type(error).__name__}: {error}")


def _scored(log: EvaluationLog, processes: int) -> Iterator[ScoredText]:
    cases, examples = log.cases(), log.examples()
    records = log.records()
    subjects = [_subject(record, cases[record.case], examples) for record in records]
    if len(records) <= _FEW or processes == 1:
        yield from map(_score_record, records, subjects)
        return
    # Not forked: this process may hold threads and a model.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        yield from pool.map(_score_record, records, subjects)


def _subject(record: Record, case: Case, examples: Sequence[ExampleText]) -> Subject:
    return Subject(
        case=case,
        text=printed(record.text),
        others=tuple(example for example in examples if example.id not in case.withheld),
        cost=record.cost,
        elapsed=record.elapsed,
        beside=record.beside,
        peak_memory=record.peak_memory,
        perplexity=record.perplexity,
    )


def _score_record(record: Record, subject: Subject) -> ScoredText:
    job = {"case": record.case, "system": record.system, "seed": record.seed}
    if record.failure:
        return ScoredText.model_validate(job | {"failure": record.failure.message})
    return ScoredText.model_validate(
        job
        | {
            "text": subject.text,
            "scores": score_subject(subject),
            "marks": tuple(_marks(subject)),
        }
    )


def _marks(subject: Subject) -> Iterator[Mark]:
    for finding in subject.findings:
        if finding.place:
            yield Mark(
                start=finding.place.start,
                end=finding.place.end,
                code=finding.code,
                severity=finding.severity.value,
                message=finding.message,
            )


def _sheet_file(log: EvaluationLog) -> Path:
    return log.folder / "scores.json"
