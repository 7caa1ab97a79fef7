"""The gates that a written paragraph must pass before it is kept.

Each gate is a small function from a text and its slot to findings. An error makes a candidate
fall; a warning only weighs against it.
"""

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.checks.context import CheckContext
from assistant.checks.data import RuleData
from assistant.checks.findings import Finding, Severity
from assistant.checks.grounding import cited, uses
from assistant.checks.phrases import Phrases, either, phrases
from assistant.checks.repetition import commonest_turn, repeated_run
from assistant.checks.rules.formulations_data import Formulations
from assistant.plan import Slot
from assistant.text.entities import ANYBODY, MASKED, NAMED_PLACE, OWNER, QUOTED
from assistant.text.figures import find_figures, same_figure, unsupported
from assistant.text.lexicon import Lexicon, parts
from assistant.text.sentences import count_characters, han, ngrams, split_sentences
from assistant.text.shares import DERIVED


@dataclass(frozen=True)
class GateContext:
    """What a paragraph is judged against."""

    slot: Slot
    terms: tuple[str, ...] = ()
    """Formulations that the kind allows."""
    examples: tuple[str, ...] = ()
    """Paragraphs shown to the model as examples; nothing of theirs may appear."""
    instruction: str = ""
    """What the model was told to do."""
    formulas: frozenset[str] = frozenset()
    """Runs of characters that the genre repeats from document to document."""
    lexicon: Lexicon | None = None
    """Words that may be added to the unit's own; None for any."""
    speaker: str = ""
    """How the document names its author."""
    turns: tuple[str, ...] = ()
    """How code begins the sentences that the model goes on with."""
    aims: tuple[str, ...] = ()
    """Words with one of which each sentence that the model adds ends; any if there are none."""

    @property
    def sources(self) -> list[str]:
        """Every text from which the paragraph may take figures, names and quotations."""
        slot = self.slot
        return [
            *(fact.text for fact in slot.facts),
            slot.claim,
            slot.opening,
            slot.ending,
            *slot.context,
            *self.terms,
            *self.turns,
            self.speaker,
        ]

    @functools.cached_property
    def own(self) -> frozenset[str]:
        """Parts of the sources of which a sentence may be made."""
        return parts(self.sources)


Gate = Callable[[str, GateContext], Iterator[Finding]]


def _phrases() -> Phrases:
    return phrases(RuleData())


def _error(code: str, message: str, excerpt: str = "") -> Finding:
    return Finding(code, Severity.ERROR, message, excerpt)


def _warning(code: str, message: str, excerpt: str = "") -> Finding:
    return Finding(code, Severity.WARNING, message, excerpt)


def figures_supported(text: str, context: GateContext) -> Iterator[Finding]:
    """Every figure stands in the facts, with its unit."""
    for figure in unsupported(text, context.sources):
        yield _error("figure", f"“{figure.text}”不是给定的数字，不要写", figure.text)


def no_derived_quantity(text: str, context: GateContext) -> Iterator[Finding]:
    """No share or rank worked out by the model."""
    sources = "".join(context.sources)
    for match in DERIVED.finditer(text):
        if match[0] not in sources:
            yield _error("derived", f"“{match[0]}”没有依据，不要自行推算", match[0])


_FREQUENCY = re.compile("(?:每|按|逐)(?:个?季度|半年|个?月|季|周|年|旬|日|天)")


def no_frequency(text: str, context: GateContext) -> Iterator[Finding]:
    """Nothing is promised or told as regular that the unit did not call so."""
    sources = "".join(context.sources)
    for match in _FREQUENCY.finditer(text):
        if match[0] not in sources:
            yield _error("frequency", f"“{match[0]}”没有依据，不要自定频次", match[0])


def facts_used(text: str, context: GateContext) -> Iterator[Finding]:
    """Every fact of the slot is given whole."""
    for fact in context.slot.facts:
        if not uses(text, fact):
            yield _error("unused", f"必须写入事实“{fact.text}”")


def facts_said_once(text: str, context: GateContext) -> Iterator[Finding]:
    """A figure is given once; a second time it is mostly in a wrong relation."""
    sentences = split_sentences(text)
    for fact in context.slot.facts:
        for figure in find_figures(fact.text):
            if figure.measure in ("年", "月", "月底", "日") or not figure.unit:
                continue
            given = [s for s in sentences if any(same_figure(figure, g) for g in find_figures(s))]
            wanted = sum(
                any(same_figure(figure, g) for g in find_figures(source))
                for source in context.sources
            )
            if len(given) > max(wanted, 1):
                yield _warning("repeat-figure", f"“{figure.text}”只说一次", given[-1])


