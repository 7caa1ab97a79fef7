"""Parts and aspects that a kind prescribes, and how long they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz

from assistant.checks.rule import CheckContext, Hit, Sample, Severity, rule
from assistant.document.tree import Section
from assistant.kinds import Aspect, DocumentKind
from assistant.text.sentences import count_characters, han

_KIND = "zuzhi-2023"
_ASPECTS = ("理论学习", "政治素质", "能力本领", "担当作为", "工作作风", "廉洁自律")


def _sample(*aspects: str, parts: str = "pcm") -> Sample:
    """A document of `_KIND` with these aspects and the parts p, c and m."""
    problems = "".join(
        f"（{'一二三四五六七'[i]}）{a}方面\n一是做得不够。\n" for i, a in enumerate(aspects)
    )
    bodies = {
        "p": f"存在的主要问题\n{problems}",
        "c": "产生问题的原因\n",
        "m": "努力方向和整改措施\n",
    }
    text = "".join(f"{'一二三'[i]}、{bodies[part]}" for i, part in enumerate(parts))
    names = "、".join({"p": "问题", "c": "原因", "m": "措施"}[part] for part in parts)
    note = f"各部分：{names}；各方面：{'、'.join(aspects)}"
    return Sample(f"某支部2023年专题组织生活会对照检查材料\n\n{text}", kind=_KIND, note=note)


_WHOLE = _sample(*_ASPECTS)


def _title_place(context: CheckContext) -> tuple[int, int]:
    """The title, where a whole document's fault is shown."""
    span = context.document.title_span
    return (span.start, span.end) if span else (0, min(len(context.text), 20))


def _has_parts(context: CheckContext) -> bool:
    """Whether the text is a document with parts, not a fragment."""
    return len(context.all_parts) >= 2


@rule(
    "S101",
    "缺少部分",
    Severity.ERROR,
    why="这个文种规定的部分要齐全。",
    good=(_WHOLE, "一是学得不深。二是用得不够。"),
    bad=(_sample(*_ASPECTS, parts="pm"), _sample(*_ASPECTS, parts="pc")),
)
def missing_part(context: CheckContext) -> Iterator[Hit]:
    """A part of the kind that is not there."""
    kind = context.kind
    if not kind or not _has_parts(context):
        return
    given = {part.role for part in context.all_parts}
    for part in kind.parts:
        if not part.optional and part.role not in given:
            yield Hit(
                *_title_place(context),
                f"缺少“{part.heading}”部分",
                f"{kind.name}应有这一部分，请补写",
            )


@rule(
    "S102",
    "部分次序",
    Severity.WARNING,
    why="先问题，再原因，后措施；次序按文种规定。",
    good=(_WHOLE, _sample(*_ASPECTS, parts="pc")),
    bad=(_sample(*_ASPECTS, parts="cpm"), _sample(*_ASPECTS, parts="pmc")),
)
def part_order(context: CheckContext) -> Iterator[Hit]:
    """Parts in another order than the kind prescribes."""
    kind = context.kind
    if not kind:
        return
    order = [part.role for part in kind.parts]
    last = -1
    for part in context.all_parts:
        if part.role not in order:
            continue
        position = order.index(part.role)
        if position < last:
            before = kind.parts[last].heading
            yield Hit(
                part.section.span.start,
                part.section.span.end,
                f"“{part.section.heading}”应排在“{before}”之前",
                "调整次序和序号",
            )
        last = max(last, position)


@dataclass(frozen=True)
class _Match:
    """An aspect of the kind and the section that treats it."""

    aspect: Aspect
    section: Section
    exact: bool


_EXACT, _NEAR = 97.0, 62.0


def _aspect_sections(context: CheckContext, kind: DocumentKind) -> list[Section]:
    """The sections of the part that goes by aspect: problems, in a report the work done."""
    role = "work" if kind.genre == "report" else "problems"
    return [
        section
        for part in context.all_parts
        if part.role == role
        for section in part.section.sections
        if section.heading
    ]


