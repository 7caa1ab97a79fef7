"""Choosing worked paragraphs for a role: like kind, unit and claims, within a token budget."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from langchain_core.example_selectors import BaseExampleSelector

from assistant.examples.store import SlotExample, WorkedExample, slot_examples, unit_level
from assistant.kinds import DocumentKind
from assistant.plan import SlotRole
from assistant.spec import UnitSpec, problems_of
from assistant.text.sentences import overlap

_SAME_GENRE, _SAME_KIND, _SAME_LEVEL = 3.0, 1.0, 0.5
_OWN = 0.4
"""What a paragraph of the user's own gains over one that comes with the program."""
_SAME_TOLD = 0.3
"""Share of claims and facts from which two specs tell of the same document."""
_SAME_DOCUMENT = 0.6
"""What another paragraph of a document already chosen loses, for variety of manner."""
_LIKE_CHOSEN = 1.0


@dataclass(frozen=True)
class ExampleQuery:
    """What examples are wanted for."""

    role: SlotRole
    kind: DocumentKind
    unit: str
    claims: str
    """The claims of all the document's slots of that role."""


class SlotExampleSelector(BaseExampleSelector):
    """Chooses among slot examples; never from the document that is being written."""

    def __init__(
        self,
        examples: Iterable[WorkedExample],
        *,
        writing: UnitSpec,
        count_tokens: Callable[[str], int],
        token_budget: int,
        most: int = 3,
    ) -> None:
        self._examples: list[SlotExample] = []
        self._writing = writing
        self._count_tokens = count_tokens
        self._token_budget = token_budget
        self._most = most
        for example in examples:
            if not same_document(example.spec, writing):
                for slot_example in slot_examples(example):
                    self.add_example({"example": slot_example})

    def add_example(self, example: dict[str, Any]) -> None:
        """Add `{"example": SlotExample}`."""
        self._examples.append(example["example"])

    def select_examples(self, input_variables: dict[str, Any]) -> list[dict[str, Any]]:
        """The best examples for `{"query": ExampleQuery}`, the most fitting last."""
        query: ExampleQuery = input_variables["query"]
        pool = [e for e in self._examples if e.slot.role == query.role]
        chosen: list[SlotExample] = []
        tokens = 0
        while pool and len(chosen) < self._most:
            best = max(pool, key=lambda e: (_worth(e, query, chosen), e.example.slug, e.slot.id))
            pool.remove(best)
            cost = self._count_tokens(best.point.body + "".join(f.text for f in best.slot.facts))
            if tokens + cost <= self._token_budget or not chosen:
                chosen.append(best)
                tokens += cost
        # What stands nearest to the task is imitated most.
        return [{"example": example} for example in reversed(chosen)]


def same_document(example: UnitSpec, writing: UnitSpec) -> bool:
    """Whether an example tells of the unit, or even the very matters, that are written about."""
    if example.unit == writing.unit:
        return True
    theirs, ours = set(_told(example)), set(_told(writing))
    return len(theirs & ours) >= _SAME_TOLD * min(len(theirs), len(ours))


def _told(spec: UnitSpec) -> Iterator[str]:
    for _, problem in problems_of(spec):
        yield from (problem.claim, *problem.facts)
    for aspect in spec.aspects:
        for work in aspect.work:
            yield from (work.claim, *work.facts)


def _worth(example: SlotExample, query: ExampleQuery, chosen: list[SlotExample]) -> float:
    document = example.example
    worth = overlap(example.slot.claim, query.claims)
    worth += _SAME_GENRE * (document.kind.genre == query.kind.genre)
    worth += _SAME_KIND * (document.kind.id == query.kind.id)
    worth += _SAME_LEVEL * (unit_level(document.spec.unit) == unit_level(query.unit))
    worth += _OWN * document.own
    worth += 0.3 * min(len(example.slot.facts), 2)
    for other in chosen:
        worth -= _SAME_DOCUMENT * (other.example is document)
        worth -= _LIKE_CHOSEN * overlap(example.slot.claim, other.slot.claim)
    return worth
