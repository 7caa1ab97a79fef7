"""The plan: what a kind prescribes and what the unit told, as an ordered list of slots.

A slot is one paragraph to be written. Headings, numbering and order are settled here, by code.
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.kinds import PartRole

SlotRole = Literal[
    "lead",
    "last_year",
    "problem",
    "case",
    "matter",
    "cause",
    "measure",
    "work",
    "next_step",
]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(_Frozen):
    """Something that the unit told and the slot must use."""

    id: str
    text: str
    exact: tuple[str, ...] = ()
    """Words that must stand in the text as they are: who and by when."""


class Slot(_Frozen):
    """One paragraph to be written."""

    id: str
    role: SlotRole
    ordinal: str = ""
    """一是, 二是; empty where the paragraph stands alone."""
    claim: str = ""
    """What the paragraph is about, in the unit's words."""
    opening: str = ""
    """How the paragraph begins, written by code."""
    ending: str = ""
    """How it ends, written by code."""
    facts: tuple[Fact, ...] = ()
    context: tuple[str, ...] = ()
    """Of a cause, the problems that it explains."""
    gaps: tuple[str, ...] = ()
    """What the unit has not told yet; printed as 【待补：…】."""
    budget: int = 0
    """Characters of the whole paragraph."""

    @property
    def stated(self) -> str:
        """The opening with every fact stated in the unit's own words, for the model to go on."""
        if not self.facts:
            return self.opening + self._consequence
        if self.role == "lead":
            return self.opening + "，".join(fact.text for fact in self.facts) + "。"
        # Some problems introduce their facts by 比如: by chance, but the same chance every time.
        instance = "比如，" if self.role == "problem" and len(self.claim) % 3 == 0 else ""
        told = "；".join(fact.text for fact in self.facts)
        return f"{self.opening}{instance}{told}。{self._consequence}"

    @property
    def _consequence(self) -> str:
        """Which problems came of a cause; empty where it is none."""
        if not self.context:
            return ""
        named = "、".join(self.context) + ("这些问题" if len(self.context) > 1 else "的问题")
        ways = (
            f"反映到工作中，就出现了{named}。",
            f"{named}，根子都在这里。",
            f"{named}由此而来。",
        )
        return ways[len(self.claim + named) % 3]

    @property
    def told(self) -> bool:
        """Whether code tells the whole paragraph: only the unit can say what it did or promises."""
        return self.role not in ("problem", "cause")

    @property
    def writable(self) -> bool:
        """Whether there is something to write from; otherwise only the gaps are printed."""
        return bool(self.facts or self.context)

    @property
    def drawn(self) -> bool:
        """Whether the model writes it."""
        return self.writable and not self.told


class SectionPlan(_Frozen):
    """A section （一）, or the body of a part without sections."""

    number: str = ""
    heading: str = ""
    intro: str = ""
    slots: tuple[Slot, ...]


class PartPlan(_Frozen):
    """A part 一、."""

    role: PartRole
    number: str
    heading: str
    sections: tuple[SectionPlan, ...]

    def slots(self) -> Iterator[Slot]:
        """Its slots in order."""
        for section in self.sections:
            yield from section.slots


class Plan(_Frozen):
    """The whole document before a sentence of it is written."""

    kind: str
    unit: str
    title: str
    length: int
    lead: Slot
    parts: tuple[PartPlan, ...]
    closing: str

    def slots(self) -> Iterator[Slot]:
        """Every slot in the order of the document."""
        yield self.lead
        for part in self.parts:
            yield from part.slots()
