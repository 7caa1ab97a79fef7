"""Scoring a log, statistics, comparison, the page, blind reading, and the command."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from evaluation_logs import EXAMPLES, REPORT, SELF_EXAMINATION, begun_log, worked_case
from rich.console import Console

from assistant.drafting.record import Cost
from assistant.errors import InputError
from assistant.evaluation import blind
from assistant.evaluation.log import EvaluationLog, Failure, Job, Record, program
from assistant.evaluation.page import report_page
from assistant.evaluation.progress import EvaluationProgress
from assistant.evaluation.run import JobDone, JobGrew, JobStarted
from assistant.evaluation.scorers.scorer import Score
from assistant.evaluation.scoring import ScoredText, ScoreSheet, read_sheet, score_log
from assistant.evaluation.statistics import (
    Difference,
    Interval,
    better,
    bootstrap,
    by_case,
    difference,
    estimate,
    wilson,
)
from assistant.evaluation.summary import compare_logs, summarise
from assistant.evaluation.tables import comparison_table, result_table
from assistant.examples.store import shipped_examples

pytestmark = pytest.mark.slow

COMMAND = Path(sys.executable).with_name("assistant")
CASES = (SELF_EXAMINATION, REPORT)
Scored = tuple[EvaluationLog, ScoreSheet]


def written(case: str, system: str, text: str, seconds: float = 10.0) -> Record:
    cost = Cost(tokens_decoded=100, seconds=seconds)
    return Record(case=case, system=system, seed=1, program=program(), text=text, cost=cost)


def worse_text(text: str) -> str:
    """With an invented figure, and without the first section's heading."""
    text = re.sub(r"### （一）.*\n\n", "", text, count=1)
    return text.replace("。", "。另有9876户<b>没有</b>走访。", 1)


def _full_log(folder: Path) -> EvaluationLog:
    """Two cases, three systems, one failure."""
    cases = [worked_case(EXAMPLES[name]) for name in CASES]
    log = begun_log(folder, *cases, examples=shipped_examples())
    for case in cases:
        log.save(written(case.id, "ours", case.reference))
        log.save(written(case.id, "reference", case.reference))
        log.save(written(case.id, "one-shot", worse_text(case.reference), seconds=90))
    failure = Failure(message="提示词太长", trace="…")
    log.save(Record(case=REPORT, system="json", seed=1, program=program(), failure=failure))
    return log


@pytest.fixture
def log(tmp_path: Path) -> EvaluationLog:
    """A full log of the test's own."""
    return _full_log(tmp_path / "log")


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """A full log and its scores, only to be read."""
    log = _full_log(tmp_path_factory.mktemp("scored") / "log")
    return log, score_log(log, processes=1)


def test_rescoring_gives_the_same_bytes_in_one_process_or_several(log: EvaluationLog) -> None:
    told: list[tuple[int, int]] = []
    first = score_log(log, processes=1, tell=lambda done, of: told.append((done, of)))
    raw = (log.folder / "scores.json").read_bytes()
    assert score_log(log, processes=2) == first == read_sheet(log)
    assert (log.folder / "scores.json").read_bytes() == raw
    assert told == [(n, 7) for n in range(1, 8)]


def test_scores_of_a_log(scored: Scored) -> None:
    _, sheet = scored
    by_job = {(text.case, text.system): text for text in sheet.texts}
    assert by_job[REPORT, "json"].failure == "提示词太长"
    assert by_job[REPORT, "json"].scores == {}
    for case in CASES:
        ours, other = by_job[case, "ours"], by_job[case, "one-shot"]
        assert ours.scores["headings"] == Score(100.0)
        assert other.scores["figures_wrong"].value == 1
        assert (other.scores["headings"].value or 0) < 100
        places = {other.text[m.start : m.end] for m in other.marks if m.code == "N101"}
        assert places == {"9876户"}
    summary = summarise(sheet)
    assert summary.systems == ("ours", "one-shot", "json", "reference")
    assert summary.cells["json", "rubric"].estimate is None
    against = summary.cells["one-shot", "figures_wrong"].against_base
    assert against
    assert (against.mean, against.cases, against.beyond_noise) == (1, 2, False)
    assert summary.cells["ours", "rubric"].against_base is None
    found = summary.cells["ours", "rubric_causes"].estimate
    assert found
    assert (found.cases, found.unscored) == (1, 1)


