"""A model file that is not what it should be: one Chinese message, exit code 3, no traceback."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny import SMALL_MODEL, generate_command

from assistant.llm.catalogue import shipped_models

pytestmark = pytest.mark.model

ENTRY = shipped_models()[SMALL_MODEL]
HEADER = 20_000_000
"""Bytes that hold all metadata of the small model."""


@pytest.fixture
def whole(model_home: Path) -> Path:
    return model_home / "models" / ENTRY.file


def assert_refused(model: Path, *words: str) -> None:
    run = subprocess.run(
        generate_command(model.parent, model), capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == 3, run.stderr
    assert run.stdout == ""
    assert "Traceback" not in run.stderr
    for word in words:
        assert word in run.stderr
    assert not (model.parent / "draft").exists()


def header(whole: Path, model: Path, change: Callable[[bytes], bytes], *, size: int) -> Path:
    """The beginning of the model, changed, and a hole up to `size`."""
    with whole.open("rb") as stream:
        raw = change(stream.read(HEADER))
    model.write_bytes(raw)
    os.truncate(model, size)
    return model


def test_flipped_bit(whole: Path, tmp_path: Path) -> None:
    model = tmp_path / "copy.gguf"
    shutil.copyfile(whole, model)
    with model.open("r+b") as stream:
        stream.seek(ENTRY.bytes // 2)
        byte = stream.read(1)[0]
        stream.seek(ENTRY.bytes // 2)
        stream.write(bytes([byte ^ 1]))
    assert_refused(model, "已损坏", "SHA-256", ENTRY.sha256[:16])


def test_truncated_under_its_own_name(whole: Path, tmp_path: Path) -> None:
    model = header(whole, tmp_path / ENTRY.file, lambda raw: raw, size=ENTRY.bytes - 1)
    assert_refused(model, "不完整", f"{ENTRY.bytes:,}", "assistant model pull")


@pytest.mark.parametrize("size", [200_000_000, HEADER // 1000, 4], ids=["data", "header", "magic"])
def test_truncated_under_another_name(whole: Path, tmp_path: Path, size: int) -> None:
    model = header(whole, tmp_path / "own.gguf", lambda raw: raw, size=size)
    assert_refused(model, "模型文件无法加载", "原因：")


def test_unknown_architecture(whole: Path, tmp_path: Path) -> None:
    model = header(
        whole,
        tmp_path / "own.gguf",
        lambda raw: raw.replace(b"qwen2", b"qwenX"),
        size=ENTRY.bytes + 32,
    )
    assert_refused(model, "不支持的模型架构“qwenX”")


def test_metadata_overwritten(whole: Path, tmp_path: Path) -> None:
    model = header(
        whole,
        tmp_path / "own.gguf",
        lambda raw: raw[:64] + b"\xff" * 64 + raw[128:],
        size=ENTRY.bytes + 32,
    )
    assert_refused(model, "模型文件无法加载")


def test_another_file_of_the_same_size(whole: Path, tmp_path: Path) -> None:
    model = header(whole, tmp_path / "own.gguf", lambda _: b"GGUF", size=ENTRY.bytes)
    assert_refused(model, "SHA-256", f"assistant model add {model}")


def test_no_gguf(tmp_path: Path) -> None:
    model = tmp_path / "own.gguf"
    model.write_bytes(b"PK\x03\x04" + bytes(1000))
    assert_refused(model, "不是 GGUF 模型文件")


def test_no_file(tmp_path: Path) -> None:
    assert_refused(tmp_path / "own.gguf", "没有这个文件")
