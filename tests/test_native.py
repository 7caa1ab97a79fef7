"""Which kernels a model's weights are loaded for."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.llm import native

VNNI = "AVX2 = 1 | AVX512_VNNI = 1 | REPACK = 1"


@pytest.mark.parametrize(
    ("processor", "weights", "asked", "loaded"),
    [
        (VNNI, "qwen2 1.5B Q4_K - Medium", False, [False]),
        (VNNI, "qwen2 1.5B Q4_K - Medium", True, [True]),
        (VNNI, "qwen2 1.5B Q8_0", False, [False, True]),
        ("AVX2 = 1 | REPACK = 1", "qwen2 1.5B Q4_K - Medium", False, [True]),
    ],
    ids=["tiles", "llama.cpp's own wanted", "no K-quants", "no VNNI"],
)
def test_weights_are_repacked_unless_tiles_are_faster(
    monkeypatch: pytest.MonkeyPatch,
    processor: str,
    weights: str,
    asked: bool,
    loaded: list[bool],
) -> None:
    told: list[bool] = []

    def load(*_: object, vocab_only: bool, repacked: bool) -> str:
        assert not vocab_only
        told.append(repacked)
        return "model"

    def describe(_: object, text: Any, _size: int) -> None:
        text.value = weights.encode()

    monkeypatch.setattr(native, "kernels", lambda: processor)
    library = SimpleNamespace(llama_model_free=print, llama_model_desc=describe)
    monkeypatch.setattr(native, "load_library", lambda: library)
    monkeypatch.setattr(native, "_load", load)
    assert native.load_model(Path("any.gguf"), repacked=asked) == "model"
    assert told == loaded
