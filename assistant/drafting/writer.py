"""Writing one slot: draw candidates for each sentence, judge them, keep the best ones.

The sentences are drawn side by side, each behind the facts alone: none waits for another, and a bad
one leads no other astray. Where all candidates for a sentence fall, it is begun otherwise once.
"""

import hashlib
import itertools
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage

from assistant.checks.findings import Finding, Severity
from assistant.checks.gates import GateContext, judge
from assistant.drafting.draw import Bounds, company, cost_of, draw, in_turn, side_by_side
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
_LEAST = 14
"""Characters behind its turn before which no sentence is to end."""
_ENOUGH = 30
"""Characters of a sentence that leaves nothing to ask of the other candidates."""


def _unjudged(_text: str, _context: GateContext) -> list[Finding]:
    return []


@dataclass(frozen=True)
class Drawn:
    """What was drawn for one sentence."""

    attempts: tuple[tuple[Line, ...], ...]
    """In the order of the candidates."""
    cost: Cost

    @property
    def lines(self) -> list[Line]:
        """All of it."""
        return [line for attempt in self.attempts for line in attempt]


@dataclass(frozen=True)
class Candidate:
    """What a model has added to the facts in one go."""

    attempt: int
    number: int
    lines: tuple[Line, ...]
    text: str
    """Its lines, and those chosen for sentences that were not drawn again."""

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
        slots: Iterable[Slot],
    ) -> None:
        """`slots`: all that are to be written in the same company."""
        self._model = model
        self._prompts = prompts
        self._kind = kind
        self._settings = settings
        self._identity = identity
        ordered = in_turn(list(slots), self.sentences)
        self._places = {slot.id: place for place, slot in enumerate(ordered, 1)}
        sentences = sum(self.sentences(slot) for slot in ordered)
        self._exact = company(sentences, settings.candidates)

    def key(self, slot: Slot) -> str:
        """A hash of everything on which the slot's text depends, but for rounding (`company`): one
        problem more is no reason to write all others anew."""
        said: list[str] = []
        if slot.drawn:
            said = [str(m.text) for m in self._prompts.messages(slot, slot.stated)]
            said += [*itertools.chain(*self._turns(slot)), *self._prompts.avoid(slot)]
        parts = (
            slot.model_dump_json(),
            "\n".join(said),
            self._settings.model_dump_json(),
            self._identity,
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def place(self, slot: Slot) -> int:
        """Which of the slots that are written side by side it is, from 1."""
        return self._places[slot.id]

    def sentences(self, slot: Slot) -> int:
        """How many sentences a model adds to a slot."""
        return len(self._turns(slot)) if slot.drawn else 0

    def write(self, slot: Slot, tell: Callable[[Event], None]) -> SlotRecord:
        """Write a slot, telling what happens; may be called from several threads."""
        if not slot.drawn:
            return self._record(slot, Cost(), (), ())
        lines = self._judge(slot)
        start = time.perf_counter()
        drawn = side_by_side(
            self._model,
            [
                partial(self._sentence, lines, place, turns, tell)
                for place, turns in enumerate(self._turns(slot))
            ],
        )
        chosen = lines.choose(sentence.lines for sentence in drawn)
        cost = sum((sentence.cost for sentence in drawn), Cost())
        cost += Cost(seconds=round(time.perf_counter() - start, 3))
        candidates = tuple(_candidates(drawn, chosen))
        for candidate in candidates:
            findings = candidate.findings
            tell(CandidateJudged(slot.id, candidate.attempt, candidate.number, findings))
        return self._record(slot, cost, candidates, chosen)

    def _sentence(
        self, lines: LineJudge, place: int, turns: Sequence[str], tell: Callable[[Event], None]
    ) -> Drawn:
        """Draw one sentence, and once more with another turn where nothing passes."""
        slot = lines.context.slot
        attempts: list[tuple[Line, ...]] = []
        cost = Cost()
        for attempt, turn in enumerate(turns, 1):

            def told(candidate: int, text: str, attempt: int = attempt) -> None:
                tell(TextArrived(slot.id, attempt, candidate, place, text))

            answers = draw(
                self._model,
                self._prompts.messages(slot, slot.stated),
                turn=turn,
                candidates=self._settings.candidates,
                bounds=self._bounds(lines, turn, f"{slot.id}/{place}/{attempt}"),
                tell=told,
                # Once the others are written, the slot waits for nothing else.
                place=self.place(slot) if attempt == 1 else 0,
            )
            cost += sum((cost_of(answer) for answer in answers), Cost())
            attempts.append(tuple(self._line(lines, turn, answer) for answer in answers))
            if any(line.passed for line in attempts[-1]):
                break
        return Drawn(tuple(attempts), cost)

    def _line(self, lines: LineJudge, turn: str, answer: AIMessage) -> Line:
        # Other models may repeat what they were to go on with.
        text = str(answer.text).strip().removeprefix(lines.context.slot.stated)
        weights = answer.response_metadata.get("likelihoods", ())
        return lines.line(turn, text, weights if self._settings.gates else ())

    def _turns(self, slot: Slot) -> tuple[tuple[str, str], ...]:
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
            turns=tuple(itertools.chain(*self._turns(slot))),
        )
        return LineJudge(judge if self._settings.gates else _unjudged, context)

    def _bounds(self, lines: LineJudge, turn: str, drawn: str) -> Bounds:
        """`drawn`: names what is drawn with them; the same candidates come from the same name."""
        return Bounds(
            # Code has stated the facts: no figure need come again.
            figures=[] if self._settings.guard else None,
            avoid=self._prompts.avoid(lines.context.slot),
            lexicon=lines.context.lexicon,
            own=lines.context.sources,
            length=Length(least=_LEAST, enough=_LEAST),
            max_tokens=_SENTENCE_TOKENS,
            seed=_seed(f"{self._settings.seed}/{drawn}"),
            temperature=self._settings.temperature,
            exact=self._exact,
            give_up=lines.fallen,
            enough=partial(self._enough, lines, turn),
        )

    def _enough(self, lines: LineJudge, turn: str, done: Sequence[Completion]) -> bool:
        """Whether more than half of the candidates are at their end, and one will do.

        Those that end first are the shortest.
        """
        if 2 * len(done) <= self._settings.candidates:
            return False
        ended = (lines.line(turn, answer.text, answer.likelihoods) for answer in done)
        return any(line.passed and count_characters(line.text) >= _ENOUGH for line in ended)

    def _record(
        self,
        slot: Slot,
        cost: Cost,
        candidates: Sequence[Candidate],
        chosen: Sequence[Line | None],
    ) -> SlotRecord:
        shown = self._prompts.head(slot.role).examples if candidates else ()
        return SlotRecord(
            key=self.key(slot),
            point=drawn_point(slot, _joined(chosen)),
            cost=cost,
            candidates=tuple(
                CandidateRecord(
                    attempt=candidate.attempt,
                    text=candidate.text,
                    errors=candidate.told(Severity.ERROR),
                    warnings=candidate.told(Severity.WARNING),
                    chosen=any(line in chosen for line in candidate.lines),
                )
                for candidate in candidates
            ),
            examples=tuple(f"{example.example.slug}:{example.slot.id}" for example in shown),
        )


def _candidates(drawn: Sequence[Drawn], chosen: Sequence[Line | None]) -> Iterator[Candidate]:
    """What was drawn side by side, put together to whole candidates."""
    for attempt, rows in enumerate(
        itertools.zip_longest(*(d.attempts for d in drawn), fillvalue=()), 1
    ):
        for number in range(max(len(row) for row in rows)):
            own = [row[number] if row else None for row in rows]
            whole = (line or best for line, best in zip(own, chosen, strict=True))
            yield Candidate(attempt, number, tuple(line for line in own if line), _joined(whole))


def _joined(lines: Iterable[Line | None]) -> str:
    return "".join(line.text for line in lines if line)


def _seed(drawn: str) -> int:
    digest = hashlib.sha256(drawn.encode()).digest()
    return int.from_bytes(digest[:4], "big") & 0x7FFFFFFF