@lru_cache(maxsize=4096)
def _likeness(heading: str, wording: str) -> float:
    return max(
        fuzz.ratio(han(heading).removesuffix("方面").removeprefix("在"), plain)
        for plain in (han(wording).removesuffix("方面").removeprefix("在"),)
    )


def _aspects_matched(context: CheckContext, kind: DocumentKind) -> list[_Match]:
    """Each aspect with the section most like it; a heading of the unit's own counts as exact."""
    matches = []
    sections = _aspect_sections(context, kind)
    told = {a.name: a.heading for a in context.spec.aspects} if context.spec else {}
    free: dict[int, Section] = dict(enumerate(sections))
    for aspect in kind.aspects:
        wordings = [w for w in (told.get(aspect.name), aspect.heading, aspect.name) if w]
        scored = [
            (max(_likeness(section.heading, w) for w in wordings), -i)
            for i, section in free.items()
        ]
        score, index = max(scored, default=(0.0, 0))
        if score >= _NEAR:
            matches.append(_Match(aspect, free.pop(-index), score >= _EXACT))
    return matches


def _prescribes_aspects(context: CheckContext) -> DocumentKind | None:
    """The kind, if the document follows its aspects at all; reports choose their own fields."""
    kind = context.kind
    if not kind or kind.genre == "report" or not _aspect_sections(context, kind):
        return None
    follows = len(_aspects_matched(context, kind)) * 2 > len(kind.aspects)
    return kind if follows else None


@rule(
    "S111",
    "缺少方面",
    Severity.ERROR,
    why="通知规定的方面，一个也不能少。",
    good=(_WHOLE, _sample("组织生活", "学习情况")),
    bad=(_sample(*_ASPECTS[:5]), _sample(*_ASPECTS[:2], *_ASPECTS[3:])),
)
def missing_aspect(context: CheckContext) -> Iterator[Hit]:
    """An aspect of the kind that no section treats."""
    kind = _prescribes_aspects(context)
    if not kind:
        return
    matched = {match.aspect.name for match in _aspects_matched(context, kind)}
    problems = next(p for p in context.all_parts if p.role == "problems").section
    for aspect in kind.aspects:
        if aspect.name not in matched:
            yield Hit(
                problems.span.start,
                problems.span.end,
                f"没有写“{aspect.name}”方面",
                f"{kind.name}规定了这个方面，请补写",
            )


@rule(
    "S112",
    "方面次序",
    Severity.ERROR,
    why="各方面按通知的次序写。",
    good=(_WHOLE, _sample(*_ASPECTS[:5])),
    bad=(_sample(*_ASPECTS[1::-1], *_ASPECTS[2:]), _sample(*_ASPECTS[:4], *_ASPECTS[:3:-1])),
)
def aspect_order(context: CheckContext) -> Iterator[Hit]:
    """Aspects in another order than the kind's."""
    kind = _prescribes_aspects(context)
    if not kind:
        return
    matches = _aspects_matched(context, kind)
    for before, after in pairwise(matches):
        if after.section.span.start < before.section.span.start:
            span = after.section.span
            yield Hit(
                span.start,
                span.end,
                f"“{after.aspect.name}”应排在“{before.aspect.name}”之后",
                "按通知的次序调整",
            )


@rule(
    "S113",
    "方面措辞",
    Severity.WARNING,
    why="方面的名称要与通知一字不差。",
    good=(_WHOLE, _sample("在理论学习", *_ASPECTS[1:])),
    bad=(_sample("理论的学习", *_ASPECTS[1:]), _sample(*_ASPECTS[:3], "担当与作为", *_ASPECTS[4:])),
)
def aspect_wording(context: CheckContext) -> Iterator[Hit]:
    """A heading that nearly has the prescribed wording."""
    kind = _prescribes_aspects(context)
    for match in _aspects_matched(context, kind) if kind else ():
        if not match.exact:
            span = match.section.heading_span
            yield Hit(
                span.start,
                span.end,
                f"“{match.section.heading}”与规定的措辞不一致",
                f"规定的写法：{match.aspect.heading}。通知原文若与此不同，以通知为准",
            )


