"""Writing one slot: draw candidates, judge each sentence, keep the best ones."""

import hashlib
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage

from assistant.checks.findings import Finding, Severity
from assistant.checks.gates import GateContext, judge
from assistant.drafting.draw import Bounds, cost_of, draw
from assistant.drafting.events import CandidateJudged, Event, TextArrived
from assistant.drafting.lines import USUAL, Line, LineJudge
from assistant.drafting.points import drawn_point
from assistant.drafting.prompts import SlotPrompts
from assistant.drafting.record import CandidateRecord, Cost, RunSettings, SlotRecord
from assistant.kinds import DocumentKind
from assistant.llm.request import Completion, Length
from assistant.plan import Slot
from assistant.text.sentences import count_characters

_SENTENCE_TOKENS = 48
"""Tokens after which a sentence is not awaited any longer."""
_LEAST = 8
"""Characters before which no sentence is to end."""
_ATTEMPTS = 2
_LONG_ENOUGH = 0.9
"""Share of a slot's budget for which no further candidate is waited for."""
_TOO_SHORT = 0.75
"""Share of a slot's budget below which missing sentences are asked for again."""


def _unjudged(_text: str, _context: GateContext) -> list[Finding]:
    return []


@dataclass(frozen=True)
class Candidate:
    """What a model has added to the facts in one go."""

    attempt: int
    kept: tuple[Line, ...]
    """Sentences chosen before, to which it adds those that were missing."""
    lines: tuple[Line, ...]

    def text(self, turns: Sequence[str]) -> str:
        """All that it would add to the facts."""
        return _joined(sorted((*self.kept, *self.lines), key=lambda line: turns.index(line.turn)))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that the gates say of it."""
        return tuple(finding for line in self.lines for finding in line.findings)

    def told(self, severity: Severity) -> tuple[str, ...]:
        """The findings of a severity, in words."""
        return tuple(f"{f.code}：{f.message}" for f in self.findings if f.severity is severity)


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

    def key(self, slot: Slot) -> str:
        """A hash of everything on which the slot's text depends."""
        said: list[str] = []
        if slot.drawn:
            first, *further = self._turns(slot)
            said = [str(m.text) for m in self._prompts.messages(slot, slot.stated + first)]
            said += [*further, *self._prompts.avoid(slot)]
        parts = (
            slot.model_dump_json(),
            "\n".join(said),
            self._settings.model_dump_json(),
            self._identity,
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def sentences(self, slot: Slot) -> int:
        """How many sentences a model adds to a slot."""
        return len(self._turns(slot)) if slot.drawn else 0

    def write(self, slot: Slot, tell: Callable[[Event], None]) -> SlotRecord:
        """Write a slot, telling what happens; may be called from several threads."""
        if not slot.drawn:
            return self._record(slot, Cost(), (), ())
        context = self._context(slot)
        candidates: list[Candidate] = []
        chosen: tuple[Line, ...] = ()
        cost = Cost()
        start = time.perf_counter()
        for attempt in range(1, _ATTEMPTS + 1):
            asked = self._ask(context, chosen)
            answers = self._draw(attempt, _reasons(candidates), asked, tell)
            for drawn, answer in enumerate(answers):
                cost += cost_of(answer)
                weights = answer.response_metadata.get("likelihoods", ())
                lines = asked.judge.lines(
                    _continuation(str(answer.text), asked),
                    weights if self._settings.gates else (),
                )
                candidates.append(Candidate(attempt, asked.kept, lines))
                tell(CandidateJudged(slot.id, attempt, drawn, candidates[-1].findings))
            chosen = asked.judge.choose([line for each in candidates for line in each.lines])
            if self._serves(asked.judge, chosen, _TOO_SHORT):
                break
        cost += Cost(seconds=round(time.perf_counter() - start, 3))
        return self._record(slot, cost, candidates, chosen)

    def _ask(self, context: GateContext, chosen: tuple[Line, ...]) -> "_Asked":
        """What is to be drawn beside the sentences chosen so far."""
        judged = judge if self._settings.gates else _unjudged
        kept = chosen if LineJudge(judged, context, context.turns).sound(chosen) else ()
        served = [line.turn for line in kept]
        missing = tuple(turn for turn in context.turns if turn not in served)
        before = context.turns[: context.turns.index(missing[0])]
        return _Asked(
            LineJudge(judged, context, missing),
            kept,
            context.slot.stated + _joined(line for line in kept if line.turn in before),
        )

    def _turns(self, slot: Slot) -> tuple[str, ...]:
        """How as many sentences begin as the slot's budget has room for; at least one."""
        room = slot.budget - count_characters(slot.stated + slot.ending)
        return self._prompts.turns(slot)[: max(math.ceil(room / USUAL), 1)]

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
        )

    def _draw(
        self,
        attempt: int,
        reasons: Sequence[str],
        asked: "_Asked",
        tell: Callable[[Event], None],
    ) -> list[AIMessage]:
        context = asked.judge.context
        slot = context.slot
        head = self._prompts.head(slot.role)
        first, *further = asked.judge.turns
        bounds = Bounds(
            # Code has stated the facts: no figure need come again.
            figures=[] if self._settings.guard else None,
            avoid=self._prompts.avoid(slot),
            lexicon=head.lexicon,
            own=context.sources,
            length=Length(least=_LEAST, enough=_LEAST),
            turns=further,
            max_tokens=_SENTENCE_TOKENS * (1 + len(further)),
            seed=_slot_seed(self._settings.seed, slot.id, attempt),
            temperature=self._settings.temperature,
            give_up=asked.judge.fallen,
            enough=partial(self._enough, asked),
        )
        for candidate in range(self._settings.candidates):
            tell(TextArrived(slot.id, attempt, candidate, first))
        return draw(
            self._model,
            self._prompts.messages(slot, asked.stands + first, feedback=reasons),
            candidates=self._settings.candidates,
            bounds=bounds,
            tell=lambda i, text: tell(TextArrived(slot.id, attempt, i, text)),
        )

    def _enough(self, asked: "_Asked", done: Sequence[Completion]) -> bool:
        """Whether more than half of the candidates are at their end, and their sentences serve."""
        if 2 * len(done) <= self._settings.candidates:
            return False
        drawn = [asked.judge.lines(answer.text, answer.likelihoods) for answer in done]
        lines = [line for each in (asked.kept, *drawn) for line in each]
        return self._serves(asked.judge, asked.judge.choose(lines), _LONG_ENOUGH)

    def _serves(self, judged: LineJudge, chosen: Sequence[Line], share: float) -> bool:
        """Whether the sentences are all there, or make a paragraph of a share of the budget."""
        slot = judged.context.slot
        length = count_characters(slot.stated + _joined(chosen) + slot.ending)
        whole = len(chosen) == len(judged.context.turns) or length >= share * slot.budget
        return whole and judged.sound(chosen)

    def _record(
        self, slot: Slot, cost: Cost, candidates: Sequence[Candidate], chosen: Sequence[Line]
    ) -> SlotRecord:
        shown = self._prompts.head(slot.role).examples if candidates else ()
        return SlotRecord(
            key=self.key(slot),
            point=drawn_point(slot, _joined(chosen)),
            cost=cost,
            candidates=tuple(
                CandidateRecord(
                    attempt=candidate.attempt,
                    text=candidate.text(self._turns(slot)),
                    errors=candidate.told(Severity.ERROR),
                    warnings=candidate.told(Severity.WARNING),
                    chosen=any(line in chosen for line in candidate.lines),
                )
                for candidate in candidates
            ),
            examples=tuple(f"{example.example.slug}:{example.slot.id}" for example in shown),
        )


@dataclass(frozen=True)
class _Asked:
    """What is asked of the model in one go."""

    judge: LineJudge
    kept: tuple[Line, ...]
    """Sentences chosen before."""
    stands: str
    """What stands before the first sentence asked for: the facts, and those kept there."""


def _joined(lines: Iterable[Line]) -> str:
    return "".join(line.text for line in lines)


def _continuation(answer: str, asked: _Asked) -> str:
    """An answer without what it was to continue, which other models may repeat."""
    first = asked.judge.turns[0]
    return answer.strip().removeprefix(asked.stands + first).removeprefix(first).strip()


def _reasons(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """Why sentences fell, each reason once, the most frequent first."""
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
