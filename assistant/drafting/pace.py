"""How fast a run goes and how long it will still take, counted from its events."""

from dataclasses import dataclass, field

from assistant.drafting.events import Event, PointDone, RunStarted, TextArrived

TOKENS_PER_CHARACTER = 0.6
"""Of the shipped models, in Chinese prose; used while a paragraph is still growing."""
_WINDOW = 8.0
"""Seconds over which the present speed is taken."""


@dataclass
class Pace:
    """Told each event with its time in seconds."""

    total: int = 0
    done: int = 0
    characters: int = 0
    """Characters that arrived, those of dropped candidates included."""
    _budget: int = 0
    _budget_done: int = 0
    _began: float = 0.0
    _arrived: list[tuple[float, int]] = field(default_factory=list)

    def note(self, event: Event, now: float) -> None:
        """Count one event."""
        match event:
            case RunStarted():
                slots = list(event.plan.slots())
                self.total, self.done = len(slots), event.finished
                self._budget = sum(slot.budget for slot in slots if slot.writable)
                self._budget = round(self._budget * (1 - event.finished / max(len(slots), 1)))
                self._began, self._budget_done = now, 0
                self._arrived.clear()
            case TextArrived():
                self.characters += len(event.text)
                self._arrived.append((now, len(event.text)))
            case PointDone():
                self.done += 1
                self._budget_done += event.slot.budget

    def tokens_per_second(self, now: float) -> float | None:
        """Tokens a second of late, all candidates together; None before there are any."""
        self._arrived = [(at, size) for at, size in self._arrived if at >= now - _WINDOW]
        if not self._arrived:
            return None
        span = max(now - max(self._began, now - _WINDOW), 0.5)
        return sum(size for _, size in self._arrived) * TOKENS_PER_CHARACTER / span

    def seconds_left(self, now: float) -> float | None:
        """Time that the rest will take at the pace so far; None before a paragraph is done."""
        if not self._budget_done or self.done >= self.total:
            return None
        rest = max(self._budget - self._budget_done, 0)
        return (now - self._began) * rest / self._budget_done
