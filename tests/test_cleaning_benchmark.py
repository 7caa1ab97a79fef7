"""How much planted noise the cleaner finds, and what it does to the text around it.

`pytest tests/test_cleaning_benchmark.py -s` prints recall per kind and precision per rule.
"""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from noise import PLANTERS, Plant, plant_all
from rich.console import Console
from rich.table import Table

from assistant.corpus.clean import Cleaned, clean
from assistant.corpus.rules import RULES
from assistant.settings import data_folder
from assistant.text.sentences import split_sentences

DOCUMENTS = sorted(data_folder("fewshot").glob("*/document.md"))
EACH = 2
"""Instances of a kind in one document."""


@dataclass
class Score:
    """What became of the planted instances."""

    planted: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    missed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    changes: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    """Changes by rule, and those of them that touch nothing planted."""
    false_places: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    """Clean stretches that came out otherwise."""
    lost: list[str] = field(default_factory=list)
    """Sentences of the clean text that are gone."""

    @property
    def recall(self) -> float:
        return self.removed.total() / self.planted.total()


def measure(text: str, plants: list[Plant], score: Score) -> None:
    """Plant, clean, and count what happened to each instance and to the text between."""
    pieces: list[tuple[str, str, str]] = []
    behind = 0
    for plant in plants:
        pieces.append((text[behind : plant.start],) * 2 + ("",))
        pieces.append((plant.noisy, plant.truth, plant.kind))
        behind = plant.end
    pieces.append((text[behind:],) * 2 + ("",))
    cleaned = clean("".join(noisy for noisy, _, _ in pieces), RULES)
    outputs = _outputs(cleaned, [len(noisy) for noisy, _, _ in pieces])
    for (noisy, truth, kind), output in zip(pieces, outputs, strict=True):
        if kind:
            score.planted[kind] += 1
            if output == truth:
                score.removed[kind] += 1
            else:
                score.missed[kind].append(f"{noisy!r} → {output!r}")
        elif output != truth:
            score.damaged.append(f"{truth!r} → {output!r}")
    _count_changes(cleaned, pieces, score)
    expected = "".join(truth for _, truth, _ in pieces)
    kept = "".join(cleaned.text.split())
    score.lost += [s for s in split_sentences(expected) if "".join(s.split()) not in kept]


def _outputs(cleaned: Cleaned, lengths: list[int]) -> list[str]:
    """What cleaning made of consecutive stretches of the original."""
    outputs, position, behind = [], 0, 0
    for length in lengths:
        behind += length
        first = position
        while position < len(cleaned.text) and cleaned.starts[position] < behind:
            position += 1
        outputs.append(cleaned.text[first:position])
    return outputs


def _count_changes(cleaned: Cleaned, pieces: list[tuple[str, str, str]], score: Score) -> None:
    noisy = []
    start = 0
    for piece, _, kind in pieces:
        if kind:
            noisy.append((start, start + len(piece)))
        start += len(piece)
    for change in cleaned.changes:
        score.changes[change.rule] += 1
        if not any(change.start < b and a < max(change.end, change.start + 1) for a, b in noisy):
            score.false[change.rule] += 1
            around = cleaned.original[max(change.start - 12, 0) : change.end + 12]
            score.false_places.append(f"{change.rule}: {change.before!r} in {around!r}")


def show(score: Score) -> None:
    """Print the tables."""
    console = Console(width=110)
    table = Table("kind", "planted", "removed", "recall", "a miss")
    for kind, planted in sorted(score.planted.items()):
        miss = next(iter(score.missed[kind]), "")
        recall = score.removed[kind] / planted
        table.add_row(kind, str(planted), str(score.removed[kind]), f"{recall:.3f}", miss[:60])
    console.print(table, markup=False)
    rules = Table("rule", "changes", "in clean text", "precision")
    for rule, changes in sorted(score.changes.items()):
        false = score.false[rule]
        rules.add_row(rule, str(changes), str(false), f"{1 - false / changes:.3f}")
    console.print(rules)
    precision = 1 - score.false.total() / score.changes.total()
    console.print(
        f"planted {score.planted.total()}, recall {score.recall:.4f}, precision {precision:.4f}, "
        f"clean stretches changed {len(score.damaged)}, sentences lost {len(score.lost)}"
    )


@pytest.fixture(scope="module", params=[1, pytest.param(9, marks=pytest.mark.slow)])
def rounds(request: pytest.FixtureRequest) -> int:
    """How often every document is soiled, each time otherwise."""
    number: int = request.param
    return number


@pytest.fixture(scope="module")
def score(rounds: int) -> Score:
    result = Score()
    for number, file in enumerate(DOCUMENTS):
        text = file.read_text(encoding="utf-8")
        for seed in range(rounds):
            dice = random.Random(1000 * number + seed)
            kinds = list(PLANTERS)
            dice.shuffle(kinds)
            measure(text, plant_all(dice, text, kinds, EACH), result)
    show(result)
    return result


def test_planted_noise_is_found(score: Score, rounds: int) -> None:
    assert len(score.planted) >= 25
    assert score.planted.total() >= 340 * rounds
    assert score.recall >= 0.99
    weak = {k: score.missed[k][:3] for k, n in score.planted.items() if score.removed[k] < 0.95 * n}
    assert not weak


def test_no_sentence_around_the_noise_is_lost(score: Score) -> None:
    assert not score.lost
    assert score.false.total() <= 0.005 * score.changes.total()


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: Path(file).parent.name)
def test_a_clean_document_is_left_as_it_is(file: Path) -> None:
    assert not clean(file.read_text(encoding="utf-8"), RULES).changes
