"""Writing one slot: draw candidates, judge them, draw again with the reasons, keep the best."""

import hashlib
import time
from collections.abc import Callable
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

_LEAST, _ENOUGH = 0.8, 1.0
"""Shares of the budget: not to end before, to end at the next sentence's end after."""
_LEAST_TO_ADD = 40
"""Characters that the model adds even where the stated facts fill the budget."""
_HOPELESS = 2
"""Refused sentences after which a candidate is not written to its end."""

Judge = Callable[[str, GateContext], list[Finding]]


def _unjudged(_text: str, _context: GateContext) -> list[Finding]:
    return []


@dataclass(frozen=True)
class Candidate:
    """A paragraph as drawn, without ordinal, refused sentences left out."""

    attempt: int
    text: str
    dropped: tuple[str, ...]
    """Sentences left out, with the reasons."""
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        """Findings for which it falls."""
        return [f for f in self.findings if f.severity is Severity.ERROR]

    def demerit(self, budget: int) -> float:
        """Lower is better: errors first, then warnings and distance from the budget."""
        distance = abs(count_characters(self.text) - budget) / max(budget, 1)
        warnings = len(self.findings) - len(self.errors)
        faults = 100 * len(self.errors) + 4 * (warnings + len(self.dropped))
        return faults + 10 * distance


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
        said = ""
        if slot.drawn:
            messages = self._prompts.messages(slot, slot.opening)
            said = "\n".join(str(message.text) for message in messages)
        parts = (slot.model_dump_json(), said, self._settings.model_dump_json(), self._identity)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def write(self, slot: Slot, tell: Callable[[Event], None]) -> SlotRecord:
        """Write a slot, telling what happens; may be called from several threads."""
        if not slot.drawn:
            return self._record(slot, _told_point(slot), Cost(), [], None, ())
        context = self._context(slot)
        candidates: list[Candidate] = []
        cost = Cost()
        start = time.perf_counter()
        # A small model bends facts that it weaves in itself. Where the role allows it, it may
        # try first; otherwise code states the facts and the model goes on from there.
        weave = self._prompts.head(slot.role).role.weave
        for attempt, opening in enumerate((slot.opening if weave else slot.stated, slot.stated), 1):
            answers = self._draw(slot, opening, attempt, candidates, context, tell)
            for drawn, answer in enumerate(answers):
                cost += cost_of(answer)
                candidate = self._judged(str(answer.text), slot, opening, attempt, context)
                candidates.append(candidate)
                tell(CandidateJudged(slot.id, attempt, drawn, candidate.findings))
            if not all(candidate.errors for candidate in candidates):
                break
        cost += Cost(seconds=round(time.perf_counter() - start, 3))
        best = min(candidates, key=lambda candidate: candidate.demerit(slot.budget))
        point, mended = _settle(best, context, self._judge)
        return self._record(slot, point, cost, candidates, best, mended)

    def _judged(
        self, answer: str, slot: Slot, opening: str, attempt: int, context: GateContext
    ) -> Candidate:
        text, dropped = _trim(_whole(opening, answer, slot), opening, context, self._judge)
        return Candidate(
            attempt,
            text,
            dropped,
            findings=tuple(self._judge(text, context)),
        )

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
        )

    def _draw(
        self,
        slot: Slot,
        opening: str,
        attempt: int,
        earlier: list[Candidate],
        context: GateContext,
        tell: Callable[[Event], None],
    ) -> list[AIMessage]:
        left = slot.budget - count_characters(opening + slot.ending)
        left = max(left, _LEAST_TO_ADD if opening != slot.opening else 20)
        woven = opening == slot.opening
        head = self._prompts.head(slot.role)
        # Once the facts are stated, no figure need come again.
        figures = [opening, *(fact.text for fact in slot.facts)] if woven else []
        bounds = Bounds(
            figures=figures if self._settings.guard else None,
            avoid=head.role.avoid,
            lexicon=head.lexicon,
            own=context.sources,
            length=Length(least=round(left * _LEAST), enough=round(left * _ENOUGH)),
            max_tokens=round(left * 1.2) + 20,
            seed=_slot_seed(self._settings.seed, slot.id, attempt),
            temperature=self._settings.temperature,
            give_up=lambda answer: (
                len(_trim(opening + answer, opening, context, self._judge)[1]) >= _HOPELESS
            ),
        )
        return draw(
            self._model,
            self._prompts.messages(slot, opening, feedback=_reasons(earlier)),
            candidates=self._settings.candidates,
            bounds=bounds,
            tell=lambda i, text: tell(TextArrived(slot.id, attempt, i, text)),
        )

    def _record(
        self,
        slot: Slot,
        point: Point,
        cost: Cost,
        candidates: list[Candidate],
        best: Candidate | None,
        mended: tuple[str, ...],
    ) -> SlotRecord:
        shown = self._prompts.head(slot.role).examples if candidates else ()
        return SlotRecord(
            key=self.key(slot),
            point=point,
            cost=cost,
            candidates=tuple(
                CandidateRecord(
                    attempt=candidate.attempt,
                    text=candidate.text,
                    errors=tuple(f"{f.code}：{f.message}" for f in candidate.errors),
                    warnings=tuple(
                        f"{f.code}：{f.message}"
                        for f in candidate.findings
                        if f.severity is Severity.WARNING
                    ),
                    chosen=candidate is best,
                )
                for candidate in candidates
            ),
            mended=mended,
            examples=tuple(f"{example.example.slug}:{example.slot.id}" for example in shown),
        )


