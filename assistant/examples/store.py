"""Worked examples: a finished document beside the spec that it was written from."""

import functools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assistant.checks.gates import LEAK_RUN
from assistant.draft import Draft, Point
from assistant.errors import InputError, reason
from assistant.kinds import DocumentKind, get_kind
from assistant.markdown import parse
from assistant.plan import Plan, Slot
from assistant.planner import make_plan
from assistant.settings import data_folder
from assistant.spec import UnitSpec
from assistant.spec_file import read_spec
from assistant.text.sentences import ngrams


@dataclass(frozen=True)
class WorkedExample:
    """A folder with `unit.yaml` and `document.md`."""

    slug: str
    spec: UnitSpec
    kind: DocumentKind
    plan: Plan
    draft: Draft
    own: bool = False
    """Whether it is the user's and not one that comes with the program."""


@dataclass(frozen=True)
class SlotExample:
    """A slot of a worked example and the paragraph written for it."""

    example: WorkedExample
    slot: Slot
    point: Point

    @property
    def body(self) -> str:
        """What stands between the opening and the ending that code writes."""
        body = self.point.body.removeprefix(self.slot.opening)
        return body.removesuffix(self.slot.ending)


def read_example(folder: Path) -> WorkedExample:
    """The worked example in `folder`.

    Raises:
        InputError: the document does not follow the plan of its spec.
    """
    spec = read_spec(folder / "unit.yaml")
    kind = get_kind(spec.kind)
    plan = make_plan(spec, kind)
    file = folder / "document.md"
    try:
        draft = parse(file.read_text(encoding="utf-8"), plan)
    except OSError as error:
        raise InputError(f"读不到 {file}：{reason(error)}。") from None
    except InputError as error:
        raise InputError(f"{file}：{error.message}") from None
    return WorkedExample(folder.name, spec, kind, plan, draft)


@functools.cache
def shipped_examples() -> tuple[WorkedExample, ...]:
    """The worked examples that come with the program, by folder name."""
    folders = sorted(file.parent for file in data_folder("fewshot").glob("*/unit.yaml"))
    return tuple(read_example(folder) for folder in folders)


def slot_examples(example: WorkedExample) -> list[SlotExample]:
    """Every slot of the example that was written, and from something."""
    slots = {slot.id: slot for slot in example.plan.slots()}
    return [
        SlotExample(example, slots[point.slot], point)
        for point in example.draft.points()
        if slots[point.slot].writable and not point.gaps and not point.unused
    ]


def formulas(examples: Iterable[WorkedExample]) -> frozenset[str]:
    """Runs of characters that stand in two documents or more: the genre's own, nobody's.

    Two documents of the user's may share what is their unit's; they do not count.
    """
    seen = Counter(
        run
        for example in examples
        if not example.own
        for run in {run for text in example.draft.paragraphs() for run in ngrams(text, LEAK_RUN)}
    )
    return frozenset(run for run, documents in seen.items() if documents > 1)


_LEVELS = (
    ("支部", "支部"),
    ("乡镇", "[镇乡](?:党|人民)?|街道"),
    ("学校", "学校|学院|大学|中学|小学"),
    ("企业", "公司|集团|厂"),
    ("处室", "[处科室]$"),
    ("县", "[县区旗]"),
    ("市", "[市州盟]"),
)


def unit_level(unit: str) -> str:
    """The level of a unit as its name tells; empty when it does not."""
    return next((level for level, pattern in _LEVELS if re.search(pattern, unit)), "")
