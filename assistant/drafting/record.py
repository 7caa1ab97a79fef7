"""What a run leaves behind beside the draft: how each paragraph came about, and at what cost."""

from pydantic import BaseModel, ConfigDict

from assistant.draft import Point

FORMAT = 1


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CandidateRecord(_Record):
    """What a model added to a slot's facts in one go, and what the gates said of it."""

    attempt: int
    text: str
    errors: tuple[str, ...]
    """Why sentences of it fell; empty if all passed."""
    warnings: tuple[str, ...]
    chosen: bool
    """Whether a sentence of it was taken."""


class Cost(_Record):
    """What writing cost."""

    prompt_tokens_read: int = 0
    prompt_tokens_reused: int = 0
    tokens_decoded: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            prompt_tokens_read=self.prompt_tokens_read + other.prompt_tokens_read,
            prompt_tokens_reused=self.prompt_tokens_reused + other.prompt_tokens_reused,
            tokens_decoded=self.tokens_decoded + other.tokens_decoded,
            seconds=self.seconds + other.seconds,
        )


class SlotRecord(_Record):
    """A finished slot as it is saved."""

    key: str
    """Hash of everything on which the text depends."""
    point: Point
    cost: Cost
    candidates: tuple[CandidateRecord, ...]
    examples: tuple[str, ...] = ()
    """Worked paragraphs shown to the model, as folder:slot."""


class ModelIdentity(_Record):
    """Which model wrote."""

    name: str
    sha256: str


class RunSettings(_Record):
    """What the user may set, and what an evaluation may leave out to see what it brings."""

    seed: int = 1
    candidates: int = 3
    temperature: float = 0.7
    gates: bool = True
    """Whether sentences that a gate refuses are left out."""
    guard: bool = True
    """Whether figures and words are held back while a candidate is written."""


class RunTotals(Cost):
    """What this run cost, slots taken over from an earlier one not counted.

    `seconds` is the time from its start to the finished document.
    """

    raw_tokens_per_second: float | None = None
    """Bare single-sequence decoding on the same model in the same run (with --bench)."""


class RunRecord(_Record):
    """`run.json`."""

    format: int = FORMAT
    model: ModelIdentity
    settings: RunSettings
    spec_hash: str
    versions: dict[str, str]
    characters: int
    length: int
    """Characters asked for."""
    findings: tuple[str, ...]
    """What a reader must still look at."""
    slots: dict[str, SlotRecord]
    totals: RunTotals
