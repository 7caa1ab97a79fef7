"""Runs of text copied from worked examples, last year's document or other files."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import gt
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.checks.context import CheckContext
from assistant.checks.copied import (
    Copied,
    Exempt,
    Sources,
    counting,
    exempt_stretches,
    sources_of,
)
from assistant.checks.rule import Hit, Sample, Severity, rule
from assistant.checks.rules.formulations_data import Formulations
from assistant.settings import data_folder
from assistant.text.han import HanText, han_text

if TYPE_CHECKING:
    from assistant.checks.copy_index import CopyIndex
    from assistant.kinds import DocumentKind

LONG_RUN = 30
"""Characters copied in a row that are no accident."""
_WARN_SHARE, _FAIL_SHARE = 0.02, 0.05
_LEAST_COPIED = 26
"""Fewer copied characters in all are an accident, however short the text."""

_OTHER = (
    "班子成员走到村口听完汇报便转身回城，对屋里的难处既没有问，也没有记，"
    "群众的话传不到会上，会上的决定自然落不到村里。"
)


@dataclass(frozen=True)
class _Examined:
    """What a document shares with others."""

    han: HanText
    own: int
    """Characters that are nobody's formula."""
    runs: tuple[Copied, ...]
    """Shared runs, longest first."""
    copied: int
    """Characters that stand in a shared run and are nobody's formula."""

    def span(self, run: Copied) -> tuple[int, int]:
        return self.han.original(run.start, run.start + run.length)


@rule(
    "C101",
    "大段照抄",
    Severity.ERROR,
    why="固定表述之外连着三十个字和别的材料一样，查重一查就中。",
    good=(
        Sample("班子成员下村走得少，问得浅，定措施常凭经验。", others=(_OTHER,)),
        Sample(
            "深刻领悟“两个确立”的决定性意义，增强“四个意识”、坚定“四个自信”、做到“两个维护”。",
            others=(
                "深刻领悟“两个确立”的决定性意义，增强“四个意识”、坚定“四个自信”、做到“两个维护”。",
            ),
        ),
    ),
    bad=(
        Sample(f"调研不深。{_OTHER}", others=(_OTHER,)),
        Sample(f"一是作风不实。{_OTHER[:40]}。", others=("前言。" + _OTHER,)),
    ),
)
def no_long_runs(context: CheckContext) -> Iterator[Hit]:
    """A run of thirty characters or more that stands in another text."""
    examined = _examine(context)
    taken: list[tuple[int, int]] = []  # in order, none overlaps another
    for run in examined.runs:
        if run.length < LONG_RUN:
            break
        start, end = examined.span(run)
        place = bisect_left(taken, (start, end))
        if any(start < b and a < end for a, b in taken[max(place - 1, 0) : place + 1]):
            continue
        taken.insert(place, (start, end))
        yield Hit(
            start,
            end,
            f"连续{run.length}字与“{run.name}”第{run.line}行相同",
            "用本单位的事实和自己的话重写",
        )


@rule(
    "C102",
    "雷同比例偏高",
    Severity.WARNING,
    why="十三字连续相同的比例超过百分之二要留意，超过百分之五不能用。",
    good=(
        Sample("班子成员下村走得少，问得浅，定措施常凭经验。", others=(_OTHER,)),
        _OTHER,
    ),
    bad=(
        Sample(f"调研不深。{_OTHER}", others=(_OTHER,)),
        Sample(f"一是作风不实。{_OTHER[:34]}。二是学习不深。", others=(_OTHER,)),
    ),
)
def little_in_common(context: CheckContext) -> Iterator[Hit]:
    """The share of characters that stand in runs of thirteen of other texts."""
    examined = _examine(context)
    share = examined.copied / examined.own if examined.own else 0.0
    if share <= _WARN_SHARE or examined.copied < _LEAST_COPIED:
        return
    first = examined.runs[0]
    yield Hit(
        *examined.span(first),
        f"全文{share:.1%}与别的材料逐字相同，最长的一处{first.length}字，在“{first.name}”第{first.line}行",
        "逐处改写",
        severity=Severity.ERROR if share > _FAIL_SHARE else None,
    )


def _examine(context: CheckContext) -> _Examined:
    others = tuple((other.name, other.text) for other in context.others)
    own = context.known_texts or (_kind_texts(context.kind) if context.kind else ())
    formulations = context.data.section("formulations", Formulations)
    return _examined(context.text, others, context.index, own, formulations.wordings)


def _kind_texts(kind: "DocumentKind") -> tuple[str, ...]:
    """What the kind makes every document of it say."""
    aspects = (word for a in kind.aspects for word in (a.name, a.heading, a.direction))
    headings = (part.heading for part in kind.parts)
    return (kind.name, kind.title, kind.lead, kind.lead_ending, kind.closing, *kind.terms, *aspects,
            *headings)  # fmt: skip


@lru_cache(maxsize=2)
def _examined(
    text: str,
    others: tuple[tuple[str, str], ...],
    saved: Path | None,
    own: tuple[str, ...],
    wordings: tuple[str, ...],
) -> _Examined:
    han = han_text(text)
    covered = _exempt(own, wordings).covered(han.text)
    wanted = counting(covered)
    examples = _examples()
    itself = {text.name for text in examples.texts if text.characters == han.text}
    runs = [run for run in examples.copied(han.text, wanted) if run.name not in itself]
    if others:
        runs += sources_of(others).copied(han.text, wanted)
    if saved:
        runs += _loaded(saved).copied(han.text, wanted)
    shared = bytearray(len(covered))
    for run in runs:
        shared[run.start : run.start + run.length] = b"\1" * run.length
    return _Examined(
        han,
        len(covered) - sum(covered),
        tuple(sorted(runs, key=lambda run: (-run.length, run.start))),
        sum(map(gt, shared, covered)),
    )


@lru_cache(maxsize=1)
def _loaded(folder: Path) -> "CopyIndex":
    from assistant.checks.copy_index import load_index

    return load_index(folder)


@lru_cache(maxsize=16)
def _exempt(own: tuple[str, ...], wordings: tuple[str, ...]) -> Exempt:
    return Exempt(own, wordings, _formulas())


@lru_cache(maxsize=1)
def _formulas() -> frozenset[str]:
    """What stands in two worked examples or more: the genre's own, nobody's."""
    return exempt_stretches(_examples().common)


@lru_cache(maxsize=1)
def _examples() -> Sources:
    """The worked examples that come with the program."""
    files = sorted(data_folder("fewshot").glob("*/document.md"))
    return sources_of(
        tuple((f"范例 {file.parent.name}", file.read_text(encoding="utf-8")) for file in files)
    )


RULES = (no_long_runs, little_in_common)
