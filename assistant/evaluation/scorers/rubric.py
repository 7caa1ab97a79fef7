"""The rubric of 100 points in its eight dimensions (field guide 2.1), read without a judge."""

import re

from assistant.checks.findings import Severity
from assistant.checks.grounding import uses
from assistant.evaluation.scorers import copying, emptiness, facts, length, structure
from assistant.evaluation.scorers.scorer import Score, Scorer, scorer, unscored
from assistant.evaluation.scorers.subject import Subject
from assistant.plan import Slot
from assistant.text.sentences import split_sentences

_WHY = re.compile(
    "导致|造成|致使|使得|影响|以致|因为|由于|因而|所以|于是|结果|根子|根源|症结|源于|在于|说到底|等于|误了|耽误|难以|难免"
    "|打了?折扣|以为|当成|当作|看成|看得|变成|成了|满足于|习惯于|忽视|轻视|侥幸|顾虑|不愿|不敢|怕|嫌|图省事|凭经验|该"
    "|心里|心中|心思|思想|认识|意识|毛病|劲头|责任在|没有把|[，；](?:[^，。；]{0,12})?[就便才却](?!是)"
)
"""Words of a clause that says why something came about, or whom it cost what."""
_SUBJECTIVE = re.compile(
    "思想|认识|意识|理念|信念|信仰|党性|宗旨|初心|觉悟|观念|责任心|担当|作风|政绩观|权力观|修养|理论武装|斗争精神|敬畏"
)
_CAUSES = 3
"""Causes that a document should name at least."""
_HALF = 0.5
"""Share of problems and causes together that a self-examination should have."""
_ERRORS_PER_THOUSAND = 5.0
"""Errors in wording per 1000 characters at which nothing of that dimension is left."""


@scorer("rubric_structure", "结构完整性（10）", best="high")
def complete(subject: Subject) -> Score:
    """10·headings present, exact and in order (scorer `headings`). Range 0–10."""
    headings = structure.headings.score(subject)
    return Score((headings.value or 0) / 10, headings.notes)


@scorer("rubric_problems", "问题查摆（30）", best="high")
def problems(subject: Subject) -> Score:
    """5 if the part speaks as the unit's body; 5 less 1 for each 先扬后抑 or praise; 12·share of
    points with a grounded fact (scorer `grounded`); 8·share of points that say how it came about or
    what it cost. What does not apply is left out and the rest scaled to 30. Range 0–30."""
    pairs = subject.passages_of("problem")
    if not pairs:
        return unscored("规格里没有问题")
    told = "\n".join(passage for _, passage in pairs).strip()
    voice = bool(told) and any(word in told for word in _voices(subject))
    deep = [slot for slot, passage in pairs if _WHY.search(_behind_facts(slot, passage))]
    shares = [(5.0, float(voice)), (8.0, len(deep) / len(pairs))]
    praise = emptiness.praise_first.score(subject).value
    if praise is not None and told:
        shares.append((5.0, max(0.0, 1 - praise / 5)))
    elif praise is not None:
        shares.append((5.0, 0.0))
    grounded = _grounded(subject)
    if grounded is not None:
        shares.append((12.0, grounded))
    notes = () if voice else ("没有以本单位的口吻说话",)
    shallow = tuple(f"没有说透：{slot.claim}" for slot, _ in pairs if slot not in deep)
    return Score(_scaled(30, shares), notes + shallow)


def _voices(subject: Subject) -> tuple[str, ...]:
    speaker = subject.case.spec.speaker or subject.kind.speaker
    return (speaker, "班子", "我局", "我们", "我镇", "支部", "党组", "党委", "本人")


def _grounded(subject: Subject) -> float | None:
    value = emptiness.grounded.score(subject).value
    return None if value is None else value / 100


def _behind_facts(slot: Slot, passage: str) -> str:
    """The sentences that do more than state a fact of the slot."""
    told = [fact.text for fact in slot.facts]
    return "".join(s for s in split_sentences(passage) if not any(t in s for t in told))


@scorer("rubric_causes", "原因剖析（15）", best="high")
def causes(subject: Subject) -> Score:
    """5·min(1, causes written/3); 5·share of the causes that reach the subjective root (思想, 信念,
    宗旨 …) behind their claim; 5 if no objective excuse is given (rule K105). Range 0–15; not
    scored where the kind has no such part."""
    pairs = subject.passages_of("cause")
    if not pairs:
        return unscored("这个文种不写原因")
    written = [(slot, passage) for slot, passage in pairs if passage]
    rooted = [slot for slot, passage in written if _SUBJECTIVE.search(_behind_claim(slot, passage))]
    excuses = subject.found("K105")
    points = 5 * min(1, len(written) / min(_CAUSES, len(pairs))) + 5 * len(rooted) / len(pairs)
    points += 5 * bool(written and not excuses)
    return Score(points, tuple(f.message for f in excuses))


def _behind_claim(slot: Slot, passage: str) -> str:
    """What follows the claim, where the passage gives it in the unit's words."""
    return passage.partition(slot.claim)[2] or passage


