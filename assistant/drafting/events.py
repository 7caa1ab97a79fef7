"""What happens while a document is drafted; both front ends show these."""

from dataclasses import dataclass
from pathlib import Path

from assistant.checks.findings import Finding
from assistant.draft import Draft, Point
from assistant.drafting.record import RunRecord, SlotRecord
from assistant.plan import Plan, Slot


@dataclass(frozen=True)
class RunStarted:
    """The plan stands; `finished` slots are taken over from an earlier run."""

    plan: Plan
    finished: int
    changed: int
    """Slots of the earlier run that the changed spec or settings have overtaken."""
    ahead: int
    """Characters that the model is to write."""


@dataclass(frozen=True)
class SlotStarted:
    """A slot is being written."""

    slot: Slot
    heading: str
    """The part and section in which it stands."""


@dataclass(frozen=True)
class TextArrived:
    """A sentence of a candidate grew; the sentences of a candidate grow side by side."""

    slot_id: str
    attempt: int
    candidate: int
    sentence: int
    text: str


@dataclass(frozen=True)
class CandidateJudged:
    """The gates have judged a candidate."""

    slot_id: str
    attempt: int
    candidate: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class PointDone:
    """A slot is written and saved."""

    slot: Slot
    point: Point
    record: SlotRecord


@dataclass(frozen=True)
class DraftDone:
    """The document is whole and saved."""

    draft: Draft
    record: RunRecord
    folder: Path


Event = RunStarted | SlotStarted | TextArrived | CandidateJudged | PointDone | DraftDone