LEAK_RUN = 13


def examples_not_leaked(text: str, context: GateContext) -> Iterator[Finding]:
    """No run of 13 characters of an example, unless the slot's own words hold it."""
    own = "".join(han(source) for source in context.sources)
    mine = ngrams(
        text.removeprefix(context.slot.opening).removesuffix(context.slot.ending), LEAK_RUN
    )
    for example in context.examples:
        theirs = set(ngrams(example, LEAK_RUN))
        copied = next(
            (
                run
                for run in mine
                if run in theirs and run not in own and run not in context.formulas
            ),
            None,
        )
        if copied:
            yield _error("leak", f"“{copied}”照抄了范例，请用自己的话写", copied)
            return


_ECHO_RUN = 8


def instructions_not_echoed(text: str, context: GateContext) -> Iterator[Finding]:
    """The model writes, it does not repeat what it was told to do."""
    own = "".join(han(source) for source in context.sources)
    told = {run for run in ngrams(context.instruction, _ECHO_RUN) if run not in own}
    echoed = next((run for run in ngrams(text, _ECHO_RUN) if run in told), None)
    if echoed:
        yield _error("echo", f"“{echoed}”是写作要求，不要写进正文", echoed)


_STRUCTURE = re.compile(
    r"\n|^#|[*`#|]|(?:^|[。；])\s*(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.、)）])"
    r"|(?:^|[。；，：])[一二三四五六七八九]是"
)


def no_structure(text: str, context: GateContext) -> Iterator[Finding]:
    """No heading, list, ordinal or Markdown: those belong to code."""
    body = text.removeprefix(context.slot.opening)
    if match := _STRUCTURE.search(body):
        yield _error("structure", "只写一段正文，不要分条、标题和符号", match[0].strip("。；\n"))


def sentence_ends(text: str, _context: GateContext) -> Iterator[Finding]:
    """The paragraph ends with a whole sentence."""
    if not text.endswith(("。", "！", "？", "。”")):
        yield _error("ending", "最后一句没有写完", split_sentences(text)[-1])


_LOOPED, _MONOTONOUS = 4, 3
"""Clauses that begin alike: so many make a candidate fall, or weigh against it."""


def no_loop(text: str, context: GateContext) -> Iterator[Finding]:
    """No repetition: not of a run of ten characters, nor of a turn of phrase."""
    own = "".join(han(source) for source in context.sources)
    if looped := repeated_run(text, either(_phrases().formulas), own):
        yield _error("loop", f"“{looped}”重复", looped)
    turn = commonest_turn(text)
    if turn and turn.count >= _LOOPED:
        yield _error("loop", f"“{turn.start}…”的句式重复过多", turn.start)
    elif turn and turn.count >= _MONOTONOUS:
        yield _warning("loop", f"“{turn.start}…”的句式重复", turn.start)


def length_fits(text: str, context: GateContext) -> Iterator[Finding]:
    """The length lies within the slot's budget."""
    characters = count_characters(text)
    budget = context.slot.budget
    if characters > budget * 1.6 + 20:
        yield _error("length", f"太长，应约{budget}字", split_sentences(text)[-1])
    elif characters < budget * 0.5 - 10:
        yield _error("length", f"太短，应约{budget}字")


_SELF_CRITICAL = ("problem", "cause", "case")


def no_praise(text: str, context: GateContext) -> Iterator[Finding]:
    """No praise where the unit examines itself, neither first nor last."""
    if context.slot.role not in _SELF_CRITICAL:
        return
    sources = "".join(context.sources)
    data = _phrases()
    for pattern in (either(data.praise_first), either(data.praise, data.slogans)):
        for match in pattern.finditer(text):
            if match[0] not in sources:
                yield _error("praise", f"“{match[0]}”有先扬后抑或讲成绩之嫌，只写问题", match[0])


_REMEDY = re.compile(
    r"(?:需要?|应当?|必须|要|亟[待需]|有待)(?:进一步|继续|切实|不断|持续)?"
    r"(?:加强|加大|提高|提升|完善|改进|强化|优化|引起|关注|推动|落实|采取|建立|健全|重视)"
    r"|(?<=[，。；组子们部门位室会])要(?!求|么|害|点|闻|紧|道|素|件|不|是|强)[一-鿿]{2}|不能只|应(?:主动|及时|加强|认真|严格|更|切实|把|从|定期|首先|聚焦|坚持|做到)"
    r"|(?<=[局组子们部门位室会])将(?!就|其|信|心)[一-鿿]{2}|只有这样|才能(?:真正|更好|有效|确保)"
    r"|整改(?:要求|措施|成效|方案|工作)|要(?:加快|定期|深入|从|在|把|做到|切实|及时|认真|坚持|以)"
    r"|[还既仅更](?:要|应)(?!求|么|害|点|闻|紧|道|素|件|不|是|强)[一-鿿]{2}"
    r"|必须(?!的)|进一步|加以改进|尽快|下决心|下一步|今后|我们将|将(?:进一步|继续|加大|加强|采取|持续)|建议|希望|以便|为了?确保|努力(?:提高|做到)"
)


