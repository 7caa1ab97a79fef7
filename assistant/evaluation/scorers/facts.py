"""Faithfulness: facts used, figures and names supported, nothing worked out or leaked."""

import re

from assistant.checks.grounding import uses
from assistant.evaluation.scorers.scorer import Score, percent, scorer, unscored
from assistant.evaluation.scorers.subject import Subject
from assistant.plan import Fact
from assistant.spec import texts
from assistant.text.entities import find_entities
from assistant.text.figures import DATE_UNITS, FigureIndex, find_figures, same_figure
from assistant.text.sentences import han, overlap, split_sentences

_FIRST_CHARACTERS = 12
"""A claim counts as present when a passage gives it whole, or this much of it."""
_FIGURE_RULES = ("N101", "N102", "N103", "N104")
_NAME_RULES = ("U1",)
_DERIVED_RULES = ("N105", "N201", "N202", "N203", "N208")
_LEAKED = 0.6
"""Share of the character pairs of another unit's fact from which a sentence tells it."""


@scorer("recall", "事实写入", best="high", unit="%")
def recall(subject: Subject) -> Score:
    """Facts of the spec that a paragraph gives whole, with figures, owner and deadline:
    100·used/all, measures counted in the parts of measures alone. Range 0–100; not scored without
    facts. Source: field guide 5.1, fact recall, counted in the text."""
    promised = subject.part_text("measures", "next_steps").splitlines() or subject.lines
    missing = []
    total = 0
    for slot in subject.slots:
        where = promised if slot.role in ("measure", "next_step") else subject.lines
        total += len(slot.facts)
        missing += [fact for fact in slot.facts if not _used(fact, where)]
    if not total:
        return unscored("规格里没有事实")
    return Score(percent(total - len(missing), total), tuple(f"未写：{f.text}" for f in missing))


def _used(fact: Fact, paragraphs: "list[str] | tuple[str, ...]") -> bool:
    return any(uses(paragraph, fact) for paragraph in paragraphs)


@scorer("claims", "问题写入", best="high", unit="%")
def claims(subject: Subject) -> Score:
    """Problems of the spec that the part of problems names in the unit's words, or in the first
    12 characters of them: 100·named/all. Range 0–100; not scored without problems."""
    wanted = [slot.claim for slot in subject.slots if slot.role == "problem"]
    if not wanted:
        return unscored("规格里没有问题")
    stated = subject.part_text("problems") or subject.body
    missing = [claim for claim in wanted if claim[:_FIRST_CHARACTERS] not in stated]
    return Score(
        percent(len(wanted) - len(missing), len(wanted)),
        tuple(f"未写：{claim}" for claim in missing),
    )


@scorer("figures_wrong", "无据数字", best="low", unit="处")
def figures_wrong(subject: Subject) -> Score:
    """Findings of rules N101–N104: figures that the spec does not give, or with another unit, in
    another place, or a deadline or owner not the unit's. Range 0 and up. Source: field guide
    5.1, closed-world precision; any is a hard fail."""
    found = subject.found(*_FIGURE_RULES)
    return Score(len(found), tuple(f.message for f in found))


@scorer("figure_precision", "数字准确", best="high", unit="%")
def figure_precision(subject: Subject) -> Score:
    """100·|figures of the text that the spec or the kind gives|/|figures of the text|, numerals of
    all writings read alike. Range 0–100; not scored without figures. Source: field guide 5.1."""
    index = FigureIndex(subject.sources)
    figures = find_figures(subject.body)
    if not figures:
        return unscored("文中没有数字")
    wrong = [figure.text for figure in figures if not index.gives(figure)]
    return Score(percent(len(figures) - len(wrong), len(figures)), tuple(wrong))


@scorer("names_wrong", "无据名称", best="low", unit="处")
def names_wrong(subject: Subject) -> Score:
    """Findings of rules U101–U105: places, departments, persons, documents and quoted terms that
    neither the spec nor the genre knows. Range 0 and up. Source: field guide 5.1; any is a hard
    fail."""
    found = subject.found(*_NAME_RULES)
    return Score(len(found), tuple(f.message for f in found))


@scorer("name_precision", "名称准确", best="high", unit="%")
def name_precision(subject: Subject) -> Score:
    """100·(1 − findings of rules U101–U105/names in the text), not under 0. Range 0–100; not
    scored without names. Source: field guide 5.1."""
    names = len(list(find_entities(subject.body)))
    wrong = len(subject.found(*_NAME_RULES))
    if not names and not wrong:
        return unscored("文中没有名称")
    return Score(percent(max(0, names - wrong), max(names, 1)))


@scorer("derived", "推算差错", best="low", unit="处")
def derived(subject: Subject) -> Score:
    """Findings of rules N105 and N201–N203, N208: shares, ranks, sums and changes that nothing
    bears out. Range 0 and up."""
    found = subject.found(*_DERIVED_RULES)
    return Score(len(found), tuple(f.message for f in found))


@scorer("voice", "主体差错", best="low", unit="处")
def voice(subject: Subject) -> Score:
    """Findings of rules U2…: another speaker, level or trade than the unit's. Range 0 and up.
    Source: field guide 2.1, foreign unit."""
    found = subject.found("U2")
    return Score(len(found), tuple(f.message for f in found))


@scorer("leaks", "串入他稿", best="low", unit="处")
def leaks(subject: Subject) -> Score:
    """Units and facts of the worked examples in the text: names of other units, and sentences that
    hold a figure in digits of another unit's fact, no date and not given by its own sources, with
    0.6 of the fact's character pairs. Range 0 and up. Source: field guide 6, copied text."""
    if not subject.others:
        return unscored("没有可比对的范例")
    own = "\n".join(subject.sources)
    index = FigureIndex(subject.sources)
    sentences = [(s, find_figures(s)) for s in split_sentences(subject.body)]
    found: list[str] = []
    for other in subject.others:
        for name in _names(other.spec.unit):
            if name in subject.body and name not in own:
                found.append(f"{other.id}的“{name}”")
        for _, fact in texts(other.spec):
            told = find_figures(fact, chinese=False)  # 八项规定 is everybody's
            foreign = [f for f in told if f.measure not in DATE_UNITS and not index.gives(f)]
            if any(
                any(same_figure(f, g) for f in foreign for g in figures)
                and overlap(fact, sentence) >= _LEAKED
                for sentence, figures in sentences
            ):
                found.append(f"{other.id}的“{fact}”")
    return Score(len(found), tuple(found))


def _names(unit: str) -> set[str]:
    """The unit's name whole, and its place alone: 云岭市水务局, 云岭市."""
    place = re.match(r"[\u4e00-\u9fff]{2,3}?[省市县区镇乡州]", han(unit))
    return {unit, place[0]} if place else {unit}


SCORERS = (
    recall,
    claims,
    figures_wrong,
    figure_precision,
    names_wrong,
    name_precision,
    derived,
    voice,
    leaks,
)
