"""Opening a .docx without trusting it: sizes, ratios and XML are checked before anything is read.

Nothing is ever unpacked to disk; parts are read into memory one by one, within limits.
"""

import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from assistant.errors import InputError, reason

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_XML_BYTES = 16 * 1024 * 1024
"""Of one XML part; 10,000 characters of text take well under 1 MB."""
MAX_RATIO = 200
"""Unpacked to packed; XML written by Word stays below 50."""
MAX_ENTRIES = 4000
_MAX_DIRECTORY_BYTES = 1024 * 1024
_RATIO_COUNTS_FROM = 1024 * 1024

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = {  # the namespaces of "Strict Open XML" mean the same
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": R[1:-1].encode(),
}
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_DIRECTORY = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,  # a seek to where no byte can be
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
)
"""What the zip reader raises on hostile bytes."""


@dataclass(frozen=True)
class WordPackage:
    """A .docx whose sizes have been checked."""

    path: Path
    parts: frozenset[str]
    main: str
    """Name of the document's own part, mostly word/document.xml."""

    def xml(self, name: str) -> etree._Element:
        """The root of an XML part.

        Raises:
            InputError: the part is missing, damaged, too large or declares entities.
        """
        with _opened(self.path) as stream:
            return _parsed(_read(stream, name, self.path), self.path)

    def related(self, kind: str) -> Iterator[etree._Element]:
        """The parts of that kind ("styles", "header", …) which the document refers to."""
        for name in self.related_names(kind):
            yield self.xml(name)

    def related_names(self, kind: str) -> list[str]:
        """Names of the parts of that kind, each once."""
        folder, file = posixpath.split(self.main)
        rels = f"{folder}/_rels/{file}.rels".lstrip("/")
        if rels not in self.parts:
            return []
        found = dict.fromkeys(_targets(self.xml(rels), folder, kind))
        return [name for name in found if name in self.parts]


def open_package(path: Path) -> WordPackage:
    """Check a .docx and say what is in it.

    Raises:
        InputError: missing, damaged, protected by a password, of another format, or too large.
    """
    with _opened(path) as stream:
        _check_outside(stream, path)
        try:
            with zipfile.ZipFile(stream) as archive:
                entries = archive.infolist()
        except _DAMAGE:
            raise damaged(path) from None
        _check_entries(entries, path)
        rels = _parsed(_read(stream, "_rels/.rels", path), path)
    parts = frozenset(entry.filename for entry in entries)
    main = next((name for name in _targets(rels, "", "officeDocument") if name in parts), None)
    if main is None:
        raise damaged(path)
    return WordPackage(path, parts, main)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"读不到 {path}：{reason(error)}。", hint="请检查路径和权限。") from None


def damaged(path: Path) -> InputError:
    """The error for a file that is no sound .docx."""
    return InputError(
        f"{path} 不是 Word 文档（.docx），或者文件已损坏。",
        hint="请用 Word 或 WPS 打开它，另存为 .docx 后再试。",
    )


def _check_outside(stream: BinaryIO, path: Path) -> None:
    """Format and size, before the directory of the archive is read."""
    size = stream.seek(0, 2)
    if size > MAX_FILE_BYTES:
        raise InputError(
            f"{path} 有 {size / 1e6:.0f} MB，超过 {MAX_FILE_BYTES / 1e6:.0f} MB，没有读取。",
            hint="请删去图片和附件，另存一份再试。",
        )
    stream.seek(0)
    if stream.read(8) == _OLE:
        if "EncryptedPackage".encode("utf-16-le") in stream.read():
            raise _locked(path)
        raise InputError(
            f"{path} 是旧的 .doc 格式，读不了。",
            hint="请用 Word 或 WPS 打开它，另存为 .docx 后再试。",
        )
    tail_length = min(size, 65_536 + 42)
    stream.seek(size - tail_length)
    tail = stream.read()
    at = tail.find(_END_OF_DIRECTORY)
    if at < 0:
        raise damaged(path)
    while at >= 0:  # a hostile file may hold several; the reader may take any of them
        end = tail[at : at + 22]
        too_long = len(end) == 22 and struct.unpack_from("<I", end, 12)[0] > _MAX_DIRECTORY_BYTES
        if too_long or tail[max(at - 20, 0) : at].startswith(_ZIP64_LOCATOR):
            raise _bomb(path, "文件目录异常大")
        at = tail.find(_END_OF_DIRECTORY, at + 1)


def _check_entries(entries: list[zipfile.ZipInfo], path: Path) -> None:
    if len(entries) > MAX_ENTRIES:
        raise _bomb(path, f"里面有 {len(entries)} 个文件")
    if any(entry.flag_bits & 1 for entry in entries):
        raise _locked(path)
    # The zip reader never gives more than an entry declares, so these sizes can be relied on.
    total = sum(entry.file_size for entry in entries)
    if total > MAX_UNPACKED_BYTES:
        raise _bomb(path, f"解压后有 {total / 1e6:.0f} MB")
    for entry in entries:
        if entry.file_size > max(entry.compress_size, 1) * MAX_RATIO and (
            entry.file_size > _RATIO_COUNTS_FROM
        ):
            raise _bomb(path, f"压缩比高达 {entry.file_size // max(entry.compress_size, 1)} 倍")


def _read(stream: BinaryIO, name: str, path: Path) -> bytes:
    try:
        with zipfile.ZipFile(stream) as archive:
            size = archive.getinfo(name).file_size
            if size > MAX_XML_BYTES:
                raise _bomb(path, f"其中 {name} 有 {size / 1e6:.0f} MB")
            return archive.read(name)
    except _DAMAGE:
        raise damaged(path) from None


def _parsed(raw: bytes, path: Path) -> etree._Element:
    for strict, usual in _STRICT.items():
        raw = raw.replace(strict, usual)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise damaged(path) from None
    if root.getroottree().docinfo.internalDTD is not None:  # Word never declares entities
        raise damaged(path)
    return root


def _targets(rels: etree._Element, folder: str, kind: str) -> Iterator[str]:
    for relationship in rels.iter(_RELATIONSHIP):
        if relationship.get("TargetMode") == "External":
            continue
        if (relationship.get("Type") or "").rpartition("/")[2] == kind:
            target = relationship.get("Target") or ""
            yield posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _locked(path: Path) -> InputError:
    return InputError(
        f"{path} 设了打开密码，读不了。", hint="请在 Word 或 WPS 里去掉密码，另存一份再试。"
    )


def _bomb(path: Path, what: str) -> InputError:
    return InputError(
        f"{path} {what}，不像正常的 Word 文档，没有读取。",
        hint="如果确是本单位的文件，请用 Word 或 WPS 打开它，另存为 .docx 后再试。",
    )
