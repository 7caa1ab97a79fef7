"""A finished text beside everything that scorers hold it against."""

import re
from dataclasses import dataclass
from functools import cached_property

from assistant.checks.anatomy import DocumentPart
from assistant.checks.context import CheckContext
from assistant.checks.engine import check
from assistant.checks.findings import Finding
from assistant.checks.registry import chosen_rules
from assistant.checks.sources import known_texts
from assistant.document.parse import parse
from assistant.document.tree import Document
from assistant.drafting.record import Cost
from assistant.evaluation.case import Case
from assistant.evaluation.log import ExampleText
from assistant.evaluation.passages import find_passages
from assistant.kinds import DocumentKind, PartRole, get_kind
from assistant.plan import Plan, Slot
from assistant.text.sentences import count_characters

_LINE_SIGNS = re.compile(r"^[ \t　]*(?:#+|[-*+](?=\s)|>)?[ \t]*(?:\*\*)?|(?:\*\*)?[ \t]*$")
_LISTED = re.compile(r"^\d{1,2}[.、)）]\s*(?=[一二三四五六七八九十]{1,2}是)")
_MARK = re.compile(r"【待核】|【待补：[^】]*】")


def printed(text: str) -> str:
    """The text as it would be printed: without the signs of Markdown at the ends of its lines."""
    lines = (_LISTED.sub("", _LINE_SIGNS.sub("", line)) for line in text.splitlines())
    return "\n".join(lines).strip() + "\n"


@dataclass(frozen=True)
class Subject:
    """What is scored; what scorers share is worked out once, when first asked for."""

    case: Case
    text: str
    """As printed, visible marks included."""
    others: tuple[ExampleText, ...] = ()
    """Worked examples that are not the held-out document or its twins."""
    cost: Cost | None = None
    elapsed: float | None = None
    beside: float | None = None
    peak_memory: int | None = None
    perplexity: float | None = None

    @cached_property
    def kind(self) -> DocumentKind:
        """The kind of the case."""
        return get_kind(self.case.spec.kind)

    @cached_property
    def plan(self) -> Plan:
        """The plan that the text should follow."""
        return self.case.plan

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The slots of the plan."""
        return tuple(self.plan.slots())

    @cached_property
    def body(self) -> str:
        """The text without visible marks."""
        return _MARK.sub("", self.text)

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """The visible marks: what is left to be filled in or verified."""
        return tuple(_MARK.findall(self.text))

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Headings and paragraphs, without marks."""
        return tuple(line.strip() for line in self.body.splitlines() if line.strip())

    @cached_property
    def length(self) -> int:
        """字数, without marks."""
        return count_characters(self.body)

    @cached_property
    def document(self) -> Document:
        """The text without marks, parsed."""
        return parse(self.body)

    @cached_property
    def passages(self) -> dict[str, str]:
        """By slot id: the passage that answers the slot, where there is one."""
        return find_passages(self.plan, self.document)

    def passages_of(self, *roles: str) -> list[tuple[Slot, str]]:
        """The slots of these roles, each with its passage; empty where there is none."""
        return [(s, self.passages.get(s.id, "")) for s in self.slots if s.role in roles]

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Every text from which figures and names may be taken."""
        return known_texts(self.case.spec, self.kind)

    @cached_property
    def context(self) -> CheckContext:
        """The text as the rules look at it."""
        return CheckContext(self.text, spec=self.case.spec)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules find, those on copying left out.

        They would compare with all shipped examples, the held-out document among them.
        """
        return tuple(check(self.context, chosen_rules(ignore=("C",))))

    def found(self, *codes: str) -> list[Finding]:
        """The findings whose codes begin so."""
        return [finding for finding in self.findings if finding.code.startswith(codes)]

    def part_text(self, *roles: PartRole) -> str:
        """The text of the parts of these roles, headings left out."""
        parts = [part for part in self._parts if part.role in roles]
        return "\n".join(p.text for part in parts for p in part.paragraphs())

    @cached_property
    def _parts(self) -> tuple[DocumentPart, ...]:
        return CheckContext(self.body, spec=self.case.spec).all_parts