def text_of(case: str, value: float | None, *, system: str = "ours", seed: int = 1) -> ScoredText:
    return ScoredText(case=case, system=system, seed=seed, scores={"rubric": Score(value)})


def test_seeds_are_averaged_within_a_case_first() -> None:
    texts = [text_of("a", 10), text_of("a", 30, seed=2), text_of("b", 50), text_of("c", None)]
    assert by_case(texts, "ours", "rubric") == {"a": 20, "b": 50}
    found = estimate(texts, "ours", "rubric")
    assert found
    assert (found.mean, found.cases, found.unscored) == (35, 2, 1)
    assert estimate(texts, "json", "rubric") is None
    assert estimate([text_of("c", None)], "ours", "rubric") is None


def test_bootstrap_by_known_values() -> None:
    assert bootstrap([7.0]) == (7, 7)
    assert bootstrap([3.0] * 9) == (3, 3)
    values = [float(n) for n in range(40)]
    low, high = bootstrap(values)
    # By the normal approximation 19.5 ± 1.96·11.54/√40.
    assert [low, high] == pytest.approx([15.92, 23.08], abs=0.4)
    assert bootstrap(values) == (low, high)
    # Of 0 and 1 the resampled means are 0, ½ and 1 with chances ¼, ½ and ¼.
    assert bootstrap([0.0, 1.0]) == (0, 1)


def test_a_difference_is_paired_and_needs_cases_enough() -> None:
    noisy = {str(n): 100.0 * n for n in range(8)}
    shifted = {case: value + 2 + 0.1 * int(case) for case, value in noisy.items()}
    found = difference(noisy, shifted | {"more": 5.0})
    assert found
    assert (found.cases, found.beyond_noise) == (8, True)
    assert found.mean == pytest.approx(2.35)
    few = difference(*({c: v for c, v in side.items() if int(c) < 4} for side in (noisy, shifted)))
    assert few
    assert not few.beyond_noise
    assert difference({"a": 1.0}, {"b": 1.0}) is None
    mixed = difference(dict.fromkeys("abcdef", 0.0), dict(zip("abcdef", (1, -1) * 3, strict=True)))
    assert mixed
    assert not mixed.beyond_noise


@pytest.mark.parametrize(
    ("scorer", "mean", "expected"),
    [("rubric", 3.0, True), ("rubric", -3.0, False), ("seconds", 3.0, False), ("chrf", 3.0, None)],
)
def test_which_way_is_better(scorer: str, mean: float, expected: bool | None) -> None:
    assert better(scorer, Difference(mean, bootstrap([mean]), 9)) is expected
    assert better(scorer, Difference(mean, Interval(-5, 5), 9)) is None


def test_wilson_by_known_values() -> None:
    assert list(wilson(10, 20)) == pytest.approx([0.2993, 0.7007], abs=1e-3)
    assert list(wilson(0, 10)) == pytest.approx([0, 0.2775], abs=1e-3)
    assert wilson(10, 10)[1] == 1


def test_comparing_two_logs_leaves_out_changed_cases(scored: Scored, tmp_path: Path) -> None:
    log, sheet = scored
    same, changed = (worked_case(EXAMPLES[name]) for name in CASES)
    changed = changed.model_copy(update={"reference": changed.reference + "又一句。\n"})
    second = begun_log(tmp_path / "second", same, changed, examples=shipped_examples())
    for case in (same, changed):
        second.save(written(case.id, "ours", worse_text(case.reference), seconds=4))
    sheets = sheet, score_log(second, processes=1)
    comparison = compare_logs(log, second, sheets)
    assert comparison.left_out == (REPORT,)
    assert {change.system for change in comparison.changes} == {"ours"}
    seconds = next(change for change in comparison.changes if change.scorer == "seconds")
    assert (seconds.before, seconds.after, seconds.difference.mean) == (10, 4, -6)
    assert not seconds.difference.beyond_noise
    shown = rendered(comparison_table(comparison))
    assert "-6.00 [-6.00, -6.00]" in shown


