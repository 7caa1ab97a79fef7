"""What a rule of the checker is, and what it is given to look at.

A family of rules is a module in `assistant/checks/rules/` with a tuple `RULES`:

    @rule(
        "T101",
        "半角标点",
        Severity.WARNING,
        why="中文里用全角标点（GB/T 15834）。",
        good=("学得不深，用得不够。", "完成率91.3%。"),
        bad=("学得不深,用得不够。", "问题有三个:学习不深。"),
    )
    def half_width(context: CheckContext) -> Iterator[Hit]:
        for match in _HALF_WIDTH.finditer(context.text):
            yield Hit(match.start(), match.end(), f"“{match[0]}”是半角标点", fix="，")

    RULES = (half_width,)

Every example is a test: the rule must find something in each bad one and nothing in the good ones.
An example that needs more than a text is a `Sample`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from assistant.checks.context import CheckContext, OtherText
from assistant.checks.findings import Finding, Severity
from assistant.text.edits import Edit

if TYPE_CHECKING:
    from assistant.reading.layout import WordLayout

__all__ = ["CheckContext", "Hit", "OtherText", "Rule", "Sample", "Severity", "rule"]


@dataclass(frozen=True)
class Hit:
    """A place in the text that breaks a rule."""

    start: int
    end: int
    message: str
    """In Chinese: what is wrong."""
    remedy: str = ""
    """In Chinese: what to do; left out where the message says it."""
    fix: str | Edit | None = None
    """What to put there instead, or an edit elsewhere; only where it can do no harm."""
    severity: Severity | None = None
    """Where it differs from the rule's own."""


@dataclass(frozen=True)
class Sample:
    """An example of a rule that needs more than a text."""

    text: str
    kind: str = ""
    """Id of the document kind."""
    day: date | None = None
    spec: str = ""
    """A spec as YAML text."""
    others: tuple[str, ...] = ()
    layout: "WordLayout | None" = None
    note: str = ""
    """In Chinese: what the text is like, for the handbook; a short text shows it by itself."""


Check = Callable[[CheckContext], Iterable[Hit]]


@dataclass(frozen=True)
class Rule:
    """Something that documents must observe."""

    code: str
    """A letter for the family and three digits."""
    name: str
    severity: Severity
    why: str
    """One line in Chinese."""
    good: tuple[str | Sample, ...]
    bad: tuple[str | Sample, ...]
    check: Check
    swallows: bool = False
    """Whether other findings within what it finds say nothing new."""

    def findings(self, context: CheckContext) -> Iterator[Finding]:
        """What breaks the rule in a document."""
        for hit in self.check(context):
            edit = Edit(hit.start, hit.end, hit.fix) if isinstance(hit.fix, str) else hit.fix
            yield Finding(
                self.code,
                hit.severity or self.severity,
                hit.message,
                context.text[hit.start : hit.end],
                context.place(hit.start, hit.end),
                hit.remedy,
                edit,
            )

    @property
    def fixable(self) -> bool:
        """Whether it mends any of its own bad examples."""
        return any(f.fix for bad in self.bad for f in self.findings(sample_context(bad)))


def rule(
    code: str,
    name: str,
    severity: Severity,
    *,
    why: str,
    good: tuple[str | Sample, ...],
    bad: tuple[str | Sample, ...],
    swallows: bool = False,
) -> Callable[[Check], Rule]:
    """Make a rule of the function that finds what breaks it."""

    def decorate(check: Check) -> Rule:
        return Rule(code, name, severity, why, good, bad, check, swallows)

    return decorate


def sample_context(sample: str | Sample) -> CheckContext:
    """What a rule is given to look at for one of its examples."""
    if isinstance(sample, str):
        return CheckContext(sample)
    context = CheckContext(
        sample.text,
        day=sample.day,
        others=tuple(OtherText(f"材料{i}", text) for i, text in enumerate(sample.others, 1)),
        layout=sample.layout,
    )
    if sample.kind:
        from assistant.kinds import get_kind

        context = replace(context, given_kind=get_kind(sample.kind))
    if sample.spec:
        from assistant.spec_file import parse_spec

        context = replace(context, spec=parse_spec(sample.spec, "unit.yaml"))
    return context
