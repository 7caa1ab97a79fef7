"""The sentences that a model has added: judged, shortened, chosen."""

from collections.abc import Iterator

import pytest

from assistant.checks.findings import Finding, Severity
from assistant.checks.gates import GateContext
from assistant.drafting.lines import LineJudge
from assistant.plan import Fact, Slot

SLOT = Slot(
    id="s",
    role="problem",
    claim="巡查不够及时",
    opening="巡查不够及时。",
    facts=(Fact(id="f", text="汛期漏巡4次"),),
    budget=100,
)


def judge(text: str, _context: GateContext) -> list[Finding]:
    """Refuses 坏, warns of 空."""

    def found() -> Iterator[Finding]:
        for mark, severity in (("坏", Severity.ERROR), ("空", Severity.WARNING)):
            if mark in text:
                yield Finding(mark, severity, mark, mark)

    return list(found())


@pytest.fixture
def lines() -> LineJudge:
    turns = ("说到底，", "没有站在")
    return LineJudge(judge, GateContext(SLOT, turns=turns), turns)


@pytest.mark.parametrize(
    ("answer", "fallen"),
    [
        ("班子没有把巡查放在心上，", False),
        ("班子没有把坏事放在心上，", True),
        ("班子没有把坏事放在心上。没有站在河边看问题，", False),
        ("班子没有把巡查放在心上，" * 5, True),
    ],
    ids=["sound", "refused", "refused before", "too long"],
)
def test_a_sentence_is_given_up(lines: LineJudge, answer: str, *, fallen: bool) -> None:
    assert lines.fallen(answer) is fallen


def test_a_sentence_that_was_given_up_is_judged_without_its_last_comma(lines: LineJudge) -> None:
    first, second = lines.lines("没有把巡查放在心上，。没有站在河边看，。")
    assert first.text == "说到底，没有把巡查放在心上。"
    assert first.passed
    assert second.text == "没有站在河边看。"


def test_of_a_refused_sentence_its_first_clauses_stand(lines: LineJudge) -> None:
    (line,) = lines.lines("没有把巡查放在心上，没有学好，成了坏事。")
    assert line.text == "说到底，没有把巡查放在心上，没有学好。"


def test_the_best_sentence_for_each_turn(lines: LineJudge) -> None:
    empty = lines.lines("没有把空话当空话。没有站在河边看问题。")
    about = lines.lines("没有把巡查抓得及时。没有站在坏处看。")
    chosen = lines.choose([*empty, *about])
    assert [line.text for line in chosen] == [
        "说到底，没有把巡查抓得及时。",
        "没有站在河边看问题。",
    ]
    assert lines.sound(chosen)
    assert not lines.sound(())
