"""Fixed formulations, their calendar and the statutes, as the data files state them."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property, lru_cache
from typing import Annotated, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict

from assistant.checks.data import DataSection
from assistant.checks.rule import CheckContext, Hit
from assistant.text.near import NearIndex


def _first_of_month(value: object) -> object:
    """2023-04 is the first day of that month."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d", value):
        return date.fromisoformat(f"{value}-01")
    return value


Month = Annotated[date, BeforeValidator(_first_of_month)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    verified: bool
    """Whether a published text confirms it."""


class MemberList(_Entry):
    """A formulation of several members in a fixed order."""

    members: tuple[str, ...]
    accepted: tuple[str, ...] = ()
    """Other wordings of single members."""

    @cached_property
    def member(self) -> re.Pattern[str]:
        """Any of the members."""
        words = sorted((*self.members, *self.accepted), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, words)))

    @cached_property
    def run(self) -> re.Pattern[str]:
        """Several of the members one behind another."""
        member = f"(?:{self.member.pattern})"
        return re.compile(f"{member}(?:{SEPARATOR}{member})+")


SEPARATOR = "(?:[、，,；][“”]*(?:和|与|以及)?|[和与及]|以及)"
"""What stands between the members of a list."""


class FixedName(_Entry):
    """A wording that is used whole and unchanged."""

    accepted: tuple[str, ...] = ()
    """Other wordings in use, Chinese characters only."""


class VerbFit(_Entry):
    """Which verb goes with a formulation."""

    right: str
    wrong: tuple[str, ...]


class WrongWording(_Entry):
    """What to write instead of a wrong wording."""

    right: str
    safe: bool = False
    """Whether it may be put right without asking."""
    mild: bool = False
    """Whether it is only a warning."""


class MixedWordings(_Entry):
    """Wordings of which a document uses one only."""

    variants: tuple[str, ...]
    message: str


class Formulations(DataSection):
    """`formulations.yaml`."""

    lists: Mapping[str, MemberList]
    names: Mapping[str, FixedName]
    quoted: tuple[str, ...]
    """Short terms that stand in quotation marks."""
    other_terms: tuple[str, ...]
    """Terms that differ from one of them by a character and are right."""
    verbs: Mapping[str, VerbFit]
    chain: tuple[str, ...]
    """Terms in the order in which a sentence names them."""
    layouts: Mapping[str, str]
    """Formulation → 总体布局 or 战略布局."""
    wrong: Mapping[re.Pattern[str], WrongWording]
    mixed: Mapping[str, MixedWordings]

    @cached_property
    def name_index(self) -> NearIndex:
        """The fixed names, to be looked for in damaged form."""
        return NearIndex({name: entry.accepted for name, entry in self.names.items()})

    @cached_property
    def wordings(self) -> tuple[str, ...]:
        """Every fixed wording; whoever uses one has copied nothing."""
        lists = ("".join(entry.members) for entry in self.lists.values())
        accepted = (word for entry in self.names.values() for word in entry.accepted)
        return (*self.names, *accepted, *lists, *self.lists, *self.quoted)

    @cached_property
    def quoted_slips(self) -> dict[str, str]:
        """What a short term becomes with one character hidden, or with its characters sorted."""
        slips: dict[str, str] = {}
        for term in self.quoted:
            if len(term) >= SHORTEST_TERM:
                slips |= dict.fromkeys(slips_of(term), term)
        return slips


SHORTEST_TERM = 4
"""Shorter quoted terms differ from others by one character as a matter of course."""


def slips_of(term: str) -> list[str]:
    """Keys under which a term meets another of one different character, or of other order."""
    return ["".join(sorted(term)), *(f"{term[:i]}*{term[i + 1 :]}" for i in range(len(term)))]


class Term(_Entry):
    """When a term, meeting or campaign is spoken of."""

    since: Month
    until: Month | None = None
    then: str = ""
    """The later meeting of the same kind."""


class Retired(_Entry):
    """A wording no longer used from `until` on."""

    until: Month
    right: str


class Calendar(DataSection):
    """`calendar.yaml`."""

    terms: Mapping[str, Term]
    retired: Mapping[str, Retired]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Any of the terms; of two that begin alike the longer."""
        words = sorted(self.terms, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, words)))


class Statute(_Entry):
    """When a statute came into force, was revised and ended."""

    in_force: Month | None = None
    editions: tuple[Month, ...] = ()
    repealed: Month | None = None
    replaced_by: str = ""


class Statutes(DataSection):
    """`statutes.yaml`."""

    statutes: Mapping[str, Statute]

    @cached_property
    def by_short_title(self) -> dict[str, Statute]:
        """By title without the name of party or state."""
        return {short_title(title): statute for title, statute in self.statutes.items()}


def short_title(title: str) -> str:
    """A statute's title as texts shorten it: no 中国共产党 in front, full-width brackets."""
    title = title.translate(str.maketrans("()", "（）"))
    return re.sub("^(?:中国共产党|中华人民共和国|中共中央)+", "", title)


class Span(NamedTuple):
    """Characters `start` up to `end`."""

    start: int
    end: int


_LONG_QUOTATION = re.compile("“[^“”\n]{20,}”")
_SENTENCE = re.compile("[^。！？\n]+")
_OF_WORDING = re.compile(
    "(?:不得|不能|不再|不要|不宜|禁止|避免|严禁|杜绝|停止)(?:再)?(?:[把将][^。，]{1,24}?)?(?:使用|写成?|用|称|提|表述|出现|混用)"
    "|错误(?:的)?(?:提法|表述|写法)|[误错]写|规范表述|[写改]为|改称|混淆"
)
"""A sentence that speaks of a wording does not use it."""


@lru_cache(maxsize=4)
def exempt_spans(text: str) -> tuple[Span, ...]:
    """Where wordings are not the document's own: long quotations, sentences about wording."""
    spans = [Span(*match.span()) for match in _LONG_QUOTATION.finditer(text)]
    for sentence in _SENTENCE.finditer(text):
        if _OF_WORDING.search(sentence[0]):
            spans.append(Span(*sentence.span()))
    return tuple(spans)


def within(spans: tuple[Span, ...], start: int, end: int) -> bool:
    """Whether a place lies in one of the spans."""
    return any(span.start <= start and end <= span.end for span in spans)


def formulations_of(context: CheckContext) -> Formulations:
    """The formulations in force."""
    return context.data.section("formulations", Formulations)


def own_hits(context: CheckContext, hits: Iterator[Hit]) -> Iterator[Hit]:
    """The hits in what the document itself says."""
    exempt = exempt_spans(context.text)
    return (hit for hit in hits if not within(exempt, hit.start, hit.end))
