"""Structure: headings, their order, the number of points, what is left unfilled."""

import itertools
from collections import Counter
from collections.abc import Iterator

from rapidfuzz.distance import LCSseq

from assistant.document.tree import Paragraph, Section
from assistant.evaluation.passages import match_part
from assistant.evaluation.scorers.scorer import Score, percent, scorer, unscored
from assistant.evaluation.scorers.subject import Subject
from assistant.plan import PartPlan, Plan


def planned_headings(plan: Plan) -> Iterator[str]:
    """Title and headings with their numbers."""
    yield plan.title
    for part in plan.parts:
        yield part.number + part.heading
        for section in part.sections:
            if section.heading:
                yield section.number + section.heading


def _lines(subject: Subject) -> list[str]:
    """The lines as headings are compared: without a closing mark."""
    return [line.rstrip("。：:") for line in subject.lines]


@scorer("headings", "标题", best="high", unit="%")
def headings(subject: Subject) -> Score:
    """Planned headings that stand as lines of their own, exact, numbered and in order:
    100·LCS(planned, lines)/|planned|, LCS the longest common subsequence. Range 0–100.
    Source: field guide 5.1, heading recall."""
    planned = list(planned_headings(subject.plan))
    lines = _lines(subject)
    missing = tuple(f"缺“{heading}”" for heading in planned if heading not in lines)
    return Score(percent(LCSseq.similarity(planned, lines), len(planned)), missing)


@scorer("order", "次序", best="high")
def order(subject: Subject) -> Score:
    """Kendall's τ of the planned headings that are there, numbers left out of account:
    (concordant − discordant)/pairs. Range −1–1; not scored under two headings. Source: field
    guide 5.1."""
    plan = subject.plan
    wanted = [s.heading or p.heading for p in plan.parts for s in p.sections]
    lines = _lines(subject)
    found: list[int] = []
    for heading in wanted:
        # One that stands in two parts is looked for once more.
        places = (i for i, line in enumerate(lines) if line.endswith(heading) and i not in found)
        if (place := next(places, None)) is not None:
            found.append(place)
    pairs = list(itertools.combinations(found, 2))
    if not pairs:
        return unscored("不足两个标题，比不出次序")
    return Score(sum(1 if a < b else -1 for a, b in pairs) / len(pairs))


@scorer("counts", "条数", best="high", unit="%")
def counts(subject: Subject) -> Score:
    """Points under each heading against the plan's: 100·(1 − Σ|actual − planned|/Σ planned), not
    under 0, over the sections whose points the plan numbers. Range 0–100. Source: field guide
    5.1, declared count = actual."""
    off = planned_points = 0
    notes = []
    for part in subject.plan.parts:
        own = match_part(part, subject.document)
        for number, section in enumerate(part.sections):
            planned = sum(bool(slot.ordinal) for slot in section.slots)
            actual = _points(own, part, number) if own and planned else 0
            planned_points += planned
            off += abs(actual - planned)
            if actual != planned:
                where = section.number + (section.heading or part.heading)
                notes.append(f"“{where}”应有{planned}条，现有{actual}条")
    if not planned_points:
        return unscored("没有要分条写的部分")
    return Score(max(0.0, percent(planned_points - off, planned_points)), tuple(notes))


def _points(own: Section, part: PartPlan, number: int) -> int:
    """Points in a planned section of a part, the section found by its place."""
    if not part.sections[number].heading:
        return _count(own.all_paragraphs())
    below = [section for section in own.sections if section.level == own.level + 1]
    return _count(below[number].all_paragraphs()) if number < len(below) else 0


def _count(paragraphs: Iterator[Paragraph]) -> int:
    return sum(len(paragraph.points) for paragraph in paragraphs)


@scorer("numbering", "序号差错", best="low", unit="处")
def numbering(subject: Subject) -> Score:
    """Findings of the numbering rules (S3…): numbers that skip or repeat, declared counts that
    are not kept. Range 0 and up. Source: field guide 5.1, valid level sequence."""
    found = subject.found("S3")
    return Score(len(found), tuple(f"{f.code} {f.message}" for f in found))


@scorer("structure", "结构符合", best="high", unit="%")
def structure(subject: Subject) -> Score:
    """Mean of headings, counts and 100·(τ + 1)/2 of order, those scored; less 10 for each
    numbering error, not under 0. Range 0–100."""
    tau = order.score(subject).value
    values = [
        headings.score(subject).value,
        counts.score(subject).value,
        None if tau is None else 50 * (tau + 1),
    ]
    scored = [value for value in values if value is not None]
    errors = numbering.score(subject).value or 0
    return Score(max(0.0, sum(scored) / len(scored) - 10 * errors))


@scorer("open_marks", "待补待核", best="low", unit="处")
def open_marks(subject: Subject) -> Score:
    """Visible marks 【待补】 and 【待核】 in the text. Range 0 and up."""
    tally = Counter(mark[1:3] for mark in subject.marks)
    return Score(len(subject.marks), tuple(f"{mark}{n}处" for mark, n in sorted(tally.items())))


SCORERS = (structure, headings, order, counts, numbering, open_marks)
