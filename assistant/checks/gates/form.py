"""The form of a paragraph: whole sentences, no list, no repetition, nothing copied."""

import re
from collections.abc import Iterator

from assistant.checks.context import CheckContext
from assistant.checks.data import RuleData
from assistant.checks.findings import Finding, Severity
from assistant.checks.gates.context import GateContext, error, warning
from assistant.checks.phrases import either, phrases
from assistant.checks.repetition import commonest_turn, repeated_run
from assistant.text.sentences import count_characters, han, ngrams, split_sentences

LEAK_RUN = 13


def examples_not_leaked(text: str, context: GateContext) -> Iterator[Finding]:
    """No run of 13 characters of an example, unless the slot's own words hold it."""
    own = han(context.given)
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
            yield error("leak", f"“{copied}”照抄了范例，请用自己的话写", copied)
            return


_ECHO_RUN = 8


def instructions_not_echoed(text: str, context: GateContext) -> Iterator[Finding]:
    """The model writes, it does not repeat what it was told to do."""
    own = han(context.given)
    told = {run for run in ngrams(context.instruction, _ECHO_RUN) if run not in own}
    echoed = next((run for run in ngrams(text, _ECHO_RUN) if run in told), None)
    if echoed:
        yield error("echo", f"“{echoed}”是写作要求，不要写进正文", echoed)


_STRUCTURE = re.compile(
    r"\n|^#|[*`#|]|(?:^|[。；])\s*(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.、)）])"
    r"|(?:^|[。；，：])[一二三四五六七八九]是"
)


def no_structure(text: str, context: GateContext) -> Iterator[Finding]:
    """No heading, list, ordinal or Markdown: those belong to code."""
    body = text.removeprefix(context.slot.opening)
    if match := _STRUCTURE.search(body):
        yield error("structure", "只写一段正文，不要分条、标题和符号", match[0].strip("。；\n"))


def sentence_ends(text: str, _context: GateContext) -> Iterator[Finding]:
    """The paragraph ends with a whole sentence."""
    if not text.endswith(("。", "！", "？", "。”")):
        yield error("ending", "最后一句没有写完", split_sentences(text)[-1])


_LOOPED, _MONOTONOUS = 4, 3
"""Clauses that begin alike: so many make a candidate fall, or weigh against it."""
_THRICE = re.compile(r"([\u4e00-\u9fff]{1,8})(?:[、，]\1){2}")
"""开会、开会、开会"""


def no_loop(text: str, context: GateContext) -> Iterator[Finding]:
    """No repetition: not of a run of ten characters, a word thrice or a turn of phrase."""
    own = han(context.given)
    if thrice := _THRICE.search(text):
        yield error("loop", f"“{thrice[1]}”连说三遍", thrice[0])
    if looped := repeated_run(text, either(phrases(RuleData()).formulas), own):
        yield error("loop", f"“{looped}”重复", looped)
    turn = commonest_turn(text)
    if turn and turn.count >= _LOOPED:
        yield error("loop", f"“{turn.start}…”的句式重复过多", turn.start)
    elif turn and turn.count >= _MONOTONOUS:
        yield warning("loop", f"“{turn.start}…”的句式重复", turn.start)


def length_fits(text: str, context: GateContext) -> Iterator[Finding]:
    """The length lies within the slot's budget."""
    characters = count_characters(text)
    budget = context.slot.budget
    if characters > budget * 1.6 + 20:
        yield error("length", f"太长，应约{budget}字", split_sentences(text)[-1])
    elif characters < budget * 0.5 - 10:
        yield error("length", f"太短，应约{budget}字")


_DEBRIS = re.compile(
    r"[A-Za-z�\x00-\x09\x0b-\x1f\u200b-\u200f\ufeff]+|[,;:!?](?=[\u4e00-\u9fff])|[，；、：]。"
    r"|(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])"
)


def no_debris(text: str, context: GateContext) -> Iterator[Finding]:
    """No Latin letters, control characters or half-width marks that the facts do not hold."""
    for match in _DEBRIS.finditer(text):
        if match[0] not in context.given:
            yield error("debris", f"出现了“{match[0]}”，不要写外文和半角标点", match[0])


_SHORT_TURN = 4


def turns_once(text: str, context: GateContext) -> Iterator[Finding]:
    """The longer turns begin sentences and do not come again within them."""
    turns = [turn for turn in context.turns if len(turn) > _SHORT_TURN]
    for sentence in split_sentences(text.removeprefix(context.slot.opening)):
        if again := next((turn for turn in turns if turn in sentence[1:]), None):
            yield error("turn", f"“{again}”已经说过，不要重复", sentence)


def formulations_kept(text: str, context: GateContext) -> Iterator[Finding]:
    """Fixed names and formulations stand as they are prescribed; the rules of the checker."""
    from assistant.checks.rules.formulations import RULES

    checked = CheckContext(text.removeprefix(context.slot.opening))
    for rule in RULES:
        for finding in rule.findings(checked):
            if finding.severity is Severity.ERROR and finding.excerpt not in context.given:
                yield error("formulation", finding.message, finding.excerpt)
