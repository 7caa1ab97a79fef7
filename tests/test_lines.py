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


FIRST, SECOND = "说到底，", "没有站在"


@pytest.fixture
def lines() -> LineJudge:
    return LineJudge(judge, GateContext(SLOT, turns=(FIRST, SECOND)))


@pytest.mark.parametrize(
    ("sentence", "fallen"),
    [
        ("说到底，班子没有把巡查放在心上，", False),
        ("说到底，班子没有把坏事放在心上，", True),
        ("说到底，班子没有把巡查放在心上。", False),
        ("说到底，" + "班子没有把巡查放在心上，" * 5, True),
    ],
    ids=["sound", "refused", "whole", "too long"],
)
def test_a_sentence_is_given_up(lines: LineJudge, sentence: str, *, fallen: bool) -> None:
    assert lines.fallen(sentence) is fallen


def test_a_sentence_that_was_given_up_is_judged_without_its_last_comma(lines: LineJudge) -> None:
    line = lines.line(FIRST, "没有把巡查放在心上，")
    assert line.text == "说到底，没有把巡查放在心上。"
    assert line.passed


def test_a_wrong_particle_is_put_right(lines: LineJudge) -> None:
    line = lines.line(FIRST, "对河道巡查抓的不够细、抓的不够实。")
    assert line.text == "说到底，对河道巡查抓得不够细、抓得不够实。"


def test_of_an_answer_the_first_sentence_counts(lines: LineJudge) -> None:
    """Whether it repeats its turn or goes on behind it."""
    assert lines.line(SECOND, "河边看。坏。").text == "没有站在河边看。"
    assert lines.line(SECOND, "没有站在河边看。坏。").text == "没有站在河边看。"


def test_only_the_tokens_of_the_sentence_are_weighed(lines: LineJudge) -> None:
    line = lines.line(SECOND, "没有站在河边看。坏。", [(4, -1.0), (6, -2.0), (8, -9.5)])
    assert line.likelihood == -1.5


def test_of_a_refused_sentence_its_first_clauses_stand(lines: LineJudge) -> None:
    line = lines.line(FIRST, "没有把巡查放在心上，没有学好，成了坏事。")
    assert line.text == "说到底，没有把巡查放在心上，没有学好。"


def test_a_turn_alone_is_no_sentence(lines: LineJudge) -> None:
    turn = "归根到底，还是对巡查责任心不强，"
    assert not lines.line(turn, "成了坏事。").passed
    assert lines.line(turn, "看得不重，成了坏事。").text == f"{turn}看得不重。"


def test_the_best_sentence_for_each_turn(lines: LineJudge) -> None:
    drawn = [
        [lines.line(FIRST, text) for text in ("没有把空话当空话。", "没有把巡查抓得及时。")],
        [lines.line(SECOND, "坏处看。")],
        [lines.line(SECOND, text) for text in ("河边看问题。", "坏处看。")],
    ]
    assert [line and line.text for line in lines.choose(drawn)] == [
        "说到底，没有把巡查抓得及时。",
        None,
        "没有站在河边看问题。",
    ]
