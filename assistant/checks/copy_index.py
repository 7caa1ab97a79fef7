"""An index of many texts on disk, to tell from which of them another text has copied.

A text is cut to its Chinese characters and hashed in runs of `RUN`. Each stretch of `WINDOW` hashes
leaves its least one behind (winnowing), so that every copied run of `RUN + WINDOW - 1` characters
still meets one. The texts that meet are then compared character by character.
"""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.checks.copied import RUN, Copied, Source, Sources, source
from assistant.errors import InputError, reason
from assistant.files import write_private

WINDOW = 12
_MOST_SOURCES = 40
"""Texts that are compared character by character; those that meet most often."""
_FORMAT = 1
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)

Hashes = NDArray[np.uint64]
Codes = NDArray[np.uint16]


def run_hashes(codes: Codes, length: int) -> Hashes:
    """A hash for each run of `length` characters."""
    count = max(0, len(codes) - length + 1)
    hashes = np.zeros(count, dtype=np.uint64)
    wide = codes.astype(np.uint64)
    for i in range(length):
        hashes = hashes * _BASE + wide[i : i + count]
    hashes = (hashes ^ (hashes >> np.uint64(31))) * _MIX
    return hashes ^ (hashes >> np.uint64(29))


def codes_of(characters: str) -> Codes:
    """The characters as numbers; all Chinese ones fit into 16 bits."""
    return np.frombuffer(characters.encode("utf-16-le"), dtype=np.uint16)


def _winnowed(hashes: Hashes, window: int) -> Hashes:
    if len(hashes) > window > 1:
        hashes = np.lib.stride_tricks.sliding_window_view(hashes, window).min(axis=1)
    return np.unique(hashes)


@dataclass(frozen=True)
class CopyIndex:
    """Texts from which another may have copied."""

    names: tuple[str, ...]
    window: int
    codes: Codes
    """The Chinese characters of all texts, one text behind the other."""
    bounds: NDArray[np.int64]
    """Where each text begins in `codes`, and where the last one ends."""
    lines: NDArray[np.uint32]
    """For each line of each text, how many Chinese characters stand before it."""
    line_bounds: NDArray[np.int64]
    keys: Hashes
    """Hashes of runs, sorted."""
    owners: NDArray[np.uint32]
    """The text of each hash."""

    def copied(self, characters: str, wanted: Sequence[bool]) -> Iterator[Copied]:
        """As `Sources.copied`, from the texts that share most hashes."""
        hashes = run_hashes(codes_of(characters), RUN)
        counted = hashes[np.asarray(wanted, dtype=bool)]
        return Sources(map(self._source, self._candidates(counted))).copied(characters, wanted)

    def _candidates(self, hashes: Hashes) -> list[int]:
        """The texts that share most runs, found by the hashes kept."""
        known = np.unique(hashes)
        left = np.searchsorted(self.keys, known, side="left")
        right = np.searchsorted(self.keys, known, side="right")
        found = [self.owners[a:b] for a, b in zip(left, right, strict=True) if b > a]
        if not found:
            return []
        texts, counts = np.unique(np.concatenate(found), return_counts=True)
        return [int(text) for text in texts[np.argsort(-counts, kind="stable")][:_MOST_SOURCES]]

    def _source(self, text: int) -> Source:
        codes = self.codes[self.bounds[text] : self.bounds[text + 1]]
        lines = self.lines[self.line_bounds[text] : self.line_bounds[text + 1]]
        return Source(self.names[text], codes.tobytes().decode("utf-16-le"), lines.tolist())


def build_index(texts: Iterable[tuple[str, str]], *, window: int = WINDOW) -> CopyIndex:
    """The index of texts given as name and text; they are read once and not kept."""
    names: list[str] = []
    codes: list[Codes] = []
    lines: list[NDArray[np.uint32]] = []
    keys: list[Hashes] = []
    for name, text in texts:
        own = source(name, text)
        names.append(name)
        codes.append(codes_of(own.characters))
        lines.append(np.array(own.lines, dtype=np.uint32))
        keys.append(_winnowed(run_hashes(codes[-1], RUN), window))
    owners = np.repeat(np.arange(len(names), dtype=np.uint32), [len(k) for k in keys])
    joined = np.concatenate(keys) if keys else np.zeros(0, dtype=np.uint64)
    order = np.argsort(joined, kind="stable")
    return CopyIndex(
        tuple(names),
        window,
        np.concatenate(codes) if codes else np.zeros(0, dtype=np.uint16),
        _bounds(codes),
        np.concatenate(lines) if lines else np.zeros(0, dtype=np.uint32),
        _bounds(lines),
        joined[order],
        owners[order],
    )


def _bounds(parts: list[Any]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum([len(part) for part in parts]))).astype(np.int64)


_ARRAYS = ("codes", "bounds", "lines", "line_bounds", "keys", "owners")


def save_index(index: CopyIndex, folder: Path) -> None:
    """Write the index into `folder`, readable by the owner alone.

    Raises:
        InputError: the folder cannot be written.
    """
    try:
        for name in _ARRAYS:
            buffer = io.BytesIO()
            np.save(buffer, getattr(index, name), allow_pickle=False)
            write_private(folder / f"{name}.npy", buffer.getvalue())
        meta = {"format": _FORMAT, "window": index.window, "names": index.names}
        write_private(folder / "index.json", json.dumps(meta, ensure_ascii=False))
    except OSError as error:
        raise InputError(f"写不进 {folder}：{reason(error)}。", hint="请检查路径和权限。") from None


_REBUILD = "请重新建立索引。"


def load_index(folder: Path) -> CopyIndex:
    """The index saved in `folder`; its arrays stay on disk until they are needed.

    Raises:
        InputError: there is none, or it is damaged or of another version.
    """
    try:
        meta = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        if meta["format"] != _FORMAT:
            raise ValueError("other format")
        arrays = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in _ARRAYS
        }
        index = CopyIndex(names=tuple(meta["names"]), window=int(meta["window"]), **arrays)
        if len(index.bounds) != len(index.names) + 1 or len(index.keys) != len(index.owners):
            raise ValueError("arrays do not fit together")
    except OSError as error:
        raise InputError(f"读不到索引 {folder}：{reason(error)}。", hint=_REBUILD) from None
    except (ValueError, KeyError, TypeError):
        message = f"{folder}：索引已损坏，或是别的版本建立的。"
        raise InputError(message, hint=_REBUILD) from None
    return index
