"""Whose the time is when several documents are written at once by one model."""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass
class Spent:
    """What a document took."""

    seconds: float = 0.0
    """Its part of the wall seconds; those of all documents add up to what passed."""
    elapsed: float = 0.0
    """Wall seconds during which a question of it was under way, those beside it included."""
    crowd: float = 0.0
    """Wall seconds, each counted as often as documents were under way."""
    tokens: int = 0
    """Decoded since time was last shared out."""

    @property
    def beside(self) -> float:
        """How many documents were under way, itself included, on an average over `elapsed`."""
        return self.crowd / self.elapsed if self.elapsed else 1.0


class SharedClock:
    """Shares out the wall seconds by the tokens decoded.

    Whenever a question begins or ends, the seconds since the last such moment are shared among
    the documents with a question under way, by the tokens that each got in between; equally
    where there was none, as while prompts are read. A document alone gets all.
    """

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._last = 0.0
        self._asking: set[Hashable] = set()
        self._spent: dict[Hashable, Spent] = {}

    def begin(self, document: Hashable) -> None:
        """A question of the document is put to the model."""
        with self._lock:
            self._share_out()
            self._asking.add(document)
            self._spent.setdefault(document, Spent())

    def count(self, document: Hashable) -> None:
        """A token of the answer has come."""
        with self._lock:
            self._spent[document].tokens += 1

    def end(self, document: Hashable) -> None:
        """The answer is whole, or was given up."""
        with self._lock:
            self._share_out()
            self._asking.remove(document)

    def spent(self, document: Hashable) -> Spent:
        """What the document took up to the end of its last question."""
        return self._spent.get(document, Spent())

    def _share_out(self) -> None:
        now = self._now()
        passed, self._last = now - self._last, now
        asking = [self._spent[document] for document in self._asking]
        total = sum(spent.tokens for spent in asking)
        for spent in asking:
            spent.seconds += passed * (spent.tokens / total if total else 1 / len(asking))
            spent.elapsed += passed
            spent.crowd += passed * len(asking)
            spent.tokens = 0
