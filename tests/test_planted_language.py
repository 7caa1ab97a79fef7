"""Planted errors are found: structure, text, empty talk, closure, privacy."""

import random
from collections import Counter
from dataclasses import dataclass

import pytest
from planted_language import PLANTERS

from assistant.checks.context import CheckContext
from assistant.checks.registry import all_rules
from assistant.checks.rule import Rule
from assistant.settings import data_folder
from assistant.spec import UnitSpec
from assistant.spec_file import read_spec

SEED = 20240112
TRIES = 30
"""Of each kind; not every document has a place for it."""


@dataclass(frozen=True)
class Clean:
    """A worked document that nothing is wrong with."""

    text: str
    spec: UnitSpec


def _clean() -> list[Clean]:
    folders = sorted(file.parent for file in data_folder("fewshot").glob("*/unit.yaml"))
    return [
        Clean((f / "document.md").read_text(encoding="utf-8"), read_spec(f / "unit.yaml"))
        for f in folders
    ]


def _counts(text: str, spec: UnitSpec, rules: list[Rule]) -> Counter[str]:
    context = CheckContext(text, spec=spec)
    return Counter(finding.code for rule in rules for finding in rule.findings(context))


@pytest.mark.parametrize("each", [2, pytest.param(TRIES, marks=pytest.mark.slow)])
def test_planted_errors_are_found(each: int, capsys: pytest.CaptureFixture[str]) -> None:
    """`each` is the most instances of a kind of error."""
    documents = _clean()
    rules = all_rules()
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    missed: list[str] = []
    for kind, (_, plant) in PLANTERS.items():
        for i in range(TRIES):
            if planted[kind] == each:
                break
            chance = random.Random(f"{SEED} {kind} {i}")
            clean = documents[(i + len(kind)) % len(documents)]
            damaged = plant(clean.text, chance)
            if damaged is None or damaged.text == clean.text:
                continue
            asked = [rules[code] for code in damaged.codes]
            before = _counts(clean.text, clean.spec, asked)
            after = _counts(damaged.text, clean.spec, asked)
            planted[kind] += 1
            if any(after[code] > before[code] for code in damaged.codes):
                found[kind] += 1
            else:
                missed.append(f"{kind} {i}")
    by_family = Counter({letter: 0 for letter, _ in PLANTERS.values()})
    found_by_family = Counter(by_family)
    for kind, (letter, _) in PLANTERS.items():
        by_family[letter] += planted[kind]
        found_by_family[letter] += found[kind]
    with capsys.disabled():
        print()
        for kind in PLANTERS:
            print(f"  {kind}: {found[kind]}/{planted[kind]}")
        for letter, count in by_family.items():
            print(f"  {letter}: {found_by_family[letter]}/{count}")
    assert len(PLANTERS) >= 30
    assert planted.total() >= 34 * each
    assert all(planted[kind] for kind in PLANTERS), "a kind of error found no place"
    assert found.total() >= 0.95 * planted.total(), missed
    for letter, count in by_family.items():
        assert found_by_family[letter] >= 0.9 * count, (letter, missed)
