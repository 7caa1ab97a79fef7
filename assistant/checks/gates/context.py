"""What a gate is, and what it judges a paragraph against."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.checks.findings import Finding, Severity
from assistant.plan import Slot
from assistant.text.lexicon import Lexicon, parts


@dataclass(frozen=True)
class GateContext:
    """What a paragraph is judged against."""

    slot: Slot
    terms: tuple[str, ...] = ()
    """Formulations that the kind allows."""
    examples: tuple[str, ...] = ()
    """Paragraphs shown to the model as examples; nothing of theirs may appear."""
    instruction: str = ""
    """What the model was told to do."""
    formulas: frozenset[str] = frozenset()
    """Runs of characters that the genre repeats from document to document."""
    lexicon: Lexicon | None = None
    """Words that may be added to the unit's own; None for any."""
    speaker: str = ""
    """How the document names its author."""
    turns: tuple[str, ...] = ()
    """How code begins the sentences that the model goes on with."""

    @property
    def sources(self) -> list[str]:
        """Every text from which the paragraph may take figures, names and quotations."""
        slot = self.slot
        return [
            *(fact.text for fact in slot.facts),
            slot.claim,
            slot.opening,
            slot.ending,
            *slot.context,
            *self.terms,
            *self.turns,
            self.speaker,
        ]

    @property
    def self_critical(self) -> bool:
        """Whether the unit examines itself in this paragraph."""
        return self.slot.role in ("problem", "cause", "case")

    @functools.cached_property
    def given(self) -> str:
        """All sources in a row."""
        return "".join(self.sources)

    @functools.cached_property
    def own(self) -> frozenset[str]:
        """Parts of the sources of which a sentence may be made."""
        return parts(self.sources)


Gate = Callable[[str, GateContext], Iterator[Finding]]


def error(code: str, message: str, excerpt: str = "") -> Finding:
    """A finding that makes a candidate fall."""
    return Finding(code, Severity.ERROR, message, excerpt)


def warning(code: str, message: str, excerpt: str = "") -> Finding:
    """A finding that weighs against a candidate."""
    return Finding(code, Severity.WARNING, message, excerpt)
