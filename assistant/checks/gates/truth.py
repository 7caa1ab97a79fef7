"""Nothing stands in a paragraph that the unit or the kind has not given."""

import re
from collections.abc import Iterator

from assistant.checks.data import RuleData
from assistant.checks.findings import Finding
from assistant.checks.gates.context import GateContext, error, warning
from assistant.checks.grounding import cited, uses
from assistant.checks.rules.formulations_data import Formulations
from assistant.text.entities import ANYBODY, MASKED, NAMED_PLACE, OWNER, QUOTED
from assistant.text.figures import find_figures, same_figure, unsupported
from assistant.text.sentences import han, ngrams, split_sentences
from assistant.text.shares import DERIVED


def figures_supported(text: str, context: GateContext) -> Iterator[Finding]:
    """Every figure stands in the facts, with its unit."""
    for figure in unsupported(text, context.sources):
        yield error("figure", f"“{figure.text}”不是给定的数字，不要写", figure.text)


def no_derived_quantity(text: str, context: GateContext) -> Iterator[Finding]:
    """No share or rank worked out by the model."""
    for match in DERIVED.finditer(text):
        if match[0] not in context.given:
            yield error("derived", f"“{match[0]}”没有依据，不要自行推算", match[0])


_FREQUENCY = re.compile("(?:每|按|逐)(?:个?季度|半年|个?月|季|周|年|旬|日|天)")


def no_frequency(text: str, context: GateContext) -> Iterator[Finding]:
    """Nothing is promised or told as regular that the unit did not call so."""
    for match in _FREQUENCY.finditer(text):
        if match[0] not in context.given:
            yield error("frequency", f"“{match[0]}”没有依据，不要自定频次", match[0])


def facts_used(text: str, context: GateContext) -> Iterator[Finding]:
    """Every fact of the slot is given whole."""
    for fact in context.slot.facts:
        if not uses(text, fact):
            yield error("unused", f"必须写入事实“{fact.text}”")


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
                yield warning("repeat-figure", f"“{figure.text}”只说一次", given[-1])


_RETOLD_RUN = 10


def facts_not_retold(text: str, context: GateContext) -> Iterator[Finding]:
    """What is added to claim and facts does not tell them again."""
    added = text.removeprefix(context.slot.stated)
    if added == text:
        return
    stated = "|".join(han(sentence) for sentence in split_sentences(context.slot.stated))
    for sentence in split_sentences(added):
        if retold := next((run for run in ngrams(sentence, _RETOLD_RUN) if run in stated), None):
            yield error("retold", f"“{retold}”前面已经说过", retold)


def _usual_quotations() -> tuple[str, ...]:
    return RuleData().section("formulations", Formulations).quoted


def quotations_given(text: str, context: GateContext) -> Iterator[Finding]:
    """Nothing is quoted, and no document named, that the unit or the kind does not give."""
    for match in QUOTED.finditer(text):
        quoted = match[1] or match[2] or match[3] or ""
        if quoted not in context.given and quoted not in _usual_quotations():
            yield error("quote", f"“{quoted}”不在给定材料中，不要引用", match[0])
    if (opened := text.count("“")) != (closed := text.count("”")):
        yield error("quote", "引号不成对", "“" if opened > closed else "”")


_OMISSION = re.compile(
    r"(?:没有?|未能?|不)(?:能|真正|及时|主动|认真|深入|有效|全面|严格|严肃|切实|充分|彻底|去|对[^，。没未]{1,12})*"
    r"(?:按照?|进行|开展|组织|安排|制定|建立|召开|下发|印发|研究|部署|检查|监督|督促|督查|巡查|公开|通报"
    r"|培训|明确|细化|跟踪|督办|约谈|传达|调研|走访|报告|汇报|审核|审批|考核|自查|更新|登记|采取|提出"
    r"|要求|处理|追究|问责|纠正)"
    r"|没有?把[^，。；]{1,16}(?:写[在进入]|录入|登记|反映[给到]|上?报[给到送]|上报|交[给由]|[转送][给到]|告诉|[列纳]入"
    r"|公[开示布](?!的))"
)


def omissions_given(text: str, context: GateContext) -> Iterator[Finding]:
    """What was left undone is a fact, too, and stands in the facts or is made up."""
    if not context.self_critical:
        return
    for match in _OMISSION.finditer(text):
        if match[0] not in context.given:
            yield error("omission", f"“{match[0]}”不在给定事实里，只说思想和态度", match[0])


_EVENT = re.compile(
    "(?:开展|召开|组织|安排|下发|印发|检查|通报|听取|部署|进行|制定|建立|签订|发现|完成|处理|反映)[了过](?!多少|没有)"
    "|在[^，。；]{0,8}(?:指导|帮助|支持|推动|带领|协助)下"
    "|(?:群众|党员|干部|职工|基层|上级)[^，。；]{0,4}(?:觉得|感到|不满|失望)"
)


def events_given(text: str, context: GateContext) -> Iterator[Finding]:
    """Nothing is told as done, or of what others did or felt, that the facts do not tell."""
    if not context.self_critical:
        return
    for match in _EVENT.finditer(text):
        if match[0] not in context.given:
            yield error("event", f"“{match[0]}”不在给定事实里，只说思想和态度", match[0])


_INSTANCE = re.compile(r"例如|比如|譬如|又如|某|曾经?|有一次|一[名位]|去年|近年|不久前|其中一")


def instances_given(text: str, context: GateContext) -> Iterator[Finding]:
    """A sentence that tells of an instance rests on a fact; otherwise it is made up."""
    body = text.removeprefix(context.slot.opening).removesuffix(context.slot.ending)
    for sentence in split_sentences(body):
        told = _INSTANCE.search(sentence)
        if told and not cited(sentence, context.slot.facts):
            yield error("instance", f"“{sentence[:20]}”是编造的事例，给定事实里没有", sentence)


def places_given(text: str, context: GateContext) -> Iterator[Finding]:
    """No kind of place or institution of which the facts do not speak."""
    for match in NAMED_PLACE.finditer(text):
        if match[2] not in context.given:
            yield error("name", f"“{match[0]}”不在给定事实里", match[0])


_BRANCH = re.compile("[\u4e00-\u9fff]{2}(?<![各个些层属本级])(?:党支部|党总支|党小组)")


def names_given(text: str, context: GateContext) -> Iterator[Finding]:
    """Nobody is named responsible, and no branch of the Party, that the unit did not name."""
    for match in OWNER.finditer(text):
        if match[1] not in context.given and not ANYBODY.search(match[1]):
            yield error("name", f"“{match[1]}”不是给定的责任单位", match[1])
    for match in (*MASKED.finditer(text), *_BRANCH.finditer(text)):
        if match[0] not in context.given:
            yield error("name", f"“{match[0]}”不是给定的名称", match[0])


def own_words(text: str, context: GateContext) -> Iterator[Finding]:
    """Beside the unit's own words, only those that tell no event."""
    if context.lexicon is None:
        return
    for sentence in split_sentences(text.removeprefix(context.slot.stated)):
        gaps = context.lexicon.uncovered(sentence, context.own)
        if gaps:
            longest = max(gaps, key=len)
            yield error("own-words", f"“{longest}”不是单位给的情况", longest)
