"""What the candidates of a slot say while they are written."""

from dataclasses import dataclass, field

from assistant.drafting.events import TextArrived


@dataclass
class Growth:
    """The candidates of one slot."""

    _sentences: dict[tuple[int, int], dict[int, str]] = field(default_factory=dict)
    """Of each candidate, by attempt and number, its sentences so far."""

    def add(self, event: TextArrived) -> None:
        """A sentence grew."""
        sentences = self._sentences.setdefault((event.attempt, event.candidate), {})
        sentences[event.sentence] = sentences.get(event.sentence, "") + event.text

    def texts(self) -> list[str]:
        """Each candidate of the last attempt; behind a sentence under way stand dots."""
        last = max((attempt for attempt, _ in self._sentences), default=0)
        return [
            "".join(_told(sentences[place]) for place in sorted(sentences))
            for (attempt, _), sentences in sorted(self._sentences.items())
            if attempt == last
        ]

    @property
    def longest(self) -> str:
        """The longest candidate of the last attempt."""
        return max(self.texts(), key=len, default="")


def _told(sentence: str) -> str:
    return sentence if sentence.endswith(("。", "！", "？")) else f"{sentence}……"
