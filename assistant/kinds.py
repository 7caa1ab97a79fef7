"""Document kinds: what a 对照检查材料 or a 主体责任汇报 of a given year must contain.

A kind is data, one file in `prompts/kinds/`; this module says what such a file may hold.
"""

import functools
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.errors import InputError
from assistant.packaged import load_yaml
from assistant.settings import data_folder

Genre = Literal["self_examination", "report"]
PartRole = Literal[
    "last_year", "problems", "case", "matters", "causes", "measures", "work", "next_steps"
]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Aspect(_Data):
    """One aspect (方面) that the kind prescribes; for a report, one field of work."""

    name: str
    """Exact wording."""
    heading: str = ""
    """Text of the heading behind （一）; the name with 方面 unless given."""
    direction: str = ""
    """Heading of the section of measures that answers this aspect."""
    manifestation: str = ""
    """The genre's closing of each claim, such as 还不够; announced before the points."""
    intro: str = ""
    """What a report says of this field of work as a whole, with {speaker}; it tells no event."""
    ask: str = ""
    """What an experienced colleague would ask the unit about this aspect."""

    @model_validator(mode="before")
    @classmethod
    def _default_heading(cls, data: dict[str, str]) -> dict[str, str]:
        return {"heading": f"{data.get('name', '')}方面", **data}


class Part(_Data):
    """One numbered part (一、二、三) of the document."""

    role: PartRole
    heading: str
    share: float = Field(gt=0, lt=1)
    """Share of the whole text's characters."""
    by_aspect: bool = False
    """Sections （一）（二） by aspect; otherwise the points follow the heading directly."""
    optional: bool = False
    """Left out when the spec says nothing for it."""
    intro: str = ""
    """Prescribed sentence between heading and points, with {speaker}; not with `by_aspect`."""

    @model_validator(mode="after")
    def _no_intro_over_sections(self) -> "Part":
        if self.intro and self.by_aspect:
            raise ValueError(f"part {self.role}: intro stands only where by_aspect does not")
        return self


class LeadNumber(_Data):
    """A number that the unit supplies for the lead paragraph."""

    fact: str
    """Wording with {n} in the number's place."""
    ask: str
    """The question put to the user."""


class PresetCause(_Data):
    """A root cause offered when the unit names none."""

    claim: str
    aspects: tuple[str, ...]
    """Names of the aspects whose problems it explains."""


class DocumentKind(_Data):
    """A document kind as the notices of a year prescribe it."""

    id: str
    name: str
    group: str
    """Heading under which `assistant kinds` lists it."""
    genre: Genre
    year: int
    speaker: str
    """How the text names its author unless the spec says otherwise."""
    title: str
    """Title with {unit}."""
    lead: str
    """Opening of the lead paragraph, with {unit} and {speaker}; the model continues it."""
    lead_ending: str
    """Last sentence of the lead paragraph."""
    lead_share: float = Field(gt=0, lt=1)
    lead_numbers: dict[str, LeadNumber]
    closing: str
    """Last paragraph, with {speaker}."""
    last_period: str = ""
    """How the text names the last rectification, such as 2022年度民主生活会."""
    parts: tuple[Part, ...]
    aspects: tuple[Aspect, ...]
    points_per_aspect: tuple[int, int]
    """Least and most points in an aspect; outside it the spec draws a warning."""
    length: int
    """Characters of the whole text unless the spec says otherwise."""
    problem_share: float = 0.0
    """Least share of problems and causes together; 0 where none is asked."""
    voice: tuple[str, ...]
    """Rules of voice put to the model."""
    terms: tuple[str, ...] = ()
    """Campaign terms and formulations that the text may use."""
    causes: tuple[PresetCause, ...] = ()
    valid_from: date
    valid_to: date | None = None
    source: str
    verified: bool
    """Whether a published notice confirms the wording."""

    @model_validator(mode="after")
    def _holds(self) -> "DocumentKind":
        total = self.lead_share + sum(part.share for part in self.parts if not part.optional)
        if total > 1.001:
            raise ValueError(f"shares of {self.id} add up to {total:.2f}")
        names = {aspect.name for aspect in self.aspects}
        unknown = [a for cause in self.causes for a in cause.aspects if a not in names]
        if unknown:
            raise ValueError(f"causes of {self.id} name unknown aspects: {unknown}")
        return self

    def aspect(self, name: str) -> Aspect | None:
        """The aspect of that exact name."""
        return next((a for a in self.aspects if a.name == name), None)

    def part(self, role: PartRole) -> Part | None:
        """The part of that role."""
        return next((p for p in self.parts if p.role == role), None)


@functools.cache
def all_kinds() -> dict[str, DocumentKind]:
    """Every kind shipped, by id, in the order of the file names."""
    files = sorted((data_folder("prompts") / "kinds").glob("*.yaml"))
    texts = (file.read_text(encoding="utf-8") for file in files)
    kinds = [DocumentKind.model_validate(load_yaml(text)) for text in texts]
    return {kind.id: kind for kind in kinds}


def get_kind(kind_id: str) -> DocumentKind:
    """The kind of that id, or an error that names the nearest one."""
    kinds = all_kinds()
    if kind_id in kinds:
        return kinds[kind_id]
    hint = nearest(kind_id, list(kinds)) + "全部文种见 assistant kinds。"
    raise InputError(f"没有“{kind_id}”这个文种。", hint=hint)


def nearest(word: str, names: list[str]) -> str:
    """“最接近的是…” for the name most like `word`, or nothing when none is near."""
    from rapidfuzz import process

    match = process.extractOne(word, names, score_cutoff=50)
    return f"最接近的是“{match[0]}”。" if match else ""
