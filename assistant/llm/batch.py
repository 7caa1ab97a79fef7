"""The running batch: texts that grow side by side, one token each in every step.

A prompt is a head, shared by many prompts, and a tail. A head is read once and then shared by
copying its sequence, or restored from the prefix store where it was read in an earlier run. A tail
is shared in the same way by requests that differ only in their openings. An opening is read in
rows of the next steps, beside the tokens of the texts under way.
"""

import time
from collections.abc import Iterable
from types import ModuleType

from assistant.errors import Cancelled
from assistant.llm.candidate import Candidate
from assistant.llm.cells import BLOCK, MOST_STEP, Cells, Family, Row, Tokens
from assistant.llm.prefix_store import PrefixStore
from assistant.llm.request import Exact, Request, Usage
from assistant.llm.ticket import Ticket
from assistant.llm.vocabulary import Vocabulary


class Work:
    """A request that has its prompt read and is being written."""

    def __init__(
        self,
        ticket: Ticket,
        family: Family,
        candidates: list[Candidate],
        reused: int,
        start: float,
    ) -> None:
        self.ticket = ticket
        self.family = family
        self.candidates = candidates
        self.active = candidates
        """Those not at their end, in the order of the family's members once these have begun."""
        self.opening = tuple(ticket.request.opening)
        """Tokens still to be read."""
        self._reused = reused
        self._start = start

    @property
    def promised(self) -> int:
        """Cells that it may still fill."""
        left = self.ticket.request.max_tokens - self.family.grown
        return len(self.opening) + len(self.active) * left

    def rows(self, room: int) -> list[Row]:
        """What the next step computes for it: a token of each candidate, or of its opening what
        there is room for."""
        family = self.family
        if self.opening:
            begun = enumerate(self.opening[:room], family.tokens)
            return [(token, position, family.base) for position, token in begun]
        behind = family.tokens + family.grown
        return [
            (candidate.token, behind, sequence)
            for candidate, sequence in zip(self.active, family.members, strict=True)
        ]

    @property
    def held(self) -> int:
        """Cells that it fills, the head's apart."""
        family = self.family
        return family.tokens - len(family.head) + len(family.members) * family.grown

    def tell_opening(self) -> None:
        """Tell how the candidates begin."""
        try:
            for candidate in self.candidates:
                self._tell(candidate, candidate.completion.text)
        except Exception as error:  # the listener's own
            self._fail(error)

    def draw(self, candidate: Candidate, cells: Cells, row: int) -> None:
        """The candidate's next token."""
        try:
            added = candidate.draw(cells, row)
            if added:
                self._tell(candidate, added)
        except Exception as error:  # the listener's own, or of one who was asked
            self._fail(error)

    def end_if_served(self) -> None:
        """End the candidates under way where those at their end are all that is needed."""
        enough = self.ticket.request.enough
        if not enough:
            return
        try:
            served = enough([c.completion for c in self.candidates if c.finished])
        except Exception as error:  # the asker's own
            self._fail(error)
            return
        if served:
            for candidate in self.active:
                candidate.stop()
            self.active, self.family.members = [], []

    def settle(self) -> None:
        """Give the answer."""
        completions = [candidate.completion for candidate in self.candidates]
        usage = Usage(
            prompt_read=self.family.tokens - self._reused,
            prompt_reused=self._reused,
            decoded=sum(completion.tokens for completion in completions),
            seconds=time.perf_counter() - self._start,
        )
        self.ticket.settle((completions, usage))

    def _tell(self, candidate: Candidate, text: str) -> None:
        if not self.ticket.cancelled:
            self.ticket.listener(self.candidates.index(candidate), text)

    def _fail(self, error: Exception) -> None:
        self.ticket.settle(error)
        self.ticket.cancelled = True


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
        self._prefixes = prefixes
        self._identity = identity
        self._works: tuple[Work, ...] = ()
        self._heads: dict[Tokens, int] = {}
        """Sequences of the heads that are in the cells."""
        self._prompts: dict[Tokens, int] = {}
        """Sequences of whole prompts that are in the cells."""

    @property
    def tickets(self) -> list[Ticket]:
        """Of the requests under way."""
        return [work.ticket for work in self._works]

    def takes(self, request: Request) -> bool:
        """Whether rows and cells are free, if need be after what is done has been cleared away."""
        rows = sum(len(work.active) for work in self._works)
        if rows and rows + len(request.seeds) > self._rows:
            return False
        head = 0 if tuple(request.head) in self._heads else len(request.head)
        needed = head + len(request.tail) + growth(request) + 2 * BLOCK
        needed += sum(work.promised for work in self._works)
        sequences = len(request.seeds) + 3
        cells = self._cells
        if cells.used + needed <= cells.size and sequences <= cells.sequences_left:
            return True
        heads = {tuple(request.head), *(work.family.head for work in self._works)}
        held = sum(len(head) + BLOCK for head in heads) + sum(work.held for work in self._works)
        if held + needed - head > cells.size:
            return False
        self._heads = cells.compact(work.family for work in self._works)
        self._prompts.clear()
        return True

    def begin(self, ticket: Ticket) -> None:
        """Read a prompt; behind it stands an opening, or the first token of each candidate."""
        request, cells = ticket.request, self._cells
        start = time.perf_counter()
        head = tuple(request.head)
        sequence, reused = self._head(head)
        prompt = (*head, *request.tail)
        known = self._prompts.get(prompt)
        if known is not None and request.opening:  # else the logits behind the prompt are needed
            base, reused = cells.fork(known), len(prompt)
        else:
            base = cells.fork(sequence)
            cells.align()
            cells.read(request.tail, len(head), base)
            self._prompts[prompt] = cells.fork(base)
        work = Work(
            ticket,
            Family(head, sequence, base, len(request.tail)),
            [Candidate(self._lib, self._vocabulary, request, seed=seed) for seed in request.seeds],
            reused,
            start,
        )
        self._works += (work,)
        if work.opening:
            work.tell_opening()
        else:
            self._open(work, -1)

    def step(self) -> None:
        """One more token for every candidate under way, and beside them as many of openings as
        one step takes."""
        few = [w for w in self._works if w.ticket.request.exact == "few" and not w.opening]
        many = [work for work in self._works if work not in few]
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
        self._heads.clear()
        self._prompts.clear()

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
