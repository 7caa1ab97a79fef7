"""The results as one HTML page that needs nothing else: tables, charts, drafts side by side."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader
from markupsafe import Markup, escape

from assistant.evaluation.case import Case
from assistant.evaluation.charts import bar_chart
from assistant.evaluation.log import EvaluationLog, Header
from assistant.evaluation.scorers.catalogue import FAMILIES, KEY_SCORERS, SCORERS
from assistant.evaluation.scorers.subject import printed
from assistant.evaluation.scoring import Mark, ScoredText, ScoreSheet
from assistant.evaluation.statistics import better
from assistant.evaluation.summary import Cell, Summary
from assistant.evaluation.systems import BASE, SYSTEMS
from assistant.evaluation.tables import heading, number
from assistant.kinds import get_kind

_CHARTED = (
    "rubric",
    "structure",
    "recall",
    "figures_wrong",
    "names_wrong",
    "copy13",
    "length",
    "seconds",
)
_CLASSES = {"错误": "e", "警告": "w", "提示": "h"}
_SLOWEST = 5


@dataclass(frozen=True)
class Column:
    """A draft of a case as the page shows it."""

    title: str
    text: Markup
    scored: ScoredText | None
    """Absent for the held-out document where it was not scored."""
    failure: str = ""


@dataclass(frozen=True)
class CasePage:
    """A case with all its drafts."""

    case: Case
    kind: str
    columns: tuple[Column, ...]
    rubric: dict[str, str]
    """By system."""
    hard_fails: tuple[str, ...]
    """Of our draft."""


def report_page(log: EvaluationLog, sheet: ScoreSheet, summary: Summary) -> str:
    """The whole page."""
    environment = Environment(
        loader=PackageLoader("assistant.evaluation"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    header: Header = log.header()
    cases = log.cases()
    pages = [_case_page(cases[name], sheet.texts) for name in _worst_first(sheet, summary)]
    return environment.get_template("report.html.j2").render(
        header=header,
        scored_by=sheet.program,
        summary=summary,
        systems=[SYSTEMS[name] for name in summary.systems],
        base=BASE,
        families=FAMILIES,
        heading=heading,
        cell=lambda system, scorer: _cell(scorer, summary.cells[system, scorer]),
        charts=[bar_chart(SCORERS[name], summary) for name in _CHARTED],
        pages=pages,
        slowest=_slowest(sheet.texts),
        keys=[SCORERS[name] for name in KEY_SCORERS],
        number=number,
    )


def _cell(scorer: str, cell: Cell) -> tuple[str, str, str]:
    """Class, number and interval of a cell."""
    if cell.estimate is None:
        return "none", "—", "无法评分"
    verdict = better(scorer, cell.against_base) if cell.against_base else None
    name = {True: "better", False: "worse", None: ""}[verdict]
    low, high = cell.estimate.interval
    missing = f"，{cell.estimate.unscored}份未评" if cell.estimate.unscored else ""
    return name, number(cell.estimate.mean), f"{number(low)} ～ {number(high)}{missing}"


def _worst_first(sheet: ScoreSheet, summary: Summary) -> list[str]:
    """Cases by our points, those that failed before all others."""

    def worth(case: str) -> tuple[float, str]:
        own = [text for text in sheet.texts if (text.case, text.system) == (case, BASE)]
        points = [_value(text, "rubric") for text in own]
        return (min((p for p in points if p is not None), default=-1.0) if own else 101.0, case)

    return sorted(summary.cases, key=worth)


def _slowest(texts: Sequence[ScoredText]) -> list[tuple[ScoredText, str, str]]:
    """The drafts that took longest: the draft, its system's title, its seconds."""
    timed = [(seconds, text) for text in texts if (seconds := _value(text, "seconds")) is not None]
    timed.sort(key=lambda pair: -pair[0])
    return [
        (text, SYSTEMS[text.system].title, number(seconds)) for seconds, text in timed[:_SLOWEST]
    ]


def _value(text: ScoredText, scorer: str) -> float | None:
    score = text.scores.get(scorer)
    return score.value if score else None


def _case_page(case: Case, texts: Sequence[ScoredText]) -> CasePage:
    own = [text for text in texts if text.case == case.id]
    columns = [_column(text) for text in own]
    if not any(text.system == "reference" for text in own):
        original = _marked(printed(case.reference), ())
        columns.append(Column(SYSTEMS["reference"].title, original, None))
    order = [SYSTEMS[name].title for name in (BASE, "reference", *SYSTEMS)]
    columns.sort(key=lambda column: order.index(column.title.partition("，种子")[0]))
    first = next((text for text in own if text.system == BASE), None)
    fails = first.scores["hard_fails"].notes if first and not first.failure else ()
    return CasePage(
        case,
        get_kind(case.spec.kind).name,
        tuple(columns),
        {t.system: "失败" if t.failure else number(_value(t, "rubric") or 0) for t in own},
        fails,
    )


def _column(text: ScoredText) -> Column:
    title = SYSTEMS[text.system].title + (f"，种子{text.seed}" if text.seed > 1 else "")
    return Column(title, _marked(text.text, text.marks), text, text.failure)


def _marked(text: str, marks: Sequence[Mark]) -> Markup:
    """The text in paragraphs, what the rules found marked in it."""
    return Markup("").join(
        Markup("<p>{}</p>\n").format(Markup("").join(_pieces(text, start, end, marks)))
        for start, end in _lines(text)
    )


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield start, start + len(line.rstrip("\n"))
        start += len(line)


def _pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[Markup]:
    """A line cut where marks begin and end, so that marks may overlap."""
    here = [mark for mark in marks if mark.start < end and mark.end > start]
    edges = {edge for mark in here for edge in (mark.start, mark.end) if start < edge < end}
    cuts = sorted({start, end} | edges)
    for left, right in itertools.pairwise(cuts):
        covering = [mark for mark in here if mark.start <= left and right <= mark.end]
        piece = escape(text[left:right])
        if covering:
            worst = min(covering, key=lambda mark: list(_CLASSES).index(mark.severity))
            told = "\n".join(f"{mark.code} {mark.message}" for mark in covering)
            piece = Markup('<mark class="{}" title="{}">{}</mark>').format(
                _CLASSES[worst.severity], told, piece
            )
        yield piece
