"""A model of random weights, small enough to be made and used within a fast test.

Its weights are quantised as those of the real models are, so that llama.cpp runs the same kernels.
"""

from pathlib import Path

import gguf
import numpy as np

from assistant.llm.native import load_library

_LAYERS, _WIDTH, _HEADS, _HEADS_KV, _CONTEXT = 2, 256, 4, 2, 4096
_SPECIALS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def write_tiny_model(folder: Path) -> Path:
    """The model as a GGUF file."""
    plain, file = folder / "plain.gguf", folder / "tiny.gguf"
    _write(plain)
    lib = load_library()
    params = lib.llama_model_quantize_default_params()
    params.ftype = lib.LLAMA_FTYPE_MOSTLY_Q4_K_M
    assert lib.llama_model_quantize(str(plain).encode(), str(file).encode(), params) == 0
    return file


def _write(file: Path) -> None:
    writer = gguf.GGUFWriter(file, "qwen2")
    writer.add_block_count(_LAYERS)
    writer.add_context_length(_CONTEXT)
    writer.add_embedding_length(_WIDTH)
    writer.add_feed_forward_length(_WIDTH)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS_KV)
    writer.add_layer_norm_rms_eps(1e-6)
    tokens = [*_byte_spellings(), *_SPECIALS, "ĠĠ"]
    tokens += [f"<unused{i}>" for i in range(-len(tokens) % 32)]
    kinds = [gguf.TokenType.NORMAL] * len(tokens)
    for special in _SPECIALS:
        kinds[tokens.index(special)] = gguf.TokenType.CONTROL
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(["Ġ Ġ"])
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_add_bos_token(False)
    writer.add_chat_template(_TEMPLATE)
    chance = np.random.default_rng(1)

    def add(name: str, *shape: int) -> None:
        weights = chance.normal(0, 1 / np.sqrt(shape[-1]), shape)
        writer.add_tensor(f"{name}.weight", weights.astype(np.float32))

    def add_norm(name: str) -> None:
        writer.add_tensor(f"{name}.weight", np.ones(_WIDTH, np.float32))

    def add_bias(name: str, size: int) -> None:
        writer.add_tensor(f"{name}.bias", np.zeros(size, np.float32))

    part = _WIDTH * _HEADS_KV // _HEADS
    add("token_embd", len(tokens), _WIDTH)
    add("output", len(tokens), _WIDTH)
    add_norm("output_norm")
    for layer in range(_LAYERS):
        block = f"blk.{layer}"
        add_norm(f"{block}.attn_norm")
        add_norm(f"{block}.ffn_norm")
        for name, size in (("q", _WIDTH), ("k", part), ("v", part)):
            add(f"{block}.attn_{name}", size, _WIDTH)
            add_bias(f"{block}.attn_{name}", size)
        for name in ("attn_output", "ffn_gate", "ffn_up", "ffn_down"):
            add(f"{block}.{name}", _WIDTH, _WIDTH)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _byte_spellings() -> list[str]:
    """How GPT-2's vocabulary spells each byte: by itself where it can be seen."""
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = (byte for byte in range(256) if byte not in seen)
    spelled = {byte: chr(byte) for byte in seen}
    spelled |= {byte: chr(256 + i) for i, byte in enumerate(hidden)}
    return [spelled[byte] for byte in range(256)]
