"""The user's own examples as worked examples: of a real document, the paragraphs that fit a slot.

A real document does not follow a plan to the letter, so each slot takes the paragraph whose claim
it has. A slot that has none, and a paragraph that a gate refuses, stays empty and is never shown.
"""

from pathlib import Path

from assistant.checks.findings import Severity
from assistant.checks.gates import GateContext, judge
from assistant.corpus.reverse_parts import items, parts_of, spec_text, text_of
from assistant.corpus.store import StoredExample, open_store
from assistant.document.parse import parse
from assistant.document.tree import Document
from assistant.draft import Point, assemble
from assistant.errors import AssistantError, InputError, reason
from assistant.examples.store import WorkedExample, shipped_examples, unit_level
from assistant.kinds import DocumentKind, PartRole, get_kind
from assistant.markdown import point_from_sentences, point_from_text
from assistant.plan import Slot, SlotRole
from assistant.planner import make_plan
from assistant.settings import examples_folder
from assistant.spec_file import read_spec

_MOST = 12
"""Documents that are read; the selector needs a few paragraphs of each role."""
_LENGTH = "length"
"""The one gate that does not judge what a paragraph says."""


def own_examples(
    kind: DocumentKind, unit: str, *, folder: Path | None = None
) -> tuple[WorkedExample, ...]:
    """The user's examples nearest to a document of that kind for that unit, the nearest first.

    Only documents of the same genre that tell facts are taken: those of the kind before others,
    then those of a unit of the same level, then those with more facts.

    Raises:
        InputError: an example in the store cannot be read.
    """
    folder = folder or examples_folder()
    if not (folder / "index.sqlite").is_file():
        return ()
    with open_store(folder) as store:
        stored = [e for e in store.examples() if e.facts and _genre(e) == kind.genre]
        level = unit_level(unit)

        def distance(example: StoredExample) -> tuple[bool, bool, int, str]:
            return (
                example.kind != kind.id,
                unit_level(example.unit) != level,
                -example.facts,
                example.slug,
            )

        nearest = sorted(stored, key=distance)[:_MOST]
        return tuple(read_own_example(store.folder_of(example.slug)) for example in nearest)


def examples_for(kind: DocumentKind, unit: str) -> tuple[WorkedExample, ...]:
    """The user's own examples for a document, then the shipped ones.

    Raises:
        InputError: an example in the store cannot be read.
    """
    return (*own_examples(kind, unit), *shipped_examples())


def read_own_example(folder: Path) -> WorkedExample:
    """The example in a folder of the store."""
    try:
        spec = read_spec(folder / "unit.yaml")
        text = (folder / "document.md").read_text(encoding="utf-8")
    except (OSError, AssistantError) as error:
        why = reason(error) if isinstance(error, OSError) else error.message
        raise InputError(
            f"自己的范例 {folder.name} 读不了：{why}",
            hint=f"请用 assistant corpus remove {folder.name} 去掉它，再重新收录。",
        ) from None
    kind = get_kind(spec.kind)
    plan = make_plan(spec, kind)
    paragraphs = _Paragraphs(parse(text), kind)
    points = {slot.id: _point(slot, paragraphs, kind) for slot in plan.slots()}
    return WorkedExample(folder.name, spec, kind, plan, assemble(plan, points), own=True)


def _genre(example: StoredExample) -> str:
    return get_kind(example.kind).genre


def _point(slot: Slot, paragraphs: "_Paragraphs", kind: DocumentKind) -> Point:
    """The paragraph written for a slot, or an empty one that owes all its facts."""
    empty = point_from_sentences((), slot)
    text = paragraphs.written_for(slot)
    if not text or not text.startswith(slot.opening) or not text.endswith(slot.ending):
        return _bare(slot, empty)
    refused = any(
        finding.severity is Severity.ERROR and finding.code != _LENGTH
        for finding in judge(text, GateContext(slot, kind.terms))
    )
    return _bare(slot, empty) if refused else point_from_text(text, slot)


def _bare(slot: Slot, empty: Point) -> Point:
    """Only what code writes into a slot, every fact left unused."""
    bare = point_from_text(slot.opening + slot.ending, slot)
    sentences = tuple(sentence.model_copy(update={"facts": ()}) for sentence in bare.sentences)
    return empty.model_copy(
        update={"sentences": sentences, "unused": tuple(fact.id for fact in slot.facts)}
    )


class _Paragraphs:
    """What a document says under each claim and in each part."""

    def __init__(self, document: Document, kind: DocumentKind) -> None:
        self._parts: dict[PartRole, str] = {}
        self._by_claim: dict[str, str] = {}
        for role, sections in parts_of(document, kind).items():
            self._parts[role] = spec_text("".join(text_of(section) for section in sections))
            for section in (inner for outer in sections for inner in outer.walk()):
                for item in (*items(section), *items(section, sections_first=True)):
                    self._by_claim.setdefault(item.claim, item.body.replace("\n", ""))
        self._lead = spec_text("".join(paragraph.text for paragraph in document.lead))

    def written_for(self, slot: Slot) -> str:
        """The paragraph for a slot, without its ordinal; empty where there is none."""
        if slot.role == "lead":
            return self._lead
        if part := _WHOLE_PARTS.get(slot.role):
            return self._parts.get(part, "")
        body = self._by_claim.get(slot.opening.rstrip("，。"), "")
        return slot.opening + body if body else ""


_WHOLE_PARTS: dict[SlotRole, PartRole] = {"last_year": "last_year", "case": "case"}
