"""How much of a spec another one holds: the measure of reading documents backwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.spec import Measure, UnitSpec
from assistant.text.figures import find_figures, same_figure
from assistant.text.sentences import overlap

LIKE = 0.7
"""Share of character pairs from which a wording counts as the same fact."""


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    found: int
    of: int

    @property
    def value(self) -> float:
        """0 to 1; 1 where there was nothing to find."""
        return self.found / self.of if self.of else 1.0


@dataclass(frozen=True)
class SpecComparison:
    """What of the true spec was found, and what of the found one is true."""

    claims: Share
    """True claims of problems, works, matters and causes that were found word for word."""
    claims_right: Share
    """Found claims that are true."""
    figures: Share
    """True facts with figures whose every figure and wording stand in the facts of their claim."""
    others: Share
    """The same of true facts without a figure."""
    facts_right: Share
    """Found facts that are told, wholly, by the true facts of their claim."""
    measures: Share
    """True measures found with their words, owner and day at their problem."""
    links: Share
    """Problems under the cause that truly explains them."""
    wrong: tuple[str, ...] = field(default=(), repr=False)
    """What was missed (-) and what is not true (+), a line each."""


def compare_specs(true: UnitSpec, found: UnitSpec) -> SpecComparison:
    """Compare a spec with the one read from its document."""
    true_facts, found_facts = dict(_facts(true)), dict(_facts(found))
    wrong = [f"- {claim}" for claim in true_facts if claim not in found_facts]
    wrong += [f"+ {claim}" for claim in found_facts if claim not in true_facts]
    with_figures, others = [0, 0], [0, 0]
    for claim, facts in true_facts.items():
        for fact in facts:
            tally = with_figures if find_figures(fact) else others
            tally[1] += 1
            if _told(fact, found_facts.get(claim, ())):
                tally[0] += 1
            else:
                wrong.append(f"- {claim}：{fact}")
    right, all_found = 0, 0
    for claim, facts in found_facts.items():
        for fact in facts:
            all_found += 1
            if _told(fact, true_facts.get(claim, ())):
                right += 1
            else:
                wrong.append(f"+ {claim}：{fact}")
    true_measures, found_measures = list(_measures(true)), list(_measures(found))
    kept = [m for m in true_measures if any(_same_measure(m, other) for other in found_measures)]
    wrong += [
        f"- {claim}：{m.do}/{m.owner}/{m.due}"
        for claim, m in true_measures
        if (claim, m) not in kept
    ]
    links, found_links = set(_links(true)), set(_links(found))
    wrong += [f"- {cause} ← {problem}" for cause, problem in sorted(links - found_links)]
    same = len(true_facts.keys() & found_facts.keys())
    return SpecComparison(
        claims=Share(same, len(true_facts)),
        claims_right=Share(same, len(found_facts)),
        figures=Share(*with_figures),
        others=Share(*others),
        facts_right=Share(right, all_found),
        measures=Share(len(kept), len(true_measures)),
        links=Share(len(links & found_links), len(links)),
        wrong=tuple(wrong),
    )


def _facts(spec: UnitSpec) -> Iterator[tuple[str, Sequence[str]]]:
    """The facts of each claim; last year's and the case's under a name of their own."""
    for aspect in spec.aspects:
        for problem in aspect.problems:
            yield problem.claim, problem.facts
        for work in aspect.work:
            yield work.claim, work.facts
    for problem in spec.problems:
        yield problem.claim, problem.facts
    for matter in spec.matters:
        yield matter.topic, matter.facts
    for cause in spec.causes:
        yield cause.claim, ()
    if last := spec.last_year:
        counts = f"问题{last.problems}个，整改到位{last.resolved}个，{'、'.join(last.open)}未到位"
        yield "上年度整改", (counts, *last.facts)
    if case := spec.case:
        yield "典型案例", (*case.facts, *([case.reflection] if case.reflection else ()))


def _told(fact: str, facts: Sequence[str]) -> bool:
    """Whether the facts together give every figure of this one and most of its words."""
    given = [figure for other in facts for figure in find_figures(other)]
    return all(
        any(same_figure(figure, other) for other in given) for figure in find_figures(fact)
    ) and (overlap(fact, "。".join(facts)) >= LIKE)


def _measures(spec: UnitSpec) -> Iterator[tuple[str, Measure]]:
    for problem in (*(p for a in spec.aspects for p in a.problems), *spec.problems):
        for measure in problem.measures:
            yield problem.claim, measure


def _same_measure(one: tuple[str, Measure], other: tuple[str, Measure]) -> bool:
    (claim, true), (other_claim, found) = one, other
    return (
        claim == other_claim
        and (true.owner, true.due) == (found.owner, found.due)
        and overlap(true.do, found.do) >= LIKE
    )


def _links(spec: UnitSpec) -> Iterator[tuple[str, str]]:
    for cause in spec.causes:
        for problem in cause.from_:
            yield cause.claim, problem
