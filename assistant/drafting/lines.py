"""The sentences that a model has added to a slot's facts: judged one by one, the best chosen."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.checks.context import CheckContext
from assistant.checks.engine import fix
from assistant.checks.findings import Finding, Severity
from assistant.checks.gates import GateContext
from assistant.checks.rules.typos import complement
from assistant.text.sentences import count_characters, han, pairs, split_sentences

USUAL = 36
"""Characters of a good sentence of interpretation."""
_LONGEST = 60
"""Characters after which the clause under way is the last one."""
_ENOUGH = 0.25
"""Share of the slot's own words in a sentence that speaks of its matter."""
_ASTRAY = -9.0
"""Log-probability of a token that the model would not have written by itself."""
_FORCED = -1.9
"""Mean log-probability of a sentence's tokens below which it mostly reads badly."""

Judge = Callable[[str, GateContext], list[Finding]]
Weights = Sequence[tuple[int, float]]
"""Log-probabilities of an answer's tokens, each with its place in the answer."""


@dataclass(frozen=True)
class Line:
    """A sentence that a model has added to the facts, and what the gates say of it."""

    text: str
    findings: tuple[Finding, ...]
    likelihood: float = 0.0
    """Mean log-probability of its tokens; 0 where the model does not tell."""
    own: float = 0.0
    """Share of its pairs of characters that stand in the slot's own words, too."""

    @property
    def passed(self) -> bool:
        """Whether no gate refuses it."""
        return not refused(self.findings)

    @property
    def demerit(self) -> float:
        """Lower is better: warnings, distance from the usual length, wording that is forced, and
        little of what the slot is about."""
        distance = abs(count_characters(self.text) - USUAL) / USUAL
        return 2 * (len(self.findings) + distance - self.likelihood) - 4 * min(self.own, _ENOUGH)


@dataclass(frozen=True)
class LineJudge:
    """Judges the sentences added to one slot."""

    judge: Judge
    context: GateContext

    def line(self, turn: str, answer: str, weights: Weights = ()) -> Line:
        """The sentence of an answer, which may begin with its turn or go on behind it.

        Of a sentence that is refused its first clauses stand, where these pass.
        """
        text = answer if answer.startswith(turn) else turn + answer
        sentence = _spelt(_closed(split_sentences(text)[0]))
        ways = (self._line(way, weights) for way in _shortened(sentence, turn))
        whole = next(ways)
        return whole if whole.passed else next((w for w in ways if w.passed), whole)

    def fallen(self, answer: str) -> bool:
        """Whether a sentence is long enough, or refused as far as it is written."""
        long = count_characters(answer) > _LONGEST
        return long or refused(self._findings(_closed(answer)))

    def choose(self, drawn: Iterable[Iterable[Line]]) -> tuple[Line | None, ...]:
        """Of what was drawn for each sentence of the slot the best, as far as one passes."""
        chosen: list[Line | None] = []
        for lines in drawn:
            before = "".join(line.text for line in chosen if line)
            ordered = sorted(
                (line for line in lines if line.passed),
                key=lambda line: line.demerit + 3 * _shared(line.text, before),
            )
            chosen.append(
                next((o for o in ordered if not refused(self._findings(o.text, before))), None)
            )
        return tuple(chosen)

    def _line(self, sentence: str, weights: Weights) -> Line:
        """A sentence judged."""
        findings = self._findings(sentence)
        drawn = [value for at, value in weights if at < len(sentence)]
        likelihood = sum(drawn) / len(drawn) if drawn else 0.0
        if likelihood < _FORCED or min(drawn, default=0.0) < _ASTRAY:
            findings.append(Finding("astray", Severity.ERROR, "用词勉强", sentence))
        slot = self.context.slot
        about = slot.claim + "".join(slot.context) + "".join(fact.text for fact in slot.facts)
        return Line(sentence, tuple(findings), likelihood, _shared(sentence, about))

    def _findings(self, sentence: str, before: str = "") -> list[Finding]:
        """What the gates say of a sentence behind the facts and `before`."""
        slot = self.context.slot
        whole = slot.stated + before + sentence + slot.ending
        return [f for f in self.judge(whole, self.context) if _concerns(f, sentence)]


def refused(findings: Sequence[Finding]) -> bool:
    """Whether one of the findings is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def _concerns(fault: Finding, sentence: str) -> bool:
    """Whether the words of a finding stand in a sentence; copied runs are told without marks."""
    return bool(fault.excerpt) and (fault.excerpt in sentence or fault.excerpt in han(sentence))


def _shared(sentence: str, text: str) -> float:
    """Share of the sentence's pairs of characters that stand in a text, too."""
    mine = pairs(sentence)
    return len(mine & pairs(text)) / max(len(mine), 1)


def _closed(sentence: str) -> str:
    """The sentence; a comma at its end, where it was given up, becomes a full stop."""
    return re.sub("[，；]$", "。", sentence)


def _spelt(sentence: str) -> str:
    """抓的不够紧 becomes 抓得不够紧; characters keep their places, as the weights need it."""
    return fix(CheckContext(sentence), [complement]).text


_OPEN = re.compile(
    "不仅|不但|不光|不只|虽然|尽管|即使|只要|只有|如果|要是|当|因为|由于|既|一边|与其|宁可"
)
"""Words of a clause that needs another one behind it."""
_SAID = re.compile("[不没缺弱差松浅淡空轻少慢]|作为|当作|当成|放在")
"""Words by which a clause of self-criticism has said what it has to say."""
_LEAST_CLAUSE = 12


def _shortened(sentence: str, turn: str) -> list[str]:
    """The sentence, and what is left of it when clauses are taken off its end, longest first.

    Its turn alone is no sentence.
    """
    clauses = re.split("(?<=[，；])", sentence)
    shorter = (
        "".join(clauses[:count])[:-1]
        for count in range(len(clauses) - 1, 0, -1)
        if _SAID.search(clauses[count - 1]) and not _OPEN.search(clauses[count - 1])
    )
    least = max(_LEAST_CLAUSE, len(turn) + 1)
    return [sentence, *(f"{left}。" for left in shorter if len(left) >= least)]
