"""A document under revision: the drafted paragraphs with everything that a person did to them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from assistant.checks.grounding import uses
from assistant.draft import Draft, Point, assemble, point_deviations
from assistant.drafting.points import drawn_point, grounded, point_from_edit
from assistant.drafting.record import SlotRecord
from assistant.drafting.run_folder import RunFolder
from assistant.drafting.versions import (
    Origin,
    ParagraphVersions,
    Version,
    VersionStore,
    match_versions,
)
from assistant.kinds import get_kind
from assistant.plan import Plan, Slot
from assistant.planner import make_plan
from assistant.spec import UnitSpec
from assistant.text.edits import Edit, apply_edits
from assistant.text.sentences import count_characters

NOT_DRAFTED = "还没有起草"


class State(StrEnum):
    """How far a paragraph is."""

    WAITING = "未写"
    DONE = "已写"
    NEEDS_FACTS = "待补"
    DOUBTFUL = "待核"
    EDITED = "已改"
    LOCKED = "已锁定"


@dataclass(frozen=True)
class Alternative:
    """What a candidate would add to the facts."""

    text: str
    faults: tuple[str, ...]
    """Why the gates refused some of it."""


@dataclass(frozen=True)
class Paragraph:
    """A slot with its drafted text, its versions and where it stands."""

    slot: Slot
    heading: str
    """Part and section in which it stands."""
    record: SlotRecord | None
    versions: ParagraphVersions | None

    @cached_property
    def point(self) -> Point:
        """The text that counts; a gap where nothing is drafted."""
        if self.versions and self.touched:
            return grounded(self.versions.version.point, self.slot)
        if self.record:
            return self.record.point
        return Point(
            slot=self.slot.id, ordinal=self.slot.ordinal, sentences=(), gaps=(NOT_DRAFTED,)
        )

    @property
    def locked(self) -> bool:
        """Whether a person wants it to stay as it is."""
        return self.versions is not None and self.versions.locked

    @property
    def touched(self) -> bool:
        """Whether a person has changed or locked it; a new draw then leaves it alone."""
        return self.versions is not None and (self.versions.current > 0 or self.locked)

    @property
    def state(self) -> State:
        """How far it is."""
        if self.locked:
            return State.LOCKED
        if not self.touched and not self.record:
            return State.WAITING
        if self.point.gaps:
            return State.NEEDS_FACTS
        if any(sentence.doubt for sentence in self.point.sentences):
            return State.DOUBTFUL
        return State.EDITED if self.touched else State.DONE

    @property
    def text(self) -> str:
        """The text as edited: marks included, without ordinal."""
        return self.point.text.removeprefix(self.point.ordinal)

    @property
    def outdated(self) -> bool:
        """Whether a text that a person has changed leaves out what the spec tells by now."""
        if self.versions is None or not self.touched:
            return False
        told_then = self.versions.version.facts
        return self.versions.claim != self.slot.claim or any(
            fact.text not in told_then and not uses(self.point.body, fact)
            for fact in self.slot.facts
        )

    def alternatives(self) -> list[Alternative]:
        """What other candidates of the last draw would add, the ones that passed first."""
        if self.record is None:
            return []
        ranked = sorted(self.record.candidates, key=lambda candidate: len(candidate.errors))
        stands = self.point.body
        return [
            Alternative(c.text, tuple(dict.fromkeys(e.partition("：")[2] for e in c.errors)))
            for c in ranked
            if c.text.strip() and c.text not in stands
        ]


class Book:
    """The paragraphs of a spec's document; every change is on disk before it is shown."""

    def __init__(self, spec: UnitSpec, folder: Path) -> None:
        self.spec = spec
        self.folder = folder
        self.kind = get_kind(spec.kind)
        self.plan: Plan = make_plan(spec, self.kind)
        self._run = RunFolder(folder)
        self._store = VersionStore(folder)
        self.lost: list[ParagraphVersions] = []
        """Versions whose paragraph the spec has no more."""
        self.changes = 0
        """Grows with each change."""
        self._paragraphs: dict[str, Paragraph] = {}
        self.reload()

    def reload(self) -> None:
        """Read again what lies in the folder."""
        records = self._run.finished()
        slots = list(self.plan.slots())
        kept, self.lost = match_versions(self._store.all(), slots)
        self.changes += 1
        self._paragraphs = {}
        for slot, heading in _headed(self.plan):
            record = records.get(slot.id)
            if record and any(point_deviations(record.point, slot)):
                record = None
            self._paragraphs[slot.id] = Paragraph(slot, heading, record, kept.get(slot.id))

    def drafted(self, record: SlotRecord) -> None:
        """Take over a paragraph that has just been written and saved."""
        slot_id = record.point.slot
        self._paragraphs[slot_id] = replace(self[slot_id], record=record)
        self.changes += 1

    def __iter__(self) -> Iterator[Paragraph]:
        return iter(self._paragraphs.values())

    def __getitem__(self, slot_id: str) -> Paragraph:
        return self._paragraphs[slot_id]

    @property
    def complete(self) -> bool:
        """Whether every paragraph is drafted."""
        return all(paragraph.state is not State.WAITING for paragraph in self)

    def edit(self, slot_id: str, text: str) -> None:
        """Keep a text written by hand as a new version.

        Raises:
            AssistantError: it cannot be saved.
        """
        paragraph = self[slot_id]
        if text.strip() != paragraph.text.strip():
            self.add(slot_id, "edited", point_from_edit(text, paragraph.slot))

    def fix(self, slot_id: str, edits: list[Edit]) -> None:
        """Apply edits of the paragraph's own text (`Paragraph.text`)."""
        self.edit(slot_id, apply_edits(self[slot_id].text, edits)[0])

    def choose(self, slot_id: str, other: Alternative) -> None:
        """Put another candidate behind the facts; what the gates refused is marked 【待核】."""
        point = drawn_point(self[slot_id].slot, other.text, doubt="；".join(other.faults))
        self.add(slot_id, "candidate", point)

    def add(self, slot_id: str, origin: Origin, point: Point, *, told: str = "") -> None:
        """Make `point` the version that counts; what counted before stays among the versions."""
        paragraph = self[slot_id]
        new = _version(origin, point, paragraph.slot, told)
        versions = self._begun(paragraph)
        self._keep(
            paragraph,
            versions.model_copy(
                update={
                    "versions": (*versions.versions, new),
                    "current": len(versions.versions),
                    "slot": slot_id,
                }
            ),
        )

    def bring_back(self, slot_id: str, index: int) -> None:
        """Let an earlier version count again."""
        paragraph = self[slot_id]
        self._keep(paragraph, self._begun(paragraph).model_copy(update={"current": index}))

    def lock(self, slot_id: str, locked: bool) -> None:
        """Keep a paragraph from being changed, or let it be changed again."""
        paragraph = self[slot_id]
        self._keep(paragraph, self._begun(paragraph).model_copy(update={"locked": locked}))

    def _begun(self, paragraph: Paragraph) -> ParagraphVersions:
        """The versions so far, the text as drawn being the first."""
        if paragraph.versions:
            return paragraph.versions
        drawn = _version("drawn", paragraph.point, paragraph.slot)
        slot = paragraph.slot
        return ParagraphVersions(
            role=slot.role, claim=slot.claim, slot=slot.id, versions=(drawn,), current=0
        )

    def _keep(self, paragraph: Paragraph, versions: ParagraphVersions) -> None:
        self._store.keep(versions)
        self._paragraphs[paragraph.slot.id] = replace(paragraph, versions=versions)
        self.changes += 1
        self._run.revise(self.draft())

    def draft(self) -> Draft:
        """The whole document as it stands, gaps where paragraphs are missing."""
        points = {paragraph.slot.id: paragraph.point for paragraph in self}
        by_hand = [p.slot.id for p in self if p.touched or p.record is None]
        return assemble(self.plan, points, by_hand)

    def characters(self) -> dict[str, tuple[int, int]]:
        """字数 written and budgeted, by part heading, in order."""
        counts: dict[str, tuple[int, int]] = {}
        for part in (None, *self.plan.parts):
            slots = (
                [slot for section in part.sections for slot in section.slots]
                if part
                else [self.plan.lead]
            )
            written = sum(count_characters(self[slot.id].point.body) for slot in slots)
            name = part.number + part.heading if part else "导语"
            counts[name] = (written, sum(slot.budget for slot in slots))
        return counts


def _version(origin: Origin, point: Point, slot: Slot, told: str = "") -> Version:
    facts = tuple(fact.text for fact in slot.facts)
    return Version(origin=origin, point=point, facts=facts, made=datetime.now(), told=told)


def _headed(plan: Plan) -> Iterator[tuple[Slot, str]]:
    yield plan.lead, "导语"
    for part in plan.parts:
        for section in part.sections:
            for slot in section.slots:
                yield slot, part.number + part.heading + section.number + section.heading