@scorer("rubric_measures", "整改措施（15）", best="high")
def measures(subject: Subject) -> Score:
    """5·share of problems with a passage under measures; 10·share of the unit's measures that
    stand there with what, who and by when. Range 0–15; not scored without measures in the spec."""
    pairs = subject.passages_of("measure", "next_step")
    wanted = [(fact, passage) for slot, passage in pairs for fact in slot.facts]
    if not wanted:
        return unscored("规格里没有措施")
    answered = sum(bool(passage) for _, passage in pairs) / len(pairs)
    whole = sum(uses(passage, fact) for fact, passage in wanted) / len(wanted)
    return Score(5 * answered + 10 * whole)


@scorer("rubric_length", "篇幅结构（10）", best="high")
def proportions(subject: Subject) -> Score:
    """5·S_l/100 + 5·min(1, share of problems and causes/0.5); reports, where no such share is
    asked, 10·S_l/100. Range 0–10."""
    s_l = (length.length.score(subject).value or 0) / 100
    if subject.kind.genre == "report":
        return Score(10 * s_l)
    told = len("".join(subject.part_text("problems", "causes").split()))
    share = told / subject.length if subject.length else 0.0
    return Score(5 * s_l + 5 * min(1.0, share / _HALF), (f"问题和原因占{share:.0%}",))


@scorer("rubric_matters", "需说明的事项（5）", best="high")
def matters(subject: Subject) -> Score:
    """5·share of the facts on matters to be explained that their passages give. Range 0–5; not
    scored where the unit has none."""
    return _told_block(subject, 5, "matter")


@scorer("rubric_last_year", "上年度整改（10）", best="high")
def last_year(subject: Subject) -> Score:
    """10·share of the facts on last year's rectification that its part gives. Range 0–10; not
    scored where the unit tells nothing of it."""
    return _told_block(subject, 10, "last_year")


def _told_block(subject: Subject, weight: int, role: str) -> Score:
    wanted = [(f, passage) for slot, passage in subject.passages_of(role) for f in slot.facts]
    if not wanted:
        return unscored("规格里没有这一部分")
    missing = [fact.text for fact, passage in wanted if not uses(passage, fact)]
    share = 1 - len(missing) / len(wanted)
    return Score(weight * share, tuple(f"未写：{text}" for text in missing))


@scorer("rubric_wording", "文字规范（5）", best="high")
def norms(subject: Subject) -> Score:
    """5·(1 − e/5), not under 0; e: errors in text and formulations (rules T… and W…) per 1000
    characters, warnings by half. Range 0–5."""
    if not subject.length:
        return Score(0)
    weights = {Severity.ERROR: 1.0, Severity.WARNING: 0.5, Severity.HINT: 0.0}
    errors = sum(weights[f.severity] for f in subject.found("T", "W"))
    per_thousand = 1000 * errors / subject.length
    return Score(5 * max(0.0, 1 - per_thousand / _ERRORS_PER_THOUSAND))


DIMENSIONS: tuple[tuple[float, Scorer], ...] = (
    (10, complete),
    (30, problems),
    (15, causes),
    (15, measures),
    (10, proportions),
    (5, matters),
    (10, last_year),
    (5, norms),
)


@scorer("rubric", "评分细则（100）", best="high")
def rubric(subject: Subject) -> Score:
    """100·Σ points/Σ weights over the dimensions that apply. Range 0–100. Source: field guide 2.1,
    whose eight weights are 10, 30, 15, 15, 10, 5, 10, 5."""
    scored = [(w, v) for w, s in DIMENSIONS if (v := s.score(subject).value) is not None]
    weights = sum(weight for weight, _ in scored)
    return Score(100 * sum(value for _, value in scored) / weights)


@scorer("hard_fails", "一票否决", best="low", unit="项")
def hard_fails(subject: Subject) -> Score:
    """Conditions on which a text is unfit whatever its points: unsupported figure; unsupported
    name; foreign unit or another's facts; stale statute or formulation (rules W2…); C13 > 5; a
    shared run ≥ 30; a blank left unfilled (rule T401, our own
    visible marks included). Range 0–7. Source: field guide 2.1, 5.2."""
    stale = [f for f in subject.found("W2") if f.severity is Severity.ERROR]
    failed = {
        "无据数字": facts.figures_wrong.score(subject).value,
        "无据名称": facts.names_wrong.score(subject).value,
        "别的单位": (facts.leaks.score(subject).value or 0) + len(subject.found("U2")),
        "过时表述": len(stale),
        "雷同超过5%": max(0.0, (copying.copy13.score(subject).value or 0) - 5),
        "连续30字雷同": max(0.0, (copying.copy_longest.score(subject).value or 0) - 29),
        "留有空白": len(subject.found("T401")),
    }
    names = tuple(name for name, value in failed.items() if value)
    return Score(len(names), names)


def _scaled(weight: float, shares: list[tuple[float, float]]) -> float:
    return weight * sum(w * s for w, s in shares) / sum(w for w, _ in shares)


SCORERS = (rubric, hard_fails, *(scorer for _, scorer in DIMENSIONS))
