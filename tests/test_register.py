"""Registering a user's own GGUF: what is taken, what is refused and why."""

import hashlib
import struct
from pathlib import Path

import pytest
from platformdirs import user_data_path
from typer.testing import CliRunner

from assistant.cli_model import app
from assistant.errors import AssistantError, InputError, ModelError
from assistant.llm import register
from assistant.llm.catalogue import find_model, load_catalogue, registered_models, shipped_models
from assistant.llm.register import add

SHIPPED = shipped_models()["qwen2.5-coder-0.5b-instruct-q4_k_m"]
REAL = user_data_path("drafting-assistant", False) / "models" / SHIPPED.file

METADATA: dict[str, object] = {
    "general.architecture": "qwen2",
    "general.name": "Tiny Chat 测试",
    "general.license": "mit",
    "qwen2.context_length": 64,
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.pre": "qwen2",
    "tokenizer.ggml.tokens": ["a", "b", "Ċ", "<|im_end|>"],
    "tokenizer.ggml.token_type": [1, 1, 1, 3],
    "tokenizer.ggml.merges": ["a b"],
    "tokenizer.ggml.bos_token_id": 3,
    "tokenizer.ggml.eos_token_id": 3,
    "tokenizer.chat_template": "{{ messages }}",
}
UINT32, INT32, STRING, ARRAY = 4, 5, 8, 9


def gguf(**changes: str | int | None) -> bytes:
    """A tiny valid GGUF of one tensor; a keyword `general__name` sets `general.name`."""
    edits = {key.replace("__", "."): value for key, value in changes.items()}
    metadata = {k: v for k, v in {**METADATA, **edits}.items() if v is not None}
    raw = b"GGUF" + struct.pack("<IQQ", 3, 1, len(metadata))
    for key, value in metadata.items():
        raw += _string(key) + _value(value)
    raw += _string("token_embd.weight") + struct.pack("<IQQIQ", 2, 32, 4, 0, 0)
    raw += bytes(-len(raw) % 32)
    return raw + bytes(32 * 4 * 4)


def _value(value: object) -> bytes:
    """A metadata value behind its type."""
    match value:
        case str():
            return struct.pack("<I", STRING) + _string(value)
        case int():
            return struct.pack("<II", UINT32, value)
        case [str(), *_]:
            packed = b"".join(_string(str(item)) for item in value)
            return struct.pack("<IIQ", ARRAY, STRING, len(value)) + packed
        case [*numbers]:
            packed = struct.pack(f"<{len(numbers)}i", *numbers)
            return struct.pack("<IIQ", ARRAY, INT32, len(numbers)) + packed
    raise TypeError(value)


def _string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ASSISTANT_MODEL", raising=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "own.gguf"
    file.write_bytes(gguf())
    return file


def test_added_model_is_found_by_name(file: Path) -> None:
    entry = add(file)
    assert entry.name == "tiny-chat-测试"
    assert (entry.context, entry.licence) == (64, "mit")
    assert entry.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    found = find_model("tiny-chat-测试")
    assert (found.file, found.entry) == (file, entry)
    assert list(load_catalogue())[-1] == entry.name


def test_path_is_kept_absolute(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    assert add(Path("own.gguf")).file == file


def test_names_are_unique_and_a_path_is_registered_once(file: Path) -> None:
    other = file.with_name("other.gguf")
    other.write_bytes(gguf())
    assert add(file).name == "tiny-chat-测试"
    assert add(other).name == "tiny-chat-测试-2"
    assert add(file, name="renamed").name == "renamed"
    assert {n: e.file for n, e in registered_models().items()} == {
        "tiny-chat-测试-2": other,
        "renamed": file,
    }


def test_file_name_stands_in_for_a_missing_title(file: Path) -> None:
    file.write_bytes(gguf(general__name=None))
    assert add(file).name == "own"


@pytest.mark.parametrize("name", ["a/b", "", "two words", "x.gguf", SHIPPED.name])
def test_name_that_is_taken_or_none(name: str, file: Path) -> None:
    with pytest.raises(InputError, match=r"不能作模型名|已被占用"):
        add(file, name=name)


def test_changed_file_no_longer_counts_as_the_registered_one(file: Path) -> None:
    add(file)
    file.write_bytes(gguf()[:-1] + b"?")
    with pytest.raises(ModelError, match="已损坏") as caught:
        find_model("tiny-chat-测试").verify()
    assert "assistant model add" in caught.value.hint
    assert add(file).name == "tiny-chat-测试"
    find_model("tiny-chat-测试").verify()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "没有这个文件"),
        (b"", "不是 GGUF"),
        (b"PK\x03\x04 a zip", "不是 GGUF"),
        (b"GGUF", "已损坏"),
        (gguf()[:-1], "不完整（被截断）"),
        (gguf()[:200], "已损坏"),
        (gguf(general__architecture="abacus"), "不支持的模型架构“abacus”"),
        (gguf(tokenizer__chat_template=None), "没有对话模板"),
        (gguf(qwen2__context_length=None), "没有写明上下文长度"),
    ],
)
def test_file_that_is_no_usable_model(
    content: bytes | None, reason: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.gguf"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelError, match=reason) as caught:
        add(file)
    assert str(file) in caught.value.message
    assert caught.value.hint
    assert not registered_models()
    assert capfd.readouterr() == ("", "")


def test_one_volume_of_several_is_refused(file: Path) -> None:
    volume = file.rename(file.with_name("own-00001-of-00003.gguf"))
    with pytest.raises(ModelError, match="第 1 卷，共 3 卷"):
        add(volume)


def test_damaged_copy_of_a_shipped_model_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    namesake = SHIPPED.model_copy(update={"file": Path(file.name)})
    monkeypatch.setattr(register, "shipped_models", lambda: {namesake.name: namesake})
    with pytest.raises(ModelError, match="同名而内容不同"):
        add(file)


def test_command_prints_the_name_and_tells_of_errors(file: Path) -> None:
    result = CliRunner().invoke(app, ["add", str(file), "--name", "mine"])
    assert (result.exit_code, result.stdout) == (0, "mine\n")
    file.unlink()
    again = CliRunner().invoke(app, ["add", str(file)])
    assert isinstance(again.exception, AssistantError)
    assert "文件不在" in CliRunner().invoke(app, ["list"]).stdout


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_file(), reason="the small model is not pulled")
def test_real_model_and_its_truncated_copy(tmp_path: Path) -> None:
    entry = add(REAL)
    assert (entry.context, entry.sha256) == (SHIPPED.context, SHIPPED.sha256)
    short = tmp_path / "short.gguf"
    with REAL.open("rb") as whole:
        short.write_bytes(whole.read(20_000_000))
    with pytest.raises(ModelError, match="被截断"):
        add(short)
