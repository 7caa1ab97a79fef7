"""Writing one slot: draw candidates, judge each sentence, keep the best ones."""

import hashlib
import math
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage

from assistant.checks.findings import Finding, Severity
from assistant.checks.gates import GateContext, judge
from assistant.checks.grounding import cited
from assistant.draft import Point, Sentence
from assistant.drafting.draw import Bounds, cost_of, draw
from assistant.drafting.events import CandidateJudged, Event, TextArrived
from assistant.drafting.prompts import SlotPrompts
from assistant.drafting.record import CandidateRecord, Cost, RunSettings, SlotRecord
from assistant.kinds import DocumentKind
from assistant.llm.request import Length
from assistant.markdown import point_from_sentences
from assistant.plan import Slot
from assistant.text.sentences import count_characters, han, split_sentences

_SENTENCE = 36
"""Characters of a good sentence of interpretation."""
_SENTENCE_TOKENS = 48
"""Tokens after which a sentence is not awaited any longer."""
_LEAST = 8
"""Characters before which no sentence is to end."""
_ATTEMPTS = 2
_ASTRAY = -9.0
"""Log-probability of a token that the model would not have written by itself."""

Judge = Callable[[str, GateContext], list[Finding]]


def _unjudged(_text: str, _context: GateContext) -> list[Finding]:
    return []


@dataclass(frozen=True)
class Line:
    """A sentence that a model has added to the facts, and what the gates say of it."""

    text: str
    findings: tuple[Finding, ...]
    likelihood: float = 0.0
    """Mean log-probability of its tokens; 0 where the model does not tell."""

    @property
    def passed(self) -> bool:
        """Whether no gate refuses it."""
        return not any(f.severity is Severity.ERROR for f in self.findings)

    @property
    def demerit(self) -> float:
        """Lower is better: warnings, distance from the usual length, wording that is forced."""
        distance = abs(count_characters(self.text) - _SENTENCE) / _SENTENCE
        return 2 * (len(self.findings) + distance) - self.likelihood