def _whole(opening: str, answer: str, slot: Slot) -> str:
    """Opening, answer and ending as one paragraph; a model may repeat opening or ending."""
    said = answer.strip().removeprefix(opening).strip()
    if slot.ending:
        # The ending is a sentence of its own: what the model left unfinished before it goes.
        whole = split_sentences(said.split(slot.ending, 1)[0])
        while whole and not whole[-1].endswith(_SENTENCE_ENDS):
            whole.pop()
        said = "".join(whole)
    return opening + said + slot.ending


def _reasons(candidates: list[Candidate]) -> tuple[str, ...]:
    """Why the candidates fell, each reason once, the most frequent first."""
    messages = [finding.message for candidate in candidates for finding in candidate.errors]
    return tuple(sorted(set(messages), key=lambda m: (-messages.count(m), m)))[:3]


def _slot_seed(seed: int, slot_id: str, attempt: int) -> int:
    digest = hashlib.sha256(f"{seed}/{slot_id}/{attempt}".encode()).digest()
    return int.from_bytes(digest[:4], "big") & 0x7FFFFFFF


def _told_point(slot: Slot) -> Point:
    """What code alone writes: the facts, and what is missing."""
    return point_from_sentences(
        tuple(
            Sentence(text=sentence, facts=cited(sentence, slot.facts))
            for sentence in split_sentences(slot.stated + slot.ending)
        ),
        slot,
    )


def _stated_text(slot: Slot) -> str:
    """The facts and nothing else."""
    return slot.stated.rstrip("，。") + "。" + slot.ending


def _trim(
    text: str, opening: str, context: GateContext, judge: Judge
) -> tuple[str, tuple[str, ...]]:
    """The text without the sentences that a gate refuses, and these with the reasons.

    Whole sentences that code has put there (`opening`, the slot's ending) always stay.
    """
    faults = [f for f in judge(text, context) if f.severity is Severity.ERROR and f.excerpt]
    kept: list[str] = []
    dropped: list[str] = []
    place, previous_fell = 0, False
    for sentence in split_sentences(text):
        place += len(sentence)
        by_code = place <= len(opening) or place > len(text) - len(context.slot.ending)
        reasons = [fault.message for fault in faults if _concerns(fault, sentence)]
        if not sentence.endswith(_SENTENCE_ENDS):
            reasons.append("没有写完")
        if previous_fell and sentence.startswith(_LEANING):
            reasons.append("上一句已删去，这句没有着落")
        if by_code or not reasons:
            kept.append(sentence)
            previous_fell = False
        else:
            previous_fell = True
            dropped.append(f"删去“{sentence}”：{'；'.join(reasons)}")
    return "".join(kept), tuple(dropped)


def _concerns(fault: Finding, sentence: str) -> bool:
    """Whether the words of a finding stand in a sentence; copied runs are told without marks."""
    return fault.excerpt in sentence or fault.excerpt in han(sentence)


_LEANING = ("这", "此", "因此", "所以", "从而", "其")
"""How a sentence begins that says nothing without the one before it."""

_SENTENCE_ENDS = ("。", "！", "？", "：", "”")


def _settle(best: Candidate, context: GateContext, judge: Judge) -> tuple[Point, tuple[str, ...]]:
    """The point of the best candidate: facts that it lost stated, what stays doubtful marked."""
    slot = context.slot
    text, mended = best.text, best.dropped
    lost = any(finding.code == "unused" for finding in best.errors)
    if lost or not text.startswith(slot.opening):
        text, mended = _stated_text(slot), (*mended, "改为直接陈述事实")
    left = [f for f in judge(text, context) if f.severity is Severity.ERROR and f.excerpt]
    sentences = tuple(
        Sentence(
            text=sentence,
            facts=cited(sentence, slot.facts),
            doubt="；".join(f.message for f in left if _concerns(f, sentence)),
        )
        for sentence in split_sentences(text)
    )
    return point_from_sentences(sentences, slot), mended
