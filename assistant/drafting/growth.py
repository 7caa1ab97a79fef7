"""What the candidates of a slot say while they are written."""

from dataclasses import dataclass, field

from assistant.drafting.events import TextArrived


@dataclass
class Growth:
    """The candidates of one slot."""

    _candidates: dict[int, dict[int, tuple[int, str]]] = field(default_factory=dict)
    """Of each candidate its sentences so far, each with its attempt."""

    def add(self, event: TextArrived) -> None:
        """A sentence grew; a new attempt takes the place of the one before."""
        sentences = self._candidates.setdefault(event.candidate, {})
        attempt, text = sentences.get(event.sentence, (event.attempt, ""))
        grown = text + event.text if attempt == event.attempt else event.text
        sentences[event.sentence] = event.attempt, grown

    def texts(self) -> list[str]:
        """Each candidate; behind a sentence under way stand dots."""
        return [
            "".join(_told(text) for _, (_, text) in sorted(sentences.items()))
            for _, sentences in sorted(self._candidates.items())
        ]

    @property
    def longest(self) -> str:
        """The longest candidate."""
        return max(self.texts(), key=len, default="")


def _told(sentence: str) -> str:
    return sentence if sentence.endswith(("。", "！", "？")) else f"{sentence}……"