@dataclass(frozen=True)
class Candidate:
    """What a model has added to the facts in one go."""

    attempt: int
    lines: tuple[Line, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that the gates say of it."""
        return tuple(finding for line in self.lines for finding in line.findings)


class SlotWriter:
    """Writes the slots of one document."""

    def __init__(
        self,
        model: BaseChatModel,
        prompts: SlotPrompts,
        kind: DocumentKind,
        settings: RunSettings,
        *,
        identity: str,
    ) -> None:
        self._model = model
        self._prompts = prompts
        self._kind = kind
        self._settings = settings
        self._identity = identity
        self._judge: Judge = judge if settings.gates else _unjudged

    def key(self, slot: Slot) -> str:
        """A hash of everything on which the slot's text depends."""
        said: list[str] = []
        if slot.drawn:
            turns = self._turns(slot)
            said = [str(m.text) for m in self._prompts.messages(slot, slot.stated + turns[0])]
            said += turns[1:]
        parts = (
            slot.model_dump_json(),
            "\n".join(said),
            self._settings.model_dump_json(),
            self._identity,
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def write(self, slot: Slot, tell: Callable[[Event], None]) -> SlotRecord:
        """Write a slot, telling what happens; may be called from several threads."""
        if not slot.drawn:
            return self._record(slot, _point(slot, ()), Cost(), [], ())
        context = self._context(slot)
        candidates: list[Candidate] = []
        chosen: tuple[Line, ...] = ()
        cost = Cost()
        start = time.perf_counter()
        for attempt in range(1, _ATTEMPTS + 1):
            answers = self._draw(slot, attempt, _reasons(candidates), context, tell)
            for drawn, answer in enumerate(answers):
                cost += cost_of(answer)
                candidate = self._judged(answer, slot, attempt, context)
                candidates.append(candidate)
                tell(CandidateJudged(slot.id, attempt, drawn, candidate.findings))
            chosen = self._choose(candidates, slot, context)
            if chosen:
                break
        cost += Cost(seconds=round(time.perf_counter() - start, 3))
        point = _point(slot, [line.text for line in chosen])
        return self._record(slot, point, cost, candidates, chosen)

    def _turns(self, slot: Slot) -> tuple[str, ...]:
        """How as many sentences begin as the slot's budget has room for; at least one."""
        turns = self._prompts.turns(slot)
        room = slot.budget - count_characters(slot.stated + slot.ending)
        return turns[: max(math.ceil(room / _SENTENCE), 1)]

    def _judged(
        self, answer: AIMessage, slot: Slot, attempt: int, context: GateContext
    ) -> Candidate:
        turns = self._turns(slot)
        # Other models may repeat what they were to continue, or write the ending themselves.
        said = str(answer.text).strip().removeprefix(slot.stated + turns[0]).removeprefix(turns[0])
        if slot.ending:
            said = said.split(slot.ending, 1)[0]
        weighed = answer.response_metadata.get("likelihoods", [])
        lines: list[Line] = []
        place = -len(turns[0])
        for sentence in split_sentences(turns[0] + said.strip())[: len(turns)]:
            ways = (self._line(s, place, weighed, slot, context) for s in _shortened(sentence))
            whole = next(ways)
            lines.append(whole if whole.passed else next((w for w in ways if w.passed), whole))
            place += len(sentence)
        return Candidate(attempt, tuple(lines))

    def _line(
        self,
        sentence: str,
        place: int,
        weighed: Sequence[tuple[int, float]],
        slot: Slot,
        context: GateContext,
    ) -> Line:
        """A sentence judged; `place` is where it begins in the answer."""
        findings = self._findings(sentence, "", slot, context)
        tokens = [value for at, value in weighed if place <= at < place + len(sentence)]
        if self._settings.gates and tokens and min(tokens) < _ASTRAY:
            findings.append(Finding("astray", Severity.ERROR, "用词勉强", sentence))
        return Line(sentence, tuple(findings), sum(tokens) / len(tokens) if tokens else 0.0)

    def _findings(
        self, sentence: str, before: str, slot: Slot, context: GateContext
    ) -> list[Finding]:
        """What the gates say of a sentence behind the facts and `before`."""
        whole = slot.stated + before + sentence + slot.ending
        findings = [f for f in self._judge(whole, context) if _concerns(f, sentence)]
        if not sentence.endswith(_SENTENCE_ENDS):
            findings.append(Finding("ending", Severity.ERROR, "没有写完", sentence))
        return findings

    def _choose(
        self, candidates: Sequence[Candidate], slot: Slot, context: GateContext
    ) -> tuple[Line, ...]:
        """The best sentence for each turn, whichever candidate it stands in."""
        chosen: list[Line] = []
        for place in range(len(self._turns(slot))):
            lines = [c.lines[place] for c in candidates if place < len(c.lines)]
            before = "".join(line.text for line in chosen)
            for line in sorted((line for line in lines if line.passed), key=lambda x: x.demerit):
                behind = Line(line.text, tuple(self._findings(line.text, before, slot, context)))
                if behind.passed:
                    chosen.append(line)
                    break
        return tuple(chosen)

    def _context(self, slot: Slot) -> GateContext:
        head = self._prompts.head(slot.role)
        return GateContext(
            slot=slot,
            terms=self._kind.terms,
            examples=tuple(example.point.body for example in head.examples),
            instruction=head.role.instruction,
            formulas=self._prompts.formulas,
            lexicon=head.lexicon,
            speaker=self._prompts.speaker,
            turns=self._turns(slot),
            aims=head.role.aims,
        )

    def _draw(
        self,
        slot: Slot,
        attempt: int,
        reasons: Sequence[str],
        context: GateContext,
        tell: Callable[[Event], None],
    ) -> list[AIMessage]:
        head = self._prompts.head(slot.role)
        first, *further = self._turns(slot)
        bounds = Bounds(
            # Code has stated the facts: no figure need come again.
            figures=[] if self._settings.guard else None,
            avoid=head.role.avoid,
            lexicon=head.lexicon,
            own=context.sources,
            length=Length(least=_LEAST, enough=_LEAST),
            turns=further,
            max_tokens=_SENTENCE_TOKENS * (1 + len(further)),
            seed=_slot_seed(self._settings.seed, slot.id, attempt),
            temperature=self._settings.temperature,
            give_up=lambda answer: self._fallen(first + answer, slot, context),
        )
        for candidate in range(self._settings.candidates):
            tell(TextArrived(slot.id, attempt, candidate, first))
        return draw(
            self._model,
            self._prompts.messages(slot, slot.stated + first, feedback=reasons),
            candidates=self._settings.candidates,
            bounds=bounds,
            tell=lambda i, text: tell(TextArrived(slot.id, attempt, i, text)),
        )

    def _fallen(self, so_far: str, slot: Slot, context: GateContext) -> bool:
        """Whether a gate refuses the sentence under way as far as it is written."""
        sentence = split_sentences(so_far)[-1].rstrip("，；")
        whole = sentence if sentence.endswith(_SENTENCE_ENDS) else f"{sentence}。"
        return any(f.severity is Severity.ERROR for f in self._findings(whole, "", slot, context))

    def _record(
        self,
        slot: Slot,
        point: Point,
        cost: Cost,
        candidates: Sequence[Candidate],
        chosen: Sequence[Line],
    ) -> SlotRecord:
        shown = self._prompts.head(slot.role).examples if candidates else ()
        return SlotRecord(
            key=self.key(slot),
            point=point,
            cost=cost,
            candidates=tuple(
                CandidateRecord(
                    attempt=candidate.attempt,
                    text="".join(line.text for line in candidate.lines),
                    errors=_told(candidate, Severity.ERROR),
                    warnings=_told(candidate, Severity.WARNING),
                    chosen=any(line in chosen for line in candidate.lines),
                )
                for candidate in candidates
            ),
            examples=tuple(f"{example.example.slug}:{example.slot.id}" for example in shown),
        )


def _told(candidate: Candidate, severity: Severity) -> tuple[str, ...]:
    return tuple(f"{f.code}：{f.message}" for f in candidate.findings if f.severity is severity)


def _reasons(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """Why the candidates fell, each reason once, the most frequent first."""
    messages = [
        finding.message
        for candidate in candidates
        for finding in candidate.findings
        if finding.severity is Severity.ERROR
    ]
    return tuple(sorted(set(messages), key=lambda m: (-messages.count(m), m)))[:3]


def _slot_seed(seed: int, slot_id: str, attempt: int) -> int:
    digest = hashlib.sha256(f"{seed}/{slot_id}/{attempt}".encode()).digest()
    return int.from_bytes(digest[:4], "big") & 0x7FFFFFFF


def _concerns(fault: Finding, sentence: str) -> bool:
    """Whether the words of a finding stand in a sentence; copied runs are told without marks."""
    return bool(fault.excerpt) and (fault.excerpt in sentence or fault.excerpt in han(sentence))


_SENTENCE_ENDS = ("。", "！", "？")
_OPEN = re.compile(
    "不仅|不但|不光|不只|虽然|尽管|即使|只要|只有|如果|要是|当|因为|由于|既|一边|与其|宁可"
)
"""Words of a clause that needs another one behind it."""
_SAID = re.compile("[不没缺弱差松浅淡空轻少慢]|作为|当作|当成|放在")
"""Words by which a clause of self-criticism has said what it has to say."""
_LEAST_CLAUSE = 12


def _shortened(sentence: str) -> list[str]:
    """The sentence, and what is left of it when clauses are taken off its end, longest first."""
    clauses = re.split("(?<=[，；])", sentence)
    shorter = (
        "".join(clauses[:count])[:-1]
        for count in range(len(clauses) - 1, 0, -1)
        if _SAID.search(clauses[count - 1]) and not _OPEN.search(clauses[count - 1])
    )
    return [sentence, *(f"{left}。" for left in shorter if len(left) >= _LEAST_CLAUSE)]


def _point(slot: Slot, added: Iterable[str]) -> Point:
    """The facts as the unit told them, what was added to them, and what is missing."""
    text = slot.stated + "".join(added)
    if slot.writable and not text.endswith(_SENTENCE_ENDS):
        text += "。"
    return point_from_sentences(
        tuple(
            Sentence(text=sentence, facts=cited(sentence, slot.facts))
            for sentence in split_sentences(text + slot.ending)
        ),
        slot,
    )
