"""A case: a held-out document with the spec from which systems write it anew."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.errors import InputError, reason
from assistant.examples.store import WorkedExample
from assistant.kinds import get_kind
from assistant.markdown import render
from assistant.plan import Plan
from assistant.planner import make_plan
from assistant.spec import UnitSpec
from assistant.spec_file import read_spec
from assistant.text.sentences import ngrams

RUN = 13
"""Characters of a run by which two texts are compared."""
MOST_SHARED = 0.05
"""Share of a document's runs beyond which another one counts as its twin.

Unrelated documents share at most 0.025 beside what their kind prescribes.
"""
LEAST_SHARED = 60
"""Fewer shared runs are the genre's formulas, however short the document."""


class Case(BaseModel):
    """A held-out document and what its unit told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    spec: UnitSpec
    reference: str
    """The held-out document itself."""
    origin: Literal["worked", "raw"]
    """`raw`: the spec was read off the document."""
    withheld: tuple[str, ...] = ()
    """Worked examples that no system is shown: the document's own and its twins."""

    @property
    def plan(self) -> Plan:
        """The plan of its spec."""
        return make_plan(self.spec, get_kind(self.spec.kind))


def leave_one_out(examples: Sequence[WorkedExample]) -> list[Case]:
    """Every worked example as a case for which it and its twins are withheld."""
    cases = [
        Case(id=e.slug, spec=e.spec, reference=render(e.draft), origin="worked") for e in examples
    ]
    twins = _twins(cases, examples)
    return [
        case.model_copy(update={"withheld": tuple(sorted({case.id} | twins[case.id]))})
        for case in cases
    ]


def read_cases(folder: Path) -> list[Case]:
    """The cases in a user's folder: folders with `unit.yaml` and `document.md`, and raw documents.

    Raises:
        InputError: a spec or document does not hold, or there is none.
    """
    from assistant.reading import readable

    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise InputError(f"读不了 {folder}：{reason(error)}。", hint="请检查路径。") from None
    cases = [_worked_case(entry) for entry in entries if (entry / "unit.yaml").is_file()]
    cases += [_raw_case(entry) for entry in entries if entry.is_file() and readable(entry)]
    if not cases:
        raise InputError(
            f"{folder} 里没有可评测的材料。",
            hint="放入材料文件，或放入含 unit.yaml 和 document.md 的文件夹。",
        )
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise InputError(f"{folder} 里有两份材料都叫“{case.id}”。", hint="请改一个名字。")
        seen.add(case.id)
    return cases


def _worked_case(folder: Path) -> Case:
    from assistant.reading import read

    spec = read_spec(folder / "unit.yaml")
    text = read(folder / "document.md")
    return Case(id=folder.name, spec=spec, reference=text, origin="worked")


def _raw_case(file: Path) -> Case:
    from assistant.corpus.clean import clean
    from assistant.corpus.reverse import reverse_spec
    from assistant.corpus.rules import RULES
    from assistant.document.parse import parse
    from assistant.reading import read

    text = clean(read(file), RULES).text
    try:
        spec = reverse_spec(parse(text)).spec
    except InputError as error:
        raise InputError(f"{file}：{error.message}", hint=error.hint) from None
    return Case(id=file.stem, spec=spec, reference=text, origin="raw")


def shown_examples(case: Case, examples: Iterable[WorkedExample]) -> tuple[WorkedExample, ...]:
    """The worked examples that systems may be shown for a case."""
    return tuple(example for example in examples if example.slug not in case.withheld)


def refuse_leaks(cases: Sequence[Case], examples: Sequence[WorkedExample]) -> None:
    """See that no case is known from the examples.

    Raises:
        InputError: a worked example that would be shown is a case's document or its twin.
    """
    twins = _twins(cases, examples)
    for case in cases:
        if known := sorted(twins[case.id] - set(case.withheld)):
            raise InputError(
                f"“{case.id}”与范例“{known[0]}”是同一份材料或大段雷同，不能用来评测。",
                hint="请从评测材料里去掉它，或从范例里去掉那一份。",
            )


def _twins(cases: Sequence[Case], examples: Iterable[WorkedExample]) -> dict[str, set[str]]:
    """By case: examples about the same unit, rewritten ones, and ones that share much wording."""
    from assistant.corpus.duplicates import TWINS, signature

    holders: dict[str, list[str]] = defaultdict(list)
    sizes: dict[str, int] = {}
    for case in cases:
        own = _runs(case.reference.splitlines()) - _runs(_prescribed(case.plan))
        sizes[case.id] = max(len(own), 1)
        for run in own:
            holders[run].append(case.id)
    signatures = {case.id: signature(case.reference) for case in cases}
    twins: dict[str, set[str]] = {case.id: set() for case in cases}
    for example in examples:
        text = render(example.draft)
        runs, rewritten = _runs(text.splitlines()), signature(text)
        shared: dict[str, int] = defaultdict(int)
        for run in runs:
            for case_id in holders.get(run, ()):
                shared[case_id] += 1
        for case in cases:
            share = shared[case.id] / min(sizes[case.id], max(len(runs), 1))
            if (
                case.spec.unit == example.spec.unit
                or (share > MOST_SHARED and shared[case.id] >= LEAST_SHARED)
                or signatures[case.id].likeness(rewritten) >= TWINS
            ):
                twins[case.id].add(example.slug)
    return twins


def _runs(texts: Iterable[str]) -> set[str]:
    return {run for text in texts for run in ngrams(text, RUN)}


def _prescribed(plan: Plan) -> Iterator[str]:
    """What code writes into every document of the kind."""
    yield from (plan.title, plan.lead.opening, plan.lead.ending, plan.closing)
    for part in plan.parts:
        yield part.heading
        for section in part.sections:
            yield from (section.heading, section.intro)
