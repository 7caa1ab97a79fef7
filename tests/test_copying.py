"""Copied runs are found, in memory and in a saved index, and nothing else is."""

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.checks.against import MANY, prepare
from assistant.checks.context import CheckContext
from assistant.checks.copied import RUN, Exempt
from assistant.checks.copy_index import (
    WINDOW,
    CopyIndex,
    build_index,
    load_index,
    save_index,
)
from assistant.checks.engine import check
from assistant.checks.registry import chosen_rules
from assistant.errors import InputError

LETTERS = "山河湖海春夏秋冬东南西北风雨雷电金木水火土日月星辰花鸟虫鱼琴棋书画米面油盐"
OWN = "班子成员抓工作有布置，少检查，对难事能拖就拖。"


def _text(rng: random.Random, length: int = 400) -> str:
    letters = "".join(rng.choice(LETTERS) for _ in range(length))
    return "。\n".join(letters[i : i + 40] for i in range(0, length, 40))


def _index(*, window: int = WINDOW) -> CopyIndex:
    rng = random.Random(7)
    return build_index([(f"材料{i}", _text(rng)) for i in range(100)], window=window)


def _all(text: str) -> list[bool]:
    return [True] * max(0, len(text) - RUN + 1)


@settings(deadline=None)
@given(st.integers(0, 99), st.integers(0, 350), st.integers(RUN + WINDOW - 1, 50))
def test_a_winnowed_index_misses_no_run_of_two_dozen(which: int, start: int, length: int) -> None:
    index = INDEX
    begin = int(index.bounds[which])
    passage = index.codes[begin + start : begin + min(start + length, 400)].tobytes()
    copied = passage.decode("utf-16-le")
    if len(copied) < RUN + WINDOW - 1:
        return
    text = "甲乙丙丁" * 8 + copied + "子丑寅卯" * 8
    (run,) = index.copied(text, _all(text))
    assert (run.start, run.length, run.name) == (32, len(copied), f"材料{which}")
    assert run.line == start // 40 + 1


INDEX = _index()


def test_a_saved_index_finds_the_same(tmp_path: Path) -> None:
    save_index(INDEX, tmp_path / "index")
    loaded = load_index(tmp_path / "index")
    text = INDEX.codes[1000:1100].tobytes().decode("utf-16-le")
    assert list(loaded.copied(text, _all(text))) == list(INDEX.copied(text, _all(text))) != []
    assert (tmp_path / "index" / "keys.npy").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", ["index.json", "keys.npy", "bounds.npy"])
def test_a_damaged_index_is_refused(tmp_path: Path, damage: str) -> None:
    save_index(INDEX, tmp_path)
    (tmp_path / damage).write_bytes(b"{}")
    with pytest.raises(InputError, match="索引"):
        load_index(tmp_path)
    (tmp_path / damage).unlink()
    with pytest.raises(InputError, match="索引"):
        load_index(tmp_path)


def test_exempt_wordings_cover_their_characters() -> None:
    exempt = Exempt(["坚持问题导向和目标导向"], ["四个意识"])
    covered = exempt.covered("要坚持问题导向增强四个意识要")
    assert "".join("x" if c else "." for c in covered) == ".xxxxxx..xxxx."


def test_many_files_are_indexed_once_and_again_after_a_change(tmp_path: Path) -> None:
    rng = random.Random(3)
    files = [tmp_path / f"{i:03}.txt" for i in range(MANY + 1)]
    for file in files:
        file.write_text(_text(rng), encoding="utf-8")
    files[5].write_bytes(b"\x00\x01\x02%PDF-broken\xff\xfe\xff")
    unread: list[str] = []
    steps: list[None] = []

    def again() -> Path:
        made = prepare(files, unread.append, lambda: steps.append(None))
        assert made.index
        assert not made.others
        return made.index

    first = again()
    assert len(steps) == len(files)
    assert again() == first
    assert len(steps) == len(files)

    copied = files[9].read_text(encoding="utf-8").replace("。\n", "")[100:150]
    context = CheckContext(f"{OWN}{copied}。", day=date(2024, 1, 1), index=first)
    (run, share) = check(context, chosen_rules(("C",)))
    assert (run.code, share.code) == ("C101", "C102")
    assert str(files[9]) in run.message
    assert "第3行" in run.message

    files[9].write_text("另一篇", encoding="utf-8")
    assert again() != first


def test_a_text_is_not_held_against_itself() -> None:
    from assistant.settings import data_folder

    file = next(data_folder("fewshot").glob("*/document.md"))
    assert check(CheckContext(file.read_text(encoding="utf-8")), chosen_rules(("C",))) == []
