"""Every rule finds what it is there for, lets sound text through, and says so in the handbook."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.checks.context import CheckContext
from assistant.checks.data import RuleData
from assistant.checks.engine import check, fix
from assistant.checks.findings import Severity
from assistant.checks.handbook import handbook
from assistant.checks.registry import FAMILIES, all_rules
from assistant.checks.rule import Rule, sample_context
from assistant.checks.rules.typos import Typos
from assistant.settings import data_folder
from assistant.spec_file import read_spec

ROOT = Path(__file__).parents[1]
RULES = [pytest.param(rule, id=code) for code, rule in all_rules().items()]
EXAMPLES = sorted(file.parent for file in data_folder("fewshot").glob("*/unit.yaml"))


@pytest.mark.parametrize("rule", RULES)
def test_bad_examples_are_found_and_good_ones_are_not(rule: Rule) -> None:
    assert len(rule.good) >= 2
    assert len(rule.bad) >= 2
    for bad in rule.bad:
        assert list(rule.findings(sample_context(bad))), bad
    for good in rule.good:
        assert not list(rule.findings(sample_context(good))), good


@pytest.mark.parametrize("rule", RULES)
def test_a_finding_says_where_and_what(rule: Rule) -> None:
    for bad in rule.bad:
        context = sample_context(bad)
        for finding in rule.findings(context):
            assert finding.place
            assert finding.message
            assert 0 <= finding.place.start <= finding.place.end <= len(context.text)
            lines = context.text.splitlines(keepends=True)
            before = sum(map(len, lines[: finding.place.line - 1]))
            assert before + finding.place.column - 1 == finding.place.start


def test_a_fix_mends_its_own_fault() -> None:
    fixable = [rule for rule in all_rules().values() if rule.fixable]
    assert len(fixable) >= 15
    for rule in fixable:
        for bad in rule.bad:
            context = sample_context(bad)
            if all(finding.fix for finding in rule.findings(context)):
                mended = replace(context, text=fix(context, [rule]).text)
                assert not list(rule.findings(mended)), bad


def test_families_are_known_and_codes_regular() -> None:
    letters = {family.letter for family in FAMILIES}
    for code in all_rules():
        assert code[0] in letters
        assert len(code) == 4
        assert code[1:].isdecimal()


def test_the_handbook_is_in_step() -> None:
    written = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == handbook(), "run `make docs`"


def test_no_typo_of_the_list_stands_in_a_right_word() -> None:
    typos = RuleData().section("typos", Typos)
    assert len(typos.pairs) >= 400
    for wrong, right in typos.pairs.items():
        assert wrong != right
        assert not check(CheckContext(right), [all_rules()["T201"]]), right
    for wrong, words in typos.unless.items():
        assert all(wrong in word for word in words)
        for word in words:
            assert not check(CheckContext(word), [all_rules()["T201"]]), word


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
@pytest.mark.parametrize("with_spec", [True, False], ids=["spec", "alone"])
def test_worked_examples_are_clean(folder: Path, with_spec: bool) -> None:
    text = (folder / "document.md").read_text(encoding="utf-8")
    spec = read_spec(folder / "unit.yaml") if with_spec else None
    # A worked example cannot differ from the worked examples.
    rules = [rule for code, rule in all_rules().items() if code[0] != "C"]
    found = check(CheckContext(text, spec=spec), rules)
    told = [f"{f.place and f.place.line} {f.code} {f.message}" for f in found]
    assert not [f for f in found if f.severity is Severity.ERROR], told
    assert sum(f.severity is Severity.WARNING for f in found) <= 1, told