def rendered(table: object) -> str:
    console = Console(width=200, record=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    console.print(table)
    console.file.close()
    return console.export_text()


def test_result_table(scored: Scored) -> None:
    summary = summarise(scored[1])
    shown = rendered(result_table(summary))
    assert "评测结果（2 份材料）" in shown
    assert re.search(r"无据数字（处） .*0.00 \[0.00, 0.00\].*1.00 \[1.00, 1.00\].*—", shown)
    assert "原因剖析" not in shown
    assert "原因剖析" in rendered(result_table(summary, all_scorers=True))


class Tags(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.marks: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [value for key in ("src", "href") if (value := given.get(key))]
        self.ids += [value] if (value := given.get("id")) else []
        self.marks += [given] if tag == "mark" else []


def test_the_page_stands_alone_and_marks_findings(scored: Scored) -> None:
    log, sheet = scored
    page = report_page(log, sheet, summarise(sheet))
    tags = Tags(page)
    assert all(link.startswith("#") for link in tags.links)
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", page)
    assert set(CASES) <= set(tags.ids)
    assert any("N101 “9876户”在规格里没有" in (mark.get("title") or "") for mark in tags.marks)
    assert "&lt;b&gt;" in page
    assert "<b>没有" not in page
    assert "没有写成：提示词太长" in page
    assert page.count('<svg class="chart"') == 8


def test_worst_cases_stand_first(log: EvaluationLog) -> None:
    case = worked_case(EXAMPLES[REPORT])
    log.save(written(REPORT, "ours", worse_text(case.reference)[:1500]))
    sheet = score_log(log, processes=1)
    page = report_page(log, sheet, summarise(sheet))
    assert page.index(f'href="#{REPORT}"') < page.index(f'href="#{SELF_EXAMINATION}"')


@pytest.fixture
def readable(log: EvaluationLog) -> EvaluationLog:
    """The log with a draft of ours that is not the reference."""
    for name in CASES:
        text = worked_case(EXAMPLES[name]).reference
        log.save(written(name, "ours", text.replace("。\n", "。班子心里没有数。\n")))
        log.save(written(name, "one-shot", text.replace("。\n", "。另有人说，事情不大。\n")))
    return log


def test_blind_pairs_hide_who_wrote_what(readable: EvaluationLog) -> None:
    pairs, key = blind.make_pairs(readable, number=12, seed=3)
    assert (pairs, key) == blind.make_pairs(readable, number=12, seed=3)
    assert key != blind.make_pairs(readable, number=12, seed=4)[1]
    form = blind.form(pairs)
    assert "ours" not in form
    assert "one-shot" not in form
    assert not Tags(form).links


def test_blind_rivals_are_read_as_often_and_sides_vary(readable: EvaluationLog) -> None:
    pairs, key = blind.make_pairs(readable, number=20, seed=1)
    rivals = [p.right if p.left == "ours" else p.left for p in key.pairs]
    assert (len(pairs), rivals.count("reference"), rivals.count("one-shot")) == (20, 10, 10)
    assert 4 < sum(p.left == "ours" for p in key.pairs) < 16
    for pair in pairs:
        assert not any(re.match("[一二三]是", side) for side in (pair.left, pair.right))
        assert pair.about in pair.left
        assert pair.about in pair.right


def test_blind_answers_are_scored_with_an_interval(readable: EvaluationLog, tmp_path: Path) -> None:
    pairs, key = blind.make_pairs(readable, number=20, seed=1)
    form = blind.write_form(readable, pairs, key)
    assert form.read_text(encoding="utf-8") == blind.form(pairs)
    choices = {}
    for pair in blind.read_key(readable).pairs:
        rival = pair.right if pair.left == "ours" else pair.left
        ours = "left" if pair.left == "ours" else "right"
        choices[pair.number] = ours if rival == "one-shot" else "same"
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"reader": "甲", "choices": choices}), encoding="utf-8")
    verdicts = {v.second: v for v in blind.judge(key, blind.read_answers(file))}
    one_shot, reference = verdicts["one-shot"], verdicts["reference"]
    assert (one_shot.won, one_shot.even, one_shot.lost, one_shot.share) == (10, 0, 0, 1.0)
    assert (reference.won, reference.even, reference.lost, reference.share) == (0, 10, 0, 0.5)
    assert one_shot.interval == wilson(10, 10)
    with pytest.raises(InputError, match="已经有一份盲读表"):
        blind.write_form(readable, *blind.make_pairs(readable, number=20, seed=2))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"choices": {"1": "up"}}', "不是盲读表的答案"),
        ("x", "不是盲读表的答案"),
        ('{"choices": {"99": "left"}}', "第99对不在这次盲读里"),
        ('{"choices": {}}', "答案是空的"),
    ],
)
def test_answers_that_do_not_hold(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "answers.json"
    file.write_text(content, encoding="utf-8")
    hidden = blind.Hidden(number=1, case="a", slot="s", left="ours", right="reference")
    with pytest.raises(InputError, match=words):
        blind.judge(blind.Key(seed=1, pairs=(hidden,)), blind.read_answers(file))


def test_paragraphs_that_are_the_same_are_no_pair(log: EvaluationLog) -> None:
    with pytest.raises(InputError, match="没有可以成对比较的段落"):
        blind.make_pairs(log, number=3, seed=1)


def test_time_left_goes_by_what_each_system_took() -> None:
    jobs = [Job("a", "ours", 1), Job("a", "reference", 1), Job("b", "ours", 1), Job("b", "json", 1)]
    console = Console(file=open(os.devnull, "w"), width=120)  # noqa: SIM115, PTH123
    now = 50.0
    progress = EvaluationProgress(console, jobs, lambda: now)
    assert progress.seconds_left() is None
    progress.show(JobStarted(jobs[0]))
    now = 150.0
    progress.show(JobDone(written("a", "ours", "x")))
    now = 160.0  # between two documents nobody's time passes
    progress.show(JobStarted(jobs[1]))
    progress.show(JobDone(written("a", "reference", "x")))
    assert progress.seconds_left() == 200  # another of ours, and json taken to need as much
    progress.show(JobStarted(jobs[2]))
    now = 185.0
    progress.show(JobGrew(jobs[2], 0.25))
    assert progress.seconds_left() == 175
    console.file.close()


def test_time_left_where_documents_are_written_at_the_same_time() -> None:
    jobs = [Job(case, "one-shot", 1) for case in "abc"]
    console = Console(file=open(os.devnull, "w"), width=120)  # noqa: SIM115, PTH123
    now = 0.0
    progress = EvaluationProgress(console, jobs, lambda: now)
    progress.show(JobStarted(jobs[0]))
    progress.show(JobStarted(jobs[1]))
    now = 30.0
    progress.show(JobGrew(jobs[0], 0.01))
    assert progress.seconds_left() is None  # too little to go by
    progress.show(JobGrew(jobs[1], 0.59))
    # 30 seconds for 0.6 documents; 2.4 are left.
    assert progress.seconds_left() == pytest.approx(120)
    now = 60.0
    progress.show(JobDone(written("b", "one-shot", "x")))
    # 60 seconds for 1.01 documents; 1.99 are left.
    assert progress.seconds_left() == pytest.approx(60 / 1.01 * 1.99)
    console.file.close()


Finished = subprocess.CompletedProcess[str]


def run(*arguments: str | Path, cwd: Path) -> Finished:
    """The command, kept from git: its commit may change between two runs."""
    own = {"ASSISTANT_HOME": str(cwd / "home"), "GIT_DIR": str(cwd / "none")}
    done = subprocess.run(
        [COMMAND, "evaluate", *arguments],
        cwd=cwd,
        env=os.environ | own,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Finished]:
    folder = tmp_path_factory.mktemp("evaluate")
    return folder, run("--systems", "reference", "--limit", "1", "--out", "log", cwd=folder)


def test_the_command_evaluates_rescores_and_compares(evaluated: tuple[Path, Finished]) -> None:
    folder, done = evaluated
    assert done.returncode == 0
    assert "评测结果（1 份材料）" in done.stdout
    assert "report.html" in done.stderr
    assert "评分细则" not in done.stderr
    before = (folder / "log" / "scores.json").read_bytes()
    again = run("score", "log", cwd=folder)
    assert (again.returncode, again.stdout) == (0, done.stdout)
    assert (folder / "log" / "scores.json").read_bytes() == before
    more = run("--systems", "reference", "--limit", "1", "--out", "log", cwd=folder)
    assert "已有 1 份结果，还差 0 份" in more.stderr
    same = run("compare", "log", "log", cwd=folder)
    assert same.returncode == 0
    assert "+0.00 [+0.00, +0.00]" in same.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "没有写明结果文件夹"),
        (("--out", "x", "--systems", "our"), "没有“our”这个系统"),
        (("--out", "x", "--cases", "none"), "没有这个文件或文件夹"),
        (("score", "none"), "不是评测结果文件夹"),
        (("blind", "none"), "不是评测结果文件夹"),
        (("--limit", "0", "--out", "x"), "--limit"),
    ],
)
def test_mistakes_are_told_before_anything_is_written(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert not (tmp_path / "x").exists()


def test_without_its_model_the_command_says_so(tmp_path: Path) -> None:
    done = run("--limit", "1", "--out", "log", "--model", "none.gguf", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
