"""What has been read of prompts and lies in the cells, to be gone on from.

A prompt is a head, shared by many prompts, and a tail. A head is read once and then shared by
copying its sequence, or restored from the prefix store where it was read in an earlier run. A tail
is shared in the same way by requests that differ only in their openings.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.llm.cells import BLOCK, Cells, Tokens, together
from assistant.llm.prefix_store import PrefixStore
from assistant.llm.request import Request


@dataclass(frozen=True)
class Place:
    """Where a request goes on from."""

    head: int
    """The head's sequence."""
    base: int
    """The prompt's, of its own."""
    reused: int
    """Tokens of the prompt that were not read for it."""
    row: int
    """Of the logits behind the prompt; of no meaning where it was known."""


@dataclass(frozen=True)
class Room:
    """What is free in the cells."""

    cells: int
    sequences: int


class Prompts:
    """The prompts in the cells."""

    def __init__(self, cells: Cells, prefixes: PrefixStore, identity: tuple[str, ...]) -> None:
        """`identity`: whose heads are kept in the store."""
        self._cells = cells
        self._prefixes = prefixes
        self._identity = identity
        self._heads: dict[Tokens, int] = {}
        self._known: dict[Tokens, int] = {}
        """Sequences of whole prompts."""
        self._early: set[Tokens] = set()
        """Those that were read before anybody went on from them."""

    def unread(self, request: Request, others: Iterable[Request]) -> bool:
        """Whether a prompt must be read: unknown, also among those that are read with it, or
        wanted for the logits behind it."""
        prompt = _prompt(request)
        known = prompt in self._known or any(_prompt(other) == prompt for other in others)
        return not (known and request.opening)

    def missing(self, heads: set[Tokens]) -> int:
        """Tokens of those heads that are not in the cells."""
        return sum(len(head) for head in heads - self._heads.keys())

    def read(
        self, requests: Sequence[Request], waiting: Iterable[Request], room: Room
    ) -> list[Place]:
        """Read what is unread of the requests, and in the same go prompts of the waiting; return
        where the requests go on from.

        `room`: left beside the requests, their heads apart.
        """
        cells = self._cells
        left = room.cells - self.missing({tuple(request.head) for request in requests})
        begun: dict[int, tuple[int, int]] = {}
        for i, request in enumerate(requests):
            if self.unread(request, [requests[j] for j in begun]):
                sequence, reused = self._head(tuple(request.head))
                begun[i] = cells.fork(sequence), reused
        own = [requests[i] for i in begun]
        early = self._readable(own, waiting, Room(left, room.sequences)) if own else []
        bases = [base for base, _ in begun.values()]
        bases += [cells.fork(self._heads[tuple(request.head)]) for request in early]
        rows = cells.read_together(
            [(r.tail, len(r.head), base) for r, base in zip([*own, *early], bases, strict=True)]
        )
        for request, base in zip(own, bases, strict=False):
            self._known[_prompt(request)] = cells.fork(base)
        for request, base in zip(early, bases[len(own) :], strict=True):
            self._known[_prompt(request)] = base
            self._early.add(_prompt(request))
        places = {
            i: Place(self._heads[tuple(requests[i].head)], base, reused, row)
            for (i, (base, reused)), row in zip(begun.items(), rows, strict=False)
        }
        return [places.get(i) or self._shared(request) for i, request in enumerate(requests)]

    def kept(self, heads: dict[Tokens, int]) -> None:
        """Nothing is left in the cells but these heads, in these sequences."""
        self._heads = heads
        self._known.clear()
        self._early.clear()

    def _readable(
        self, own: Sequence[Request], waiting: Iterable[Request], room: Room
    ) -> list[Request]:
        """Of the waiting those whose prompts can be read together with a request's own."""
        chosen: list[Request] = []
        left = room.cells
        for request in waiting:
            needed = len(request.tail) + BLOCK
            if (
                len(chosen) < room.sequences
                and needed <= left
                and tuple(request.head) in self._heads
                and request.opening
                and self.unread(request, [*own, *chosen])
                and together([r.tail for r in (*own, *chosen, request)])
            ):
                chosen.append(request)
                left -= needed
        return chosen

    def _shared(self, request: Request) -> Place:
        """Behind a prompt that is known."""
        head, prompt = tuple(request.head), _prompt(request)
        reused = len(head if prompt in self._early else prompt)
        self._early.discard(prompt)
        return Place(self._heads[head], self._cells.fork(self._known[prompt]), reused, -1)

    def _head(self, name: Tokens) -> tuple[int, int]:
        """The sequence of a head, and how many of its tokens need not be read."""
        cells = self._cells
        if name in self._heads:
            return self._heads[name], len(name)
        sequence = cells.begin()
        reused = 0
        if name:
            cells.align()
            key = self._prefixes.key(*self._identity, name)
            state = self._prefixes.get(key)
            if state is not None and cells.restore(state, len(name), sequence):
                reused = len(name)
            else:
                cells.read(name, 0, sequence)
                self._prefixes.put(key, cells.save(sequence))
        self._heads[name] = sequence
        return sequence, reused


def _prompt(request: Request) -> Tokens:
    return (*request.head, *request.tail)
