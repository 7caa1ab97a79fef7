"""A request handed to the engine, from the asker's side."""

import threading
from collections.abc import Callable

from assistant.llm.request import Completion, Request, Usage

Listener = Callable[[int, str], None]
"""Gets each piece of text with the number of its candidate."""


class Ticket:
    """A request under way."""

    def __init__(
        self,
        request: Request,
        listener: Listener,
        *,
        place: int,
        ended: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        """`place`: in the queue."""
        self.request = request
        self.place = place
        self.listener = listener
        self.cancelled = False
        self._ended = ended
        self._changed = changed
        self._done = threading.Event()
        self._outcome: tuple[list[Completion], Usage] | BaseException | None = None

    def cancel(self) -> None:
        """Stop it; `result` raises `Cancelled`, unless it was done already."""
        self.cancelled = True
        self._changed()

    def result(self) -> tuple[list[Completion], Usage]:
        """Wait for the candidates; an interrupted wait cancels.

        Raises:
            Cancelled: after `cancel`.
            ModelError: it can never fit into the context, or llama.cpp failed.
        """
        try:
            self._done.wait()
        except BaseException:
            self.cancel()
            raise
        assert self._outcome is not None
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome

    def settle(self, outcome: tuple[list[Completion], Usage] | BaseException) -> None:
        """Say how it ended; the first word stands."""
        if not self._done.is_set():
            self._outcome = outcome
            self._done.set()
            self._ended()
