"""The running batch: texts that grow side by side, one token each in every step.

How a text begins is read in rows of the next steps, beside the tokens of the texts under way.
"""

import time
from collections.abc import Iterable, Sequence
from types import ModuleType

from assistant.errors import Cancelled
from assistant.llm.candidate import Candidate
from assistant.llm.cells import BLOCK, MOST_STEP, Cells, Family, Row, together
from assistant.llm.prefix_store import PrefixStore
from assistant.llm.prompts import Prompts, Room
from assistant.llm.request import Exact, Request
from assistant.llm.ticket import Ticket
from assistant.llm.vocabulary import Vocabulary
from assistant.llm.work import Work


class Batch:
    """What is being written in the cells; to be used by one thread at a time, `tickets` by any."""

    def __init__(
        self,
        lib: ModuleType,
        cells: Cells,
        vocabulary: Vocabulary,
        *,
        rows: int,
        prefixes: PrefixStore,
        identity: tuple[str, ...],
    ) -> None:
        """`rows`: candidates decoded side by side at most; `identity`: whose prompts are kept."""
        self._lib = lib
        self._cells = cells
        self._vocabulary = vocabulary
        self._rows = rows
        self._prompts = Prompts(cells, prefixes, identity)
        self._works: tuple[Work, ...] = ()

    @property
    def tickets(self) -> list[Ticket]:
        """Of the requests under way."""
        return [work.ticket for work in self._works]

    def fitting(self, waiting: Iterable[Ticket]) -> list[Ticket]:
        """Those of the waiting to begin now: as many as there is room for and are read in one go.

        Where nothing is under way one prompt is read alone, so that its text is soon told. What
        does not fit yet lets a smaller one pass.
        """
        chosen: list[Ticket] = []
        unread: list[Request] = []
        for ticket in waiting:
            requests = [other.request for other in (*chosen, ticket)]
            if not self._takes(requests):
                continue
            request = ticket.request
            if self._prompts.unread(request, requests[:-1]):
                tails = [other.tail for other in (*unread, request)]
                if unread and not (self._works and together(tails)):
                    continue
                unread.append(request)
            chosen.append(ticket)
        return chosen

    def _takes(self, requests: Sequence[Request]) -> bool:
        """Whether rows and cells are free; for a lone one, if need be, after what is done has been
        cleared away."""
        joining = sum(len(request.seeds) for request in requests)
        rows = joining + sum(len(work.active) for work in self._works)
        if rows > self._rows and rows > len(requests[0].seeds):
            return False
        room = self._room(requests)
        heads = {tuple(request.head) for request in requests}
        if room.cells >= self._prompts.missing(heads) and room.sequences >= 0:
            return True
        heads |= {work.family.head for work in self._works}
        held = sum(len(head) + BLOCK for head in heads) + sum(work.held for work in self._works)
        if len(requests) > 1 or held > room.cells + self._cells.used:
            return False
        self._prompts.kept(self._cells.compact(work.family for work in self._works))
        return True

    def _room(self, requests: Iterable[Request]) -> Room:
        """What is left beside the works under way and further requests, their heads apart."""
        cells, sequences = self._cells.size - self._cells.used, self._cells.sequences_left
        cells -= sum(work.promised for work in self._works)
        for request in requests:
            cells -= len(request.tail) + growth(request) + 2 * BLOCK
            sequences -= len(request.seeds) + 3
        return Room(cells, sequences)

    def begin(self, tickets: Sequence[Ticket], waiting: Iterable[Ticket]) -> None:
        """Read prompts; behind each stands an opening, or the first token of each candidate.

        Where something must be read, prompts of the waiting are read in the same go.
        """
        start = time.perf_counter()
        requests = [ticket.request for ticket in tickets]
        later = [ticket.request for ticket in waiting] if self._works else []
        places = self._prompts.read(requests, later, self._room(requests))
        for ticket, place in zip(tickets, places, strict=True):
            request = ticket.request
            family = Family(tuple(request.head), place.head, place.base, len(request.tail))
            candidates = [
                Candidate(self._lib, self._vocabulary, request, seed=seed) for seed in request.seeds
            ]
            work = Work(ticket, family, candidates, place.reused, start)
            self._works += (work,)
            if work.opening:
                work.tell_opening()
            else:
                self._open(work, place.row)

    def step(self) -> None:
        """One more token for every candidate under way, and beside them as many of openings as
        one step takes."""
        # One that was cancelled at its end has nothing left to do.
        works = [work for work in self._works if work.opening or work.active]
        few = [w for w in works if w.ticket.request.exact == "few" and not w.opening]
        many = [work for work in works if work not in few]
        exact = any(work.ticket.request.exact for work in many)
        try:
            if many:
                self._advance(many, "many" if exact else None)
            for group in _grouped(few, self._cells.few.stop - 1):
                self._advance(group, "few")
        except Cancelled:
            return  # all were cancelled, and are dropped before the next step

    def _advance(self, works: Iterable[Work], exact: Exact | None) -> None:
        rows: list[Row] = []
        parts: list[tuple[Work, range]] = []
        for work in sorted(works, key=lambda work: bool(work.opening)):
            first = len(rows)
            rows += work.rows(MOST_STEP - first)
            parts.append((work, range(first, len(rows))))
        self._cells.step(rows, exact=exact)
        for work, part in parts:
            if not work.opening:
                self._grow(work, part)
                continue
            work.family.tokens += len(part)
            work.opening = work.opening[len(part) :]
            if not work.opening:
                self._open(work, part[-1])

    def _open(self, work: Work, row: int) -> None:
        """Draw the first token of each candidate from the logits behind prompt and opening."""
        cells, family = self._cells, work.family
        logits = cells.logits(row).copy()
        for candidate in work.candidates:
            cells.logits(row)[:] = logits
            work.draw(candidate, cells, row)
        work.active = [candidate for candidate in work.candidates if not candidate.finished]
        family.members = [cells.fork(family.base) for _ in work.active]
        self._conclude(work)

    def _grow(self, work: Work, rows: range) -> None:
        """Draw the next token of each candidate from its row."""
        family = work.family
        family.grown += 1
        members = dict(zip(work.active, family.members, strict=True))
        for candidate, row in zip(members, rows, strict=True):
            work.draw(candidate, self._cells, row)
        work.active = [candidate for candidate in members if not candidate.finished]
        family.members = [members[candidate] for candidate in work.active]
        if len(work.active) < len(members):
            work.end_if_served()
        self._conclude(work)

    def drop_cancelled(self) -> None:
        """Leave off what nobody wants any more."""
        for work in [work for work in self._works if work.ticket.cancelled]:
            work.ticket.settle(Cancelled("已取消。"))
            self._leave(work)

    def fail(self, error: Exception) -> None:
        """Leave off everything."""
        for work in self._works:
            work.ticket.settle(error)
            self._leave(work)

    def clear(self) -> None:
        """Forget what was read."""
        self._cells.clear()
        self._prompts.kept({})

    def _conclude(self, work: Work) -> None:
        """Give the answer once all candidates are at their end."""
        if not work.active and not work.ticket.cancelled:
            work.settle()
            self._leave(work)

    def _leave(self, gone: Work) -> None:
        for candidate in gone.candidates:
            candidate.free()
        self._works = tuple(work for work in self._works if work is not gone)


def _grouped(works: Iterable[Work], most: int) -> list[list[Work]]:
    """Groups that have no more than so many candidates under way, the larger works first."""
    groups: list[list[Work]] = []
    for work in sorted(works, key=lambda work: -len(work.active)):
        room = most - len(work.active)
        fitting = (g for g in groups if sum(len(other.active) for other in g) <= room)
        group = next(fitting, None)
        if group is None:
            groups.append([work])
        else:
            group.append(work)
    return groups


def growth(request: Request) -> int:
    """Cells that a request may fill behind its prompt."""
    return len(request.opening) + len(request.seeds) * request.max_tokens