_LEAST = {"problems": 500, "causes": 300}
_SMALL_DOCUMENT = 1200
"""A text shorter than this is an excerpt or a sketch; lengths say nothing of it."""


def _body(characters: int) -> str:
    return "局党组对此缺少追问到底的劲头，" * (characters // 15)


def _long(problems: int, causes: int, measures: int) -> Sample:
    return Sample(
        "某局领导班子对照检查材料\n\n现将情况报告如下。\n一、存在的主要问题\n"
        f"{_body(problems)}\n二、产生问题的原因\n{_body(causes)}\n"
        f"三、努力方向和整改措施\n{_body(measures)}\n",
        kind="minzhu-2024",
        note=f"问题约{problems}字，原因约{causes}字，措施约{measures}字",
    )


@rule(
    "S201",
    "问题和原因偏少",
    Severity.WARNING,
    why="对照检查以查摆问题、剖析原因为主，两部分应占全文一半以上。",
    good=(_long(900, 400, 500), _long(100, 50, 200)),
    bad=(_long(500, 330, 1500), _long(600, 300, 1100)),
)
def problem_share(context: CheckContext) -> Iterator[Hit]:
    """Problems and causes together below the share that the kind asks."""
    kind = context.kind
    if not kind or not kind.problem_share:
        return
    whole = count_characters(context.text)
    given = sum(p.length for p in context.all_parts if p.role in ("problems", "causes", "case"))
    if whole >= _SMALL_DOCUMENT and 0 < given < kind.problem_share * whole:
        yield Hit(
            *_title_place(context),
            f"问题和原因共{given}字，占全文{given / whole:.0%}，不到{kind.problem_share:.0%}",
            "充实问题和原因，压缩其他部分",
        )


@rule(
    "S202",
    "部分过短",
    Severity.WARNING,
    why="问题一般不少于500字，原因不少于300字。",
    good=(_long(900, 400, 500), _long(100, 50, 200)),
    bad=(_long(900, 100, 600), _long(400, 500, 600)),
)
def short_part(context: CheckContext) -> Iterator[Hit]:
    """Problems or causes that are too short to say anything."""
    if not context.examines_itself or count_characters(context.text) < _SMALL_DOCUMENT:
        return
    for part in context.all_parts:
        least = _LEAST.get(part.role, 0)
        if part.length < least:
            span = part.section.span
            yield Hit(
                span.start,
                span.end,
                f"“{part.section.heading}”只有{part.length}字",
                f"一般不少于{least}字",
            )


_FAR = 0.12
"""Shares that differ by more from the kind's are told; practice varies by some points."""


@rule(
    "S203",
    "篇幅失衡",
    Severity.HINT,
    why="各部分篇幅与这个文种的惯例相差太多。",
    good=(_long(900, 300, 450), _long(100, 50, 200)),
    bad=(_long(500, 330, 1500), _long(400, 1300, 400)),
)
def uneven_shares(context: CheckContext) -> Iterator[Hit]:
    """A part much longer or shorter than the kind's share."""
    kind = context.kind
    whole = count_characters(context.text)
    if not kind or whole < _SMALL_DOCUMENT:
        return
    parts = context.all_parts
    given = {part.role for part in parts}
    planned = kind.lead_share + sum(p.share for p in kind.parts if p.role in given)
    for part in parts:
        usual = kind.part(part.role)
        share = part.length / whole
        if usual and abs(share - usual.share / planned) > _FAR:
            span = part.section.span
            yield Hit(
                span.start,
                span.end,
                f"“{part.section.heading}”占全文{share:.0%}，一般占{usual.share / planned:.0%}左右",
                "调整详略",
            )


RULES = (
    missing_part,
    part_order,
    missing_aspect,
    aspect_order,
    aspect_wording,
    problem_share,
    short_part,
    uneven_shares,
)
