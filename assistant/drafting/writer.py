"""Writing one slot: draw candidates, judge each sentence, keep the best ones.

A candidate adds a sentence for each turn. They are drawn side by side, each behind the facts alone:
none waits for another, and a bad one leads no other astray.
"""

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
"""Tokens behind its turn after which a sentence is not awaited any longer."""
_LEAST = 8
"""Characters behind its turn before which no sentence is to end."""
_ATTEMPTS = 2
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
            said = [str(m.text) for m in self._prompts.messages(slot, slot.stated)]
            said += [*self._turns(slot), *self._prompts.avoid(slot)]
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
        lines = self._judge(slot)
        candidates: list[Candidate] = []
        chosen: tuple[Line, ...] = ()
        cost = Cost()
        start = time.perf_counter()
        for attempt in range(1, _ATTEMPTS + 1):
            kept = chosen if lines.sound(chosen) else ()
            missing = [t for t in self._turns(slot) if t not in [line.turn for line in kept]]
            drawn = self._draw(lines, attempt, missing, tell)
            for number, answers in enumerate(drawn):
                cost += sum((cost_of(answer) for answer in answers), Cost())
                added = tuple(
                    self._line(lines, *pair) for pair in zip(missing, answers, strict=True)
                )
                candidates.append(Candidate(attempt, kept, added))
                tell(CandidateJudged(slot.id, attempt, number, candidates[-1].findings))
            chosen = lines.choose([line for each in candidates for line in each.lines])
            if self._serves(lines, chosen):
                break
        cost += Cost(seconds=round(time.perf_counter() - start, 3))
        return self._record(slot, cost, candidates, chosen)

    def _line(self, lines: LineJudge, turn: str, answer: AIMessage) -> Line:
        # Other models may repeat what they were to go on with.
        text = str(answer.text).strip().removeprefix(lines.context.slot.stated)
        weights = answer.response_metadata.get("likelihoods", ())
        return lines.line(turn, text, weights if self._settings.gates else ())

    def _turns(self, slot: Slot) -> tuple[str, ...]:
        """How as many sentences begin as the slot's budget has room for; at least one."""
        room = slot.budget - count_characters(slot.stated + slot.ending)
        return self._prompts.turns(slot)[: max(math.ceil(room / USUAL), 1)]

    def _judge(self, slot: Slot) -> LineJudge:
        head = self._prompts.head(slot.role)
        context = GateContext(
            slot=slot,
            terms=self._kind.terms,
            examples=tuple(example.point.body for example in head.examples),
            instruction=head.role.instruction,
            formulas=self._prompts.formulas,
            lexicon=head.lexicon,
            speaker=self._prompts.speaker,
            turns=self._turns(slot),
        )
        return LineJudge(judge if self._settings.gates else _unjudged, context)

    def _draw(
        self, lines: LineJudge, attempt: int, turns: Sequence[str], tell: Callable[[Event], None]
    ) -> list[list[AIMessage]]:
        slot = lines.context.slot
        bounds = Bounds(
            # Code has stated the facts: no figure need come again.
            figures=[] if self._settings.guard else None,
            avoid=self._prompts.avoid(slot),
            lexicon=lines.context.lexicon,
            own=lines.context.sources,
            length=Length(least=_LEAST, enough=_LEAST),
            max_tokens=_SENTENCE_TOKENS,
            seed=_slot_seed(self._settings.seed, slot.id, attempt),
            temperature=self._settings.temperature,
            give_up=lines.fallen,
            enough=partial(self._enough, lines),
        )
        return draw(
            self._model,
            self._prompts.messages(slot, slot.stated),
            turns=turns,
            candidates=self._settings.candidates,
            bounds=bounds,
            tell=lambda i, j, text: tell(TextArrived(slot.id, attempt, i, j, text)),
        )

    def _enough(self, lines: LineJudge, done: Sequence[Completion]) -> bool:
        """Whether more than half of the candidates for a sentence are at their end, and one will
        do."""
        if 2 * len(done) <= self._settings.candidates:
            return False
        return any(lines.line_of(answer.text, answer.likelihoods).passed for answer in done)

    def _serves(self, lines: LineJudge, chosen: Sequence[Line]) -> bool:
        """Whether the sentences are all there, or make a paragraph that is not too short."""
        slot = lines.context.slot
        length = count_characters(slot.stated + _joined(chosen) + slot.ending)
        whole = len(chosen) == len(lines.context.turns) or length >= _TOO_SHORT * slot.budget
        return whole and lines.sound(chosen)

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


def _joined(lines: Iterable[Line]) -> str:
    return "".join(line.text for line in lines)


def _slot_seed(seed: int, slot_id: str, attempt: int) -> int:
    digest = hashlib.sha256(f"{seed}/{slot_id}/{attempt}".encode()).digest()
    return int.from_bytes(digest[:4], "big") & 0x7FFFFFFF
