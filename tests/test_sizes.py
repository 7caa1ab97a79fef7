"""Threads, rows and cells: chosen from the machine, from what was measured, from what is set."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from assistant.llm import calibration
from assistant.llm.calibration import calibrate, read_wanted, save_wanted
from assistant.llm.sizes import (
    LEAST_CONTEXT,
    Machine,
    Measured,
    Wanted,
    choose_sizes,
    choose_threads,
    this_machine,
)
from assistant.settings import engine_file

GIB = 1 << 30
RISING = {8: 17.0, 16: 25.0, 32: 36.0, 48: 40.0}
FLAT = {8: 33.0, 16: 36.0, 32: 37.0, 48: 35.0}
FILE = Path("some.gguf")
NOTHING = Wanted()


def sizes(
    rates: Mapping[int, float] = RISING, *, memory: int = 16 * GIB, wanted: Wanted = NOTHING
) -> dict[str, int]:
    measured = Measured(cell_bytes=28_672, rates=rates)
    chosen = choose_sizes(Machine(4, memory), wanted, measured, model_bytes=GIB)
    return {name: size["value"] for name, size in asdict(chosen).items()}


def test_rows_as_long_as_they_gain_something() -> None:
    assert sizes(RISING) == {"threads": 4, "rows": 48, "context": 18_432}
    assert sizes(FLAT) == {"threads": 4, "rows": 16, "context": 6144}
    assert sizes(dict.fromkeys(FLAT, 30.0)) == {"threads": 4, "rows": 8, "context": 4096}


def test_little_memory_takes_rows_first_and_cells_last() -> None:
    tight = GIB + 800_000_000 + 10_000 * 28_672
    assert sizes(memory=tight) == {"threads": 4, "rows": 16, "context": 6144}
    assert sizes(memory=GIB) == {"threads": 4, "rows": 8, "context": LEAST_CONTEXT}


def test_what_the_user_sets_is_taken() -> None:
    wanted = Wanted(threads=3, rows=16, context=5000)
    assert sizes(memory=GIB, wanted=wanted) == {"threads": 3, "rows": 16, "context": 5000}
    assert sizes(wanted=Wanted(context=9000)) == {"threads": 4, "rows": 16, "context": 9000}


def test_each_size_has_its_reason() -> None:
    measured = Measured(28_672, RISING)
    chosen = choose_sizes(Machine(4, 16 * GIB), Wanted(threads=2), measured, model_bytes=GIB)
    assert chosen.threads.why == "由用户指定"
    assert "32 路 36.0" in chosen.rows.why
    assert choose_threads(Machine(4, GIB), Wanted()).why == "可用的物理核心有 4 个"


def test_this_machine_has_cores_and_memory() -> None:
    machine = this_machine()
    assert machine.cores >= 1
    assert machine.memory > 100_000_000


@pytest.fixture
def measurings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was measured, with an engine in between that always tells the same."""
    done: list[tuple[str, int]] = []

    class Scripted:
        cell_bytes = 1024

        def __init__(self, _file: Path, *, model_hash: str, threads: int, **_: object) -> None:
            done.append((model_hash, threads))

        def decode_rate(self, sequences: int, **_: object) -> float:
            return 2.0 * sequences

        def close(self) -> None:
            pass

    monkeypatch.setattr(calibration, "Engine", Scripted)
    return done


def test_a_model_is_measured_once_on_a_machine(measurings: list[tuple[str, int]]) -> None:
    first = calibrate(FILE, "abc", 2)
    assert first == Measured(1024, {8: 16.0, 16: 32.0, 32: 64.0, 48: 96.0})
    assert calibrate(FILE, "abc", 2) == first
    calibrate(FILE, "def", 2)
    calibrate(FILE, "abc", 3)
    calibrate(FILE, "def", 2)
    assert measurings == [("abc", 2), ("def", 2), ("abc", 3)]


@pytest.mark.parametrize(
    "damage",
    [b"", b"[]", b"\xff", b'{"measured": 3}', b'{"measured": {}, "wanted": {"speed": 1}}'],
)
def test_a_damaged_file_is_as_good_as_none(
    measurings: list[tuple[str, int]], damage: bytes
) -> None:
    calibrate(FILE, "abc", 2)
    engine_file().write_bytes(damage)
    assert read_wanted() == Wanted()
    assert calibrate(FILE, "abc", 2).rates[16] == 32.0
    assert calibrate(FILE, "abc", 2).rates[16] == 32.0
    assert len(measurings) == 2


def test_damaged_rates_are_measured_again(measurings: list[tuple[str, int]]) -> None:
    calibrate(FILE, "abc", 2)
    text = engine_file().read_text(encoding="utf-8")
    engine_file().write_text(text.replace('"32"', '"33"'), encoding="utf-8")
    calibrate(FILE, "abc", 2)
    assert len(measurings) == 2


def test_what_is_set_and_what_is_measured_stand_side_by_side(
    measurings: list[tuple[str, int]],
) -> None:
    save_wanted(Wanted(rows=16))
    calibrate(FILE, "abc", 2)
    assert read_wanted() == Wanted(rows=16)
    save_wanted(Wanted())
    calibrate(FILE, "abc", 2)
    assert read_wanted() == Wanted()
    assert len(measurings) == 1
