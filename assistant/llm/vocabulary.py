"""The model's vocabulary as data: what each token spells, and token counts by tiktoken."""

import ctypes
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import tiktoken

SPLIT_PATTERNS = {
    "qwen2": (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
        r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    ),
}
"""Split patterns by the GGUF's `tokenizer.ggml.pre`; the pattern is part of the tokenizer."""


@dataclass(frozen=True)
class Vocabulary:
    """What every token id of a model spells."""

    pieces: tuple[bytes, ...]
    """Bytes by token id; empty for control tokens."""
    controls: frozenset[int]
    """Tokens that steer the chat (`<|im_start|>` and the like), never text."""
    specials: dict[str, int]
    """Spelling of the control tokens."""
    ends: frozenset[int]
    """Tokens that end a generation."""
    pre_tokenizer: str
    begin: str = ""
    """Spelling of the control token that must begin every text; empty where none must."""
    end: str = ""
    """Spelling of the control token that ends a message."""

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Pieces as text; a piece that is no whole UTF-8 text is spelled empty."""
        return tuple(_text(piece) for piece in self.pieces)

    @cached_property
    def encoding(self) -> tiktoken.Encoding | None:
        """The tokenizer as tiktoken; None where the split pattern is not known."""
        pattern = SPLIT_PATTERNS.get(self.pre_tokenizer)
        if pattern is None:
            return None
        ranks = {
            piece: token
            for token, piece in enumerate(self.pieces)
            if piece and token not in self.controls
        }
        return tiktoken.Encoding(
            "gguf", pat_str=pattern, mergeable_ranks=ranks, special_tokens=self.specials
        )


def _text(piece: bytes) -> str:
    try:
        return piece.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def read_vocabulary(lib: ModuleType, model: Any) -> Vocabulary:
    """The vocabulary of a loaded llama.cpp model."""
    vocab = lib.llama_model_get_vocab(model)
    count = lib.llama_vocab_n_tokens(vocab)
    buffer = ctypes.create_string_buffer(1024)
    pieces: list[bytes] = []
    specials: dict[str, int] = {}
    for token in range(count):
        special = lib.llama_vocab_is_control(vocab, token)
        length = lib.llama_token_to_piece(vocab, token, buffer, len(buffer), 0, True)
        spelled = buffer.raw[: max(length, 0)]
        if special:
            specials[spelled.decode("utf-8", "replace")] = token
        pieces.append(b"" if special else spelled)
    spellings = {token: spelling for spelling, token in specials.items()}
    begin = lib.llama_vocab_bos(vocab) if lib.llama_vocab_get_add_bos(vocab) else -1
    return Vocabulary(
        pieces=tuple(pieces),
        controls=frozenset(specials.values()),
        specials=specials,
        ends=frozenset(t for t in range(count) if lib.llama_vocab_is_eog(vocab, t)),
        pre_tokenizer=read_metadata(lib, model, "tokenizer.ggml.pre"),
        begin=spellings.get(begin, ""),
        end=spellings.get(lib.llama_vocab_eos(vocab), ""),
    )


def read_metadata(lib: ModuleType, model: Any, key: str) -> str:
    """A metadata value of the GGUF; empty when absent."""
    size = 256
    while True:
        buffer = ctypes.create_string_buffer(size)
        length = lib.llama_model_meta_val_str(model, key.encode(), buffer, size)
        if length < size:
            return buffer.value.decode("utf-8", "replace") if length > 0 else ""
        size = length + 1
