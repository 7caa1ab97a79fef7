"""A document read backwards: the spec from which its text could have been written.

Any real document becomes a worked example or a held-out case in this way. Nothing is added to
what the text says; what it does not say stays empty, and what had to be inferred is noted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.corpus.reverse_facts import facts_of
from assistant.corpus.reverse_header import (
    UNKNOWN_UNIT,
    date_of,
    lead_numbers_of,
    speaker_of,
    unit_of,
)
from assistant.corpus.reverse_links import answers, explained
from assistant.corpus.reverse_other_parts import case_of, last_year_of, matters_of
from assistant.corpus.reverse_parts import (
    Item,
    aspect_likeness,
    aspect_sections,
    items,
    match_aspects,
    parts_of,
    spec_text,
    text_of,
)
from assistant.document.recognise import recognise
from assistant.document.tree import Document, Section
from assistant.errors import InputError
from assistant.kinds import Aspect, DocumentKind, PartRole, get_kind
from assistant.spec import AspectSpec, Cause, LastYear, Problem, UnitSpec, WorkItem, issues_against
from assistant.text.sentences import count_characters, han

LEAST_CONFIDENCE = 0.35
"""Below it a document is of none of the kinds."""


@dataclass(frozen=True)
class ReversedSpec:
    """The spec of a document, and what the document left open."""

    spec: UnitSpec
    empty: tuple[str, ...]
    """Claims of problems and works that the text shows by no fact at all (空话)."""
    notes: tuple[str, ...]
    """What was inferred and is not stated, in Chinese, a phrase each."""


def reverse_spec(document: Document, kind: DocumentKind | None = None) -> ReversedSpec:
    """The spec of a document; of the kind that it is recognised as, unless one is given.

    Raises:
        InputError: it is of no known kind, or holds too little for a spec of its kind.
    """
    return _Reader(document, kind or _recognised(document)).read()


def _recognised(document: Document) -> DocumentKind:
    found = recognise(document)
    if found.confidence < LEAST_CONFIDENCE:
        raise InputError(
            f"“{document.title or document.text.strip()[:20]}”不像任何一个文种的材料。",
            hint="全部文种见 assistant kinds；确属其中一种的，请先补上题目和小标题。",
        )
    return get_kind(found.kind)


class _Reader:
    """Reads one document; gathers what was empty or had to be inferred on the way."""

    def __init__(self, document: Document, kind: DocumentKind) -> None:
        self.document = document
        self.kind = kind
        self.parts = parts_of(document, kind)
        self.notes: list[str] = []
        self.empty: list[str] = []
        self.told: dict[str, Item] = {}
        """Problems and works by their claims, which are unique."""

    def read(self) -> ReversedSpec:
        if self.kind.genre == "report":
            aspects, problems = self.aspects("work"), self.report_problems()
        else:
            aspects, problems = self.aspects("problems"), []
        claims = [p.claim for told in aspects for p in told.problems]
        claims += [problem.claim for problem in problems]
        sections = (*self.sections("measures"), *self.sections("next_steps"))
        measures = answers(sections, aspects, claims, self.kind)

        def answered(unanswered: Sequence[Problem]) -> list[Problem]:
            return [p.model_copy(update={"measures": measures[p.claim]}) for p in unanswered]

        unit = spec_text(unit_of(self.document))
        if unit == UNKNOWN_UNIT:
            self.notes.append("原文没有写明单位")
        day, stated = date_of(self.document, self.kind)
        if not stated:
            self.notes.append("原文没有写明日期，日期按题目和文种推定")
        case = "".join(text_of(section) for section in self.sections("case"))
        spec = UnitSpec(
            kind=self.kind.id,
            unit=unit,
            speaker=speaker_of(self.document, self.kind),
            date=day,
            length=self.length(),
            lead=lead_numbers_of(self.document, self.kind),
            last_year=self.last_year(),
            aspects=[a.model_copy(update={"problems": answered(a.problems)}) for a in aspects],
            problems=answered(problems),
            case=case_of(spec_text(case), self.sections("case")[0].heading) if case else None,
            matters=matters_of(self.listed("matters")),
            causes=self.causes(claims),
        )
        if issue := next(issues_against(spec, self.kind), None):
            raise InputError(f"“{self.document.title}”整理不成规格：{issue.message}。")
        return ReversedSpec(spec, tuple(self.empty), tuple(self.notes))

    def sections(self, role: PartRole) -> list[Section]:
        return self.parts.get(role, [])

    def listed(self, role: PartRole) -> list[Item]:
        return [i for s in self.sections(role) for i in items(s, sections_first=True) if i.claim]

    def length(self) -> int:
        rounded = round(count_characters(self.document.text), -2)
        return min(max(rounded, 800), 20000)

    def last_year(self) -> LastYear | None:
        text = "".join(text_of(section) for section in self.sections("last_year"))
        told = last_year_of(spec_text(text))
        if text and told is None:
            self.notes.append("上年度整改情况没有写明问题个数，没有收入规格")
        return told

    def causes(self, claims: Sequence[str]) -> list[Cause]:
        causes = self.listed("causes")
        problems = explained([self.told[claim] for claim in claims], causes)
        return [
            Cause.model_validate({"claim": cause.claim, "from": from_})
            for cause, from_ in zip(causes, problems, strict=True)
        ]

    def aspects(self, role: PartRole) -> list[AspectSpec]:
        """Every aspect of the kind with its problems or works."""
        sections = aspect_sections(self.sections(role), self.kind)
        listed: dict[str, list[Item]] = {aspect.name: [] for aspect in self.kind.aspects}
        wording: dict[str, str] = {}
        for section, aspect in zip(sections, match_aspects(sections, self.kind), strict=True):
            listed[aspect.name] += [item for item in items(section) if item.claim]
            wording.setdefault(aspect.name, section.heading)
        self.fill_missing(listed)
        return [
            AspectSpec(
                name=aspect.name,
                heading=_own_heading(aspect, wording.get(aspect.name, "")),
                problems=self.problems(listed[aspect.name]) if role == "problems" else [],
                work=self.works(listed[aspect.name]) if role == "work" else [],
            )
            for aspect in self.kind.aspects
        ]

    def fill_missing(self, listed: dict[str, list[Item]]) -> None:
        """Give an aspect without a section of its own the item of another that fits it best."""
        for aspect in self.kind.aspects:
            if listed[aspect.name]:
                continue
            spare = [
                (aspect_likeness(item.claim, aspect), name, i)
                for name, own in listed.items()
                if len(own) > 1
                for i, item in enumerate(own)
            ]
            if not spare:
                raise InputError(
                    f"“{self.document.title}”没有“{aspect.name}”方面的内容，整理不成规格。",
                    hint="请补上这个方面，或换一个合适的文种。",
                )
            _, name, i = max(spare)
            item = listed[name].pop(i)
            listed[aspect.name].append(item)
            self.notes.append(f"原文没有“{aspect.name}”方面，以最接近的“{item.claim}”充当")

    def problems(self, listed: Sequence[Item]) -> list[Problem]:
        return [Problem(claim=i.claim, facts=self.facts(i)) for i in self.distinct(listed)]

    def works(self, listed: Sequence[Item]) -> list[WorkItem]:
        return [WorkItem(claim=i.claim, facts=self.facts(i)) for i in self.distinct(listed)]

    def report_problems(self) -> list[Problem]:
        listed = [item for s in self.sections("problems") for item in items(s) if item.claim]
        if not listed:
            raise InputError(
                f"“{self.document.title}”没有写存在的问题，整理不成规格。",
                hint="汇报要有“存在的主要问题”一部分。",
            )
        return self.problems(listed)

    def facts(self, item: Item) -> list[str]:
        facts = facts_of(item.body, item.claim)
        if not facts:
            self.empty.append(item.claim)
        return facts

    def distinct(self, listed: Sequence[Item]) -> Iterator[Item]:
        """The items; a claim of the same words as an earlier one is told apart by its number."""
        for item in listed:
            claim, count = item.claim, 1
            while claim in self.told:
                count += 1
                claim = f"{item.claim}（之{count}）"
            self.told[claim] = Item(claim, item.body)
            yield self.told[claim]


def _own_heading(aspect: Aspect, written: str) -> str:
    """The heading as written where it is not the kind's own."""
    return "" if han(written) in ("", han(aspect.heading), han(aspect.name)) else spec_text(written)
