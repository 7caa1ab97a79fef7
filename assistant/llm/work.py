"""A request that is being written: its candidates, and what a step computes for them."""

import time

from assistant.llm.candidate import Candidate
from assistant.llm.cells import Cells, Family, Row
from assistant.llm.request import Usage
from assistant.llm.ticket import Ticket


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