def no_remedy(text: str, context: GateContext) -> Iterator[Finding]:
    """Problems and causes are stated; what to do about them stands in another part."""
    if context.slot.role not in _SELF_CRITICAL:
        return
    sources = "".join(context.sources)
    for match in _REMEDY.finditer(text):
        if match[0] not in sources:
            yield _error("remedy", f"“{match[0]}”是整改要求，这里只写问题", match[0])


_DEBRIS = re.compile(
    r"[A-Za-z�\x00-\x09\x0b-\x1f\u200b-\u200f\ufeff]+|[,;:!?](?=[\u4e00-\u9fff])"
    r"|(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])"
)


def no_debris(text: str, context: GateContext) -> Iterator[Finding]:
    """No Latin letters, control characters or half-width marks that the facts do not hold."""
    sources = "".join(context.sources)
    for match in _DEBRIS.finditer(text):
        if match[0] not in sources:
            yield _error("debris", f"出现了“{match[0]}”，不要写外文和半角标点", match[0])


def _usual_quotations() -> tuple[str, ...]:
    return RuleData().section("formulations", Formulations).quoted


def quotations_given(text: str, context: GateContext) -> Iterator[Finding]:
    """Nothing is quoted, and no document named, that the unit or the kind does not give."""
    sources = "".join(context.sources)
    for match in QUOTED.finditer(text):
        quoted = match[1] or match[2] or match[3] or ""
        if quoted not in sources and quoted not in _usual_quotations():
            yield _error("quote", f"“{quoted}”不在给定材料中，不要引用", match[0])
    if (opened := text.count("“")) != (closed := text.count("”")):
        yield _error("quote", "引号不成对", "“" if opened > closed else "”")


def no_excuse(text: str, context: GateContext) -> Iterator[Finding]:
    """Causes are found in oneself, not in workload, staff or money."""
    if context.slot.role != "cause":
        return
    sources = "".join(context.sources)
    for match in either(_phrases().excuses).finditer(text):
        if match[0] not in sources:
            yield _error("excuse", f"“{match[0]}”是客观原因，要从思想上找原因", match[0])


_BLAME = re.compile(
    r"(?:基层单位|基层干部|基层党组织|基层支部|下级|下属|科室|处室|站所|各单位|各支部|干部职工|中队长?|队员"
    r"|工作人员|办案人员|负责人|经办人)[^，。；]{0,8}"
    r"(?:没有|未|敷衍|怕得罪|滞后|应付|不主动|不重视|不到位|不扎实|不够|不实|不力)"
)


_OMISSION = re.compile(
    r"(?:没有?|未能?|不)(?:能|真正|及时|主动|认真|深入|有效|全面|严格|去|对[^，。没未]{1,12})*"
    r"(?:按照?|进行|开展|组织|安排|制定|建立|召开|下发|印发|研究|部署|检查|监督|督促|督查|巡查|公开|通报"
    r"|培训|明确|细化|跟踪|督办|约谈|传达|调研|走访|报告|汇报|审核|审批|考核|自查|更新|登记|采取|提出)"
)


def omissions_given(text: str, context: GateContext) -> Iterator[Finding]:
    """What was left undone is a fact, too, and stands in the facts or is made up."""
    if context.slot.role not in _SELF_CRITICAL:
        return
    sources = "".join(context.sources)
    for match in _OMISSION.finditer(text):
        if match[0] not in sources:
            yield _error("omission", f"“{match[0]}”不在给定事实里，只说思想和态度", match[0])


def turns_once(text: str, context: GateContext) -> Iterator[Finding]:
    """The turns begin sentences and do not come again within them."""
    starts = [turn for turn in context.turns if not turn.startswith("，")]
    for sentence in split_sentences(text.removeprefix(context.slot.opening)):
        if again := next((turn for turn in starts if turn in sentence[1:]), None):
            yield _error("turn", f"“{again}”已经说过，不要重复", sentence)


_LEAST_AIM = 8
"""Characters in which a measure can say what it is to change."""
_AMISS = re.compile(
    "[不没未无少慢缺低轻松软差偏乱空]|只|代替|拖|滞后|脱节|应付|被动|走过场|违规|超|自行|擅自|搁置|遗漏|重复"
)


