"""How fast a run goes and how long it will still take, counted from its events."""

from dataclasses import dataclass, field

from assistant.drafting.events import Event, PointDone, RunStarted, SlotStarted, TextArrived
from assistant.drafting.growth import Growth
from assistant.plan import Slot

TOKENS_PER_CHARACTER = 0.6
"""Of the shipped models, in Chinese prose; used while a paragraph is still growing."""
_WINDOW = 8.0
"""Seconds over which the present speed is taken."""
_ENOUGH = 40
"""Characters after which the time left can be told."""


@dataclass
class Pace:
    """Told each event with its time in seconds. Paragraphs that code tells take no time."""

    total: int = 0
    done: int = 0
    characters: int = 0
    """Characters that arrived, those of dropped candidates included."""
    _began: float = 0.0
    _ahead: int = 0
    _written: int = 0
    _growing: dict[str, "_Growing"] = field(default_factory=dict)
    _arrived: list[tuple[float, int]] = field(default_factory=list)

    def note(self, event: Event, now: float) -> None:
        """Count one event."""
        match event:
            case RunStarted():
                self.total, self.done = sum(1 for _ in event.plan.slots()), event.finished
                self._began, self._ahead, self._written = now, event.ahead, 0
                self._growing.clear()
                self._arrived.clear()
            case SlotStarted():
                self._growing[event.slot.id] = _Growing(event.slot)
            case TextArrived():
                self.characters += len(event.text)
                self._arrived.append((now, len(event.text)))
                self._growing[event.slot_id].growth.add(event)
            case PointDone():
                self.done += 1
                self._growing.pop(event.slot.id)
                self._written += event.slot.budget if event.slot.drawn else 0

    def seconds(self, now: float) -> float:
        """Since the run started."""
        return now - self._began

    def tokens_per_second(self, now: float) -> float | None:
        """Tokens a second of late, all candidates together; None while none arrive."""
        self._arrived = [(at, size) for at, size in self._arrived if at >= now - _WINDOW]
        if not self._arrived:
            return None
        span = max(now - max(self._began, now - _WINDOW), 0.5)
        return sum(size for _, size in self._arrived) * TOKENS_PER_CHARACTER / span

    def seconds_left(self, now: float) -> float | None:
        """Time that the rest will take at the pace so far; None before that can be told."""
        written = self._written + sum(growing.written for growing in self._growing.values())
        if written < _ENOUGH or self.done >= self.total:
            return None
        return self.seconds(now) * max(self._ahead - written, 0) / written


@dataclass
class _Growing:
    slot: Slot
    growth: Growth = field(default_factory=Growth)

    @property
    def written(self) -> int:
        # It may still be judged and drawn again, so it never counts as whole.
        return round(0.9 * min(len(self.growth.longest), self.slot.budget))


def duration(seconds: float) -> str:
    """A time as one says it: 1分05秒."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}分{rest:02d}秒" if minutes else f"{rest}秒"
