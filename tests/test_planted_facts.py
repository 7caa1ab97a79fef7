"""Planted errors of wording, figures, names and copying are found; clean documents stay clean."""

import random
from collections import Counter

import pytest
from planted_facts import KINDS, Clean

from assistant.checks.context import CheckContext
from assistant.checks.engine import check
from assistant.checks.findings import Severity
from assistant.checks.registry import chosen_rules
from assistant.examples.store import shipped_examples
from assistant.settings import data_folder

FAMILIES = tuple(KINDS)


def _clean() -> list[Clean]:
    texts = {
        example.slug: (data_folder("fewshot") / example.slug / "document.md").read_text("utf-8")
        for example in shipped_examples()
    }
    return [
        Clean(e.slug, texts[e.slug], e.spec, tuple(t for s, t in texts.items() if s != e.slug))
        for e in shipped_examples()
    ]


CLEAN = _clean()


@pytest.mark.parametrize("clean", CLEAN, ids=lambda clean: clean.name)
def test_a_clean_document_stays_clean(clean: Clean) -> None:
    found = check(CheckContext(clean.text, spec=clean.spec), chosen_rules(FAMILIES))
    weights = Counter(finding.severity for finding in found)
    told = [(finding.code, finding.excerpt, finding.message) for finding in found]
    assert weights[Severity.ERROR] == 0, told
    assert weights[Severity.WARNING] <= 1, told


@pytest.mark.parametrize("each", [2, pytest.param(30, marks=pytest.mark.slow)])
def test_planted_errors_are_found(each: int, capsys: pytest.CaptureFixture[str]) -> None:
    """`each` is the number of instances of a kind of error."""
    rng = random.Random(20240115)
    planted: Counter[tuple[str, str]] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    missed: list[tuple[str, str]] = []
    for family, kinds in KINDS.items():
        rules = chosen_rules((family,))
        for name, plant in kinds.items():
            tries = 0
            while planted[family, name] < each and tries < 4 * each:
                tries += 1
                error = plant(rng.choice(CLEAN), rng)
                if error is None:
                    continue
                planted[family, name] += 1
                findings = check(error.context, rules)
                if any(f.place and error.found_by(f.place.start, f.place.end) for f in findings):
                    found[family, name] += 1
                else:
                    missed.append((name, error.context.text[error.start : error.end]))
    with capsys.disabled():
        print()
        for (family, name), count in planted.items():
            print(f"{family} {name:32} {found[family, name]:3} / {count}")
        print(f"all: {found.total()} / {planted.total()}")
    assert len(planted) >= 14
    assert planted.total() >= 34 * each
    assert found.total() >= 0.95 * planted.total(), missed
    for letter in KINDS:
        of_family = sum(n for (family, _), n in planted.items() if family == letter)
        right = sum(n for (family, _), n in found.items() if family == letter)
        assert right >= 0.9 * of_family, missed
