"""States of prompt heads on disk: found again, bounded, never trusted when damaged."""

import errno
import os
from pathlib import Path

import pytest

from assistant.llm import prefix_store
from assistant.llm.prefix_store import PrefixStore

KEY, STATE = PrefixStore.key("model", (1, 2)), bytes(range(256)) * 8


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "prefixes"


def read_only(*_: object) -> None:
    raise OSError(errno.EROFS, "Read-only file system")


def test_state_is_found_by_a_later_process(folder: Path) -> None:
    PrefixStore(folder).put(KEY, STATE)
    assert PrefixStore(folder).get(KEY) == STATE


def test_state_with_a_line_break_at_its_beginning(folder: Path) -> None:
    PrefixStore(folder).put(KEY, b"\n\n" + STATE)
    assert PrefixStore(folder).get(KEY) == b"\n\n" + STATE


def test_absent_state(folder: Path) -> None:
    assert PrefixStore(folder).get(KEY) is None


def test_without_a_folder_it_lives_in_memory() -> None:
    store = PrefixStore(None)
    store.put(KEY, STATE)
    assert store.get(KEY) == STATE
    assert PrefixStore(None).get(KEY) is None


def test_key_depends_on_every_part() -> None:
    keys = {
        PrefixStore.key("model", (1, 2)),
        PrefixStore.key("other", (1, 2)),
        PrefixStore.key("model", (1, 2, 3)),
        PrefixStore.key("model", (12,)),
    }
    assert len(keys) == 4


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[:-1],
        lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]),
        lambda raw: raw.replace(b"\n", b"", 1),
        lambda _: b"",
    ],
    ids=["truncated", "bit-flipped", "no-digest", "empty"],
)
def test_damaged_entry_is_dropped(folder: Path, damage: object) -> None:
    assert callable(damage)
    PrefixStore(folder).put(KEY, STATE)
    file = folder / KEY
    file.write_bytes(damage(file.read_bytes()))
    assert PrefixStore(folder).get(KEY) is None
    assert not file.exists()


def test_damaged_entry_that_cannot_be_removed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    PrefixStore(folder).put(KEY, STATE)
    (folder / KEY).write_bytes(b"x")
    monkeypatch.setattr(Path, "unlink", read_only)
    assert PrefixStore(folder).get(KEY) is None


def test_entries_used_longest_ago_are_removed(folder: Path) -> None:
    store = PrefixStore(folder, most_bytes=3 * (len(STATE) + 40))
    for age, key in enumerate(["a", "b", "c"]):
        store.put(key, STATE)
        os.utime(folder / key, (1000 + age, 1000 + age))
    later = PrefixStore(folder, most_bytes=3 * (len(STATE) + 40))
    assert later.get("a") == STATE  # used again, so b is now the oldest
    later.put("d", STATE)
    assert sorted(file.name for file in folder.iterdir()) == ["a", "c", "d"]


def test_read_only_folder_costs_only_the_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefix_store, "write_private", read_only)
    store = PrefixStore(folder)
    store.put(KEY, STATE)
    assert store.get(KEY) == STATE
    assert PrefixStore(folder).get(KEY) is None


def test_state_is_read_from_a_read_only_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    PrefixStore(folder).put(KEY, STATE)
    monkeypatch.setattr(os, "utime", read_only)
    assert PrefixStore(folder).get(KEY) == STATE


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = PrefixStore(tmp_path / "file" / "prefixes")
    store.put(KEY, STATE)
    assert store.get(KEY) == STATE


def test_only_the_owner_may_read(folder: Path) -> None:
    PrefixStore(folder).put(KEY, STATE)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / KEY).stat().st_mode & 0o777 == 0o600