def aim_named(text: str, context: GateContext) -> Iterator[Finding]:
    """A measure says what is amiss that it is to change."""
    ends = tuple(f"{aim}。" for aim in context.aims)
    for turn in context.turns if ends else ():
        _, found, said = text.rpartition(turn)
        amiss = said.endswith("问题。") or _AMISS.search(said)
        if found and not (said.endswith(ends) and len(said) >= _LEAST_AIM and amiss):
            yield _error(
                "aim", f"写明要改变什么毛病，以“{'”“'.join(context.aims)}”收尾", turn + said
            )


def formulations_kept(text: str, context: GateContext) -> Iterator[Finding]:
    """Fixed names and formulations stand as they are prescribed; the rules of the checker."""
    from assistant.checks.rules.formulations import RULES

    sources = "".join(context.sources)
    checked = CheckContext(text.removeprefix(context.slot.opening))
    for rule in RULES:
        for finding in rule.findings(checked):
            if finding.severity is Severity.ERROR and finding.excerpt not in sources:
                yield _error("formulation", finding.message, finding.excerpt)


def no_blame(text: str, context: GateContext) -> Iterator[Finding]:
    """The body examines itself, not those below it, of whom the facts say nothing of the kind."""
    if context.slot.role not in _SELF_CRITICAL:
        return
    sources = "".join(context.sources)
    for match in _BLAME.finditer(text):
        if match[0] not in sources:
            yield _error("blame", f"“{match[0]}”是在说别人，只写班子自己", match[0])


_INSTANCE = re.compile(r"例如|比如|譬如|又如|某|曾经?|有一次|一[名位]|去年|近年|不久前|其中一")


def instances_given(text: str, context: GateContext) -> Iterator[Finding]:
    """A sentence that tells of an instance rests on a fact; otherwise it is made up."""
    body = text.removeprefix(context.slot.opening).removesuffix(context.slot.ending)
    for sentence in split_sentences(body):
        told = _INSTANCE.search(sentence)
        if told and not cited(sentence, context.slot.facts):
            yield _error("instance", f"“{sentence[:20]}”是编造的事例，给定事实里没有", sentence)


def places_given(text: str, context: GateContext) -> Iterator[Finding]:
    """No kind of place or institution of which the facts do not speak."""
    sources = "".join(context.sources)
    for match in NAMED_PLACE.finditer(text):
        if match[2] not in sources:
            yield _error("name", f"“{match[0]}”不在给定事实里", match[0])


def names_given(text: str, context: GateContext) -> Iterator[Finding]:
    """Nobody is named responsible whom the unit did not name."""
    sources = "".join(context.sources)
    for match in OWNER.finditer(text):
        if match[1] not in sources and not ANYBODY.search(match[1]):
            yield _error("name", f"“{match[1]}”不是给定的责任单位", match[1])
    for match in MASKED.finditer(text):
        if match[0] not in sources:
            yield _error("name", f"“{match[0]}”不是给定的名称", match[0])


def not_empty_talk(text: str, context: GateContext) -> Iterator[Finding]:
    """Phrases that say nothing weigh against a candidate."""
    sources = "".join(context.sources)
    pattern = either(_phrases().empty)
    for match in pattern.finditer(text.removeprefix(context.slot.opening)):
        if match[0] not in sources:
            yield _warning("empty", f"“{match[0]}”是空话", match[0])


def own_words(text: str, context: GateContext) -> Iterator[Finding]:
    """Beside the unit's own words, only those that tell no event."""
    if context.lexicon is None:
        return
    for sentence in split_sentences(text):
        gaps = context.lexicon.uncovered(sentence, context.own)
        if gaps:
            longest = max(gaps, key=len)
            yield _error("own-words", f"“{longest}”不是单位给的情况", longest)


GATES: tuple[Gate, ...] = (
    figures_supported,
    no_derived_quantity,
    no_frequency,
    facts_used,
    facts_said_once,
    examples_not_leaked,
    instructions_not_echoed,
    no_structure,
    sentence_ends,
    no_loop,
    length_fits,
    no_praise,
    no_remedy,
    no_debris,
    quotations_given,
    no_excuse,
    no_blame,
    omissions_given,
    formulations_kept,
    turns_once,
    aim_named,
    names_given,
    instances_given,
    places_given,
    not_empty_talk,
    own_words,
)


def judge(text: str, context: GateContext) -> list[Finding]:
    """Everything the gates find in a paragraph (without its ordinal)."""
    return [finding for gate in GATES for finding in gate(text, context)]
