"""Twins among documents: the same text, or one that was written over from another.

MinHash signatures of what a text says (runs of Chinese characters; layout, marks and figures do
not count) estimate how much two texts have in common; only texts that share a band of their
signatures are compared at all, so that ten thousand documents take minutes, not days.
"""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from datasketch import LeanMinHash, MinHash, MinHashLSH

from assistant.text.sentences import han

SHINGLE = 6
"""Characters of a run."""
TWINS = 0.3
"""Estimated share of common runs (Jaccard) from which two texts are twins.

Different documents of a kind share its headings and formulas, less than 0.1 of their runs; one
with a third of its paragraphs gone, or every thirtieth character changed, keeps 0.45 and more.
"""

_PERMUTATIONS = 128
_SEED = 1


@dataclass(frozen=True)
class Signature:
    """What is kept of a text in order to know its twins."""

    exact: str
    """Hash of the Chinese characters alone."""
    minhash: bytes
    """The MinHash values, four bytes each."""

    def likeness(self, other: "Signature") -> float:
        """Estimated share of common runs, 0 to 1; the standard error is at most 0.05."""
        if self.exact == other.exact:
            return 1.0
        return float(np.mean(_values(self) == _values(other)))


def signature(text: str) -> Signature:
    """The signature of a text."""
    said = han(text)
    runs = {said[i : i + SHINGLE] for i in range(max(1, len(said) - SHINGLE + 1))}
    minhash = MinHash(num_perm=_PERMUTATIONS, seed=_SEED, hashfunc=zlib.crc32)
    minhash.update_batch([run.encode() for run in runs])
    digest = hashlib.sha256(said.encode()).hexdigest()
    return Signature(digest, minhash.hashvalues.astype("<u4").tobytes())


class TwinIndex:
    """Signatures by name, searched for twins; grows as documents are added."""

    def __init__(self) -> None:
        self._signatures: dict[str, Signature] = {}
        # Searches wide, at half the threshold; `likeness` decides.
        self._bands = MinHashLSH(threshold=TWINS / 2, num_perm=_PERMUTATIONS)

    def __len__(self) -> int:
        return len(self._signatures)

    def add(self, name: str, signature: Signature) -> None:
        """Keep a signature under a name that is not in use."""
        self._bands.insert(name, _minhash(signature))
        self._signatures[name] = signature

    def twins(self, signature: Signature) -> list[str]:
        """The names of the kept texts that are twins of this one, the likest first."""
        found = [
            (-self._signatures[name].likeness(signature), name)
            for name in self._bands.query(_minhash(signature))
        ]
        return [name for likeness, name in sorted(found) if -likeness >= TWINS]


def twin_groups(signatures: Mapping[str, Signature]) -> list[tuple[str, ...]]:
    """The names in groups of twins, and of twins' twins; one without a twin is a group of its own.

    A split of the documents that keeps each group on one side has no twin on both.
    """
    index = TwinIndex()
    leader: dict[str, str] = {}

    def lead(name: str) -> str:
        while leader[name] != name:
            leader[name] = name = leader[leader[name]]
        return name

    for name, own in signatures.items():
        leader[name] = name
        for twin in index.twins(own):
            leader[lead(twin)] = lead(name)
        index.add(name, own)
    groups: dict[str, list[str]] = {}
    for name in signatures:
        groups.setdefault(lead(name), []).append(name)
    return [tuple(group) for group in groups.values()]


def _values(signature: Signature) -> "np.ndarray[tuple[int], np.dtype[np.uint32]]":
    return np.frombuffer(signature.minhash, dtype="<u4")


def _minhash(signature: Signature) -> LeanMinHash:
    return LeanMinHash(seed=_SEED, hashvalues=_values(signature).astype(np.uint64))
