"""Versions of a paragraph: what was drawn, chosen, redrawn or edited; none is ever overwritten."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.draft import Point
from assistant.errors import AssistantError, reason
from assistant.files import write_private
from assistant.plan import Slot, SlotRole

Origin = Literal["drawn", "candidate", "redrawn", "edited"]

ORIGIN_NAMES: dict[Origin, str] = {
    "drawn": "初稿",
    "candidate": "另一版",
    "redrawn": "重写",
    "edited": "手改",
}


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Version(_Record):
    """A paragraph as it stood at some time."""

    origin: Origin
    point: Point
    facts: tuple[str, ...]
    """What the spec told for it at that time."""
    made: datetime
    told: str = ""
    """The instruction of a redrawn one."""


class ParagraphVersions(_Record):
    """All versions of a paragraph, the first one as the model wrote it."""

    role: SlotRole
    claim: str
    slot: str
    """Id that the slot had; it may have another since the spec was changed."""
    versions: tuple[Version, ...]
    current: int
    """Index of the version that counts."""
    locked: bool = False

    @property
    def version(self) -> Version:
        """The version that counts."""
        return self.versions[self.current]


class VersionStore:
    """`versions/` in a run's folder, a file for each paragraph that a person has touched."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "versions"

    def all(self) -> list[ParagraphVersions]:
        """What is kept; a damaged file is left alone and not told."""
        found: list[ParagraphVersions] = []
        for file in sorted(self._folder.glob("*.json")):
            try:
                found.append(ParagraphVersions.model_validate_json(file.read_bytes()))
            except (OSError, ValidationError):
                continue
        return found

    def keep(self, versions: ParagraphVersions) -> None:
        """Save the versions of a paragraph.

        Raises:
            AssistantError: they cannot be written; what was kept before still is.
        """
        # By what the paragraph is about: its slot's id changes when the spec grows before it.
        about = hashlib.sha256(f"{versions.role}/{versions.claim}".encode()).hexdigest()[:12]
        file = self._folder / f"{versions.role}-{about}.json"
        try:
            write_private(file, versions.model_dump_json(indent=1) + "\n")
        except OSError as error:
            raise AssistantError(
                f"没有存上 {file}：{reason(error)}。", hint="请腾出空间或改好权限后再存一次。"
            ) from None


def match_versions(
    kept: list[ParagraphVersions], slots: list[Slot]
) -> tuple[dict[str, ParagraphVersions], list[ParagraphVersions]]:
    """Kept versions by the id of the slot they belong to now, and those that belong to none.

    They follow their claim; where a claim was reworded, the slot of the same id and role.
    """
    by_claim = {(slot.role, slot.claim): slot.id for slot in slots}
    found: dict[str, ParagraphVersions] = {}
    left: list[ParagraphVersions] = []
    for versions in kept:
        slot_id = by_claim.get((versions.role, versions.claim))
        if slot_id:
            found[slot_id] = versions
        else:
            left.append(versions)
    roles = {slot.id: slot.role for slot in slots}
    lost: list[ParagraphVersions] = []
    for versions in left:
        if roles.get(versions.slot) == versions.role and versions.slot not in found:
            found[versions.slot] = versions
        else:
            lost.append(versions)
    return found, lost
