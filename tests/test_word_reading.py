"""Reading Word files: what one sees is read; what is damaged or hostile is refused."""

import contextlib
import random
import struct
import tracemalloc
from pathlib import Path

import pytest
from word_files import W_NAMESPACE, relationships, root, save_package, unzipped, zipped

from assistant.errors import InputError
from assistant.export.manuscript import Heading, Manuscript, Paragraph, Passage
from assistant.export.word import write_word
from assistant.reading.word import read_word

MANUSCRIPT = Manuscript(
    "松川县水利局对照检查材料",
    (Heading(1, "一、", "存在的主要问题"), Paragraph((Passage("下乡调研37次。"),))),
)


def paragraph(content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def numbered(number: int, level: int, text: str) -> str:
    reference = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(run(text), reference)


def level(at: int, number_format: str, template: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>{more}'
        f'<w:lvlText w:val="{template}"/></w:lvl>'
    )


NUMBERING = root(
    "numbering",
    '<w:abstractNum w:abstractNumId="0">'
    + level(0, "chineseCountingThousand", "%1、")
    + level(1, "chineseCountingThousand", "（%2）")
    + level(2, "decimal", "%3.")
    + level(3, "decimalEnclosedCircle", "%4")
    + level(4, "chineseCounting", "%1.%5", "<w:isLgl/>")
    + level(5, "bullet", "\uf0b7")
    + "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="3"/></w:lvlOverride></w:num>',
)


def test_automatic_numbers_are_printed(tmp_path: Path) -> None:
    body = "".join(
        numbered(number, at, text)
        for number, at, text in [
            (1, 0, "甲"),
            (1, 1, "乙"),
            (1, 1, "丙"),
            (1, 2, "丁"),
            (1, 3, "戊"),
            (1, 0, "己"),
            (1, 1, "庚"),
            (1, 4, "辛"),
            (1, 5, "壬"),
            (2, 0, "癸"),
            (2, 0, "子"),
            (9, 0, "没有这个编号"),
        ]
    )
    file = save_package(tmp_path / "a.docx", body, {"numbering": NUMBERING})
    assert read_word(file).split("\n") == [
        *("一、甲", "（一）乙", "（二）丙", "1.丁", "①戊"),
        *("二、己", "（一）庚", "2.1 辛", "•壬", "三、癸", "四、子", "没有这个编号"),
    ]


def test_numbers_that_a_style_brings(tmp_path: Path) -> None:
    styles = root(
        "styles",
        '<w:style w:type="paragraph" w:styleId="A"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        '</w:pPr></w:style><w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/>'
        "</w:style>",
    )
    body = paragraph(run("甲"), '<w:pStyle w:val="B"/>') + paragraph(
        run("乙"), '<w:pStyle w:val="B"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    )
    file = save_package(tmp_path / "a.docx", body, {"numbering": NUMBERING, "styles": styles})
    assert read_word(file) == "一、甲\n乙"


def test_the_accepted_view(tmp_path: Path) -> None:
    body = (
        paragraph(
            run("学习")
            + f"<w:del><w:r><w:delText>不够</w:delText></w:r></w:del><w:ins>{run('还不')}</w:ins>"
            + f"<w:moveFrom>{run('旧处')}</w:moveFrom><w:moveTo>{run('新处')}</w:moveTo>"
            + '<w:commentRangeStart w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>'
            + "<w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见</w:t></w:r>"
        )
        + paragraph(run("上半段，"), "<w:rPr><w:del/></w:rPr>")
        + paragraph(run("下半段。"))
    )
    comments = root("comments", f'<w:comment w:id="1">{paragraph(run("批注"))}</w:comment>')
    file = save_package(tmp_path / "a.docx", body, {"comments": comments})
    assert read_word(file) == "学习还不新处\n上半段，下半段。"


def test_tables_boxes_fields_and_breaks_stand_in_order(tmp_path: Path) -> None:
    def cell(*texts: str) -> str:
        return f"<w:tc>{''.join(paragraph(run(text)) for text in texts)}</w:tc>"

    box = f"<w:txbxContent>{paragraph(run('框内'))}</w:txbxContent>"
    compatibility = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    body = (
        paragraph(
            run("框外")
            + f'<w:r><mc:AlternateContent xmlns:mc="{compatibility}"><mc:Choice>{box}</mc:Choice>'
            + f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        )
        + f"<w:tbl><w:tr>{cell('问题', '（详细）')}{cell('措施')}</w:tr>"
        + f"<w:tr><w:trPr><w:del/></w:trPr>{cell('删去')}{cell('的行')}</w:tr></w:tbl>"
        + f"<w:tbl><w:tr>{cell('独格甲', '独格乙')}</w:tr></w:tbl>"
        + paragraph("<w:r><w:instrText>DATE</w:instrText></w:r>" + run("5月"))
        + paragraph(run("题目") + "<w:r><w:br/></w:r>" + run("下行"), '<w:jc w:val="center"/>')
        + paragraph(run("一行") + "<w:r><w:br/></w:r>" + run("又一行"))
        + f"<w:sdt><w:sdtContent>{paragraph(run('控件'))}</w:sdtContent></w:sdt>"
        + paragraph(run("目录项"), '<w:pStyle w:val="TOC1"/>')
    )
    header = root("hdr", paragraph(run("内部资料")))
    footer = root("ftr", paragraph(run("— 1 —")))
    notes = root("footnotes", f'<w:footnote w:id="2">{paragraph(run("脚注"))}</w:footnote>')
    file = save_package(
        tmp_path / "a.docx", body, {"header1": header, "footer1": footer, "footnotes": notes}
    )
    assert read_word(file).split("\n") == [
        *("框外", "框内", "问题 （详细）\t措施", "独格甲", "独格乙", "5月"),
        *("题目下行", "一行", "又一行", "控件", "脚注", "内部资料"),
    ]


def test_a_package_in_strict_open_xml(tmp_path: Path) -> None:
    file = save_package(tmp_path / "a.docx", paragraph(run("正文")))
    strict = {
        name: content.replace(
            W_NAMESPACE.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main"
        )
        for name, content in unzipped(file.read_bytes()).items()
    }
    file.write_bytes(zipped(strict))
    assert read_word(file) == "正文"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


def _entities() -> bytes:
    levels = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    bomb = f'<!DOCTYPE d [<!ENTITY e0 "哈哈">{levels}]>' + root(
        "document", f"<w:body>{paragraph(run('&e9;'))}</w:body>"
    )
    return _with_main(bomb)


def _with_main(document: str | bytes) -> bytes:
    return zipped({**_sound(), "word/document.xml": document})


def _sound() -> dict[str, bytes]:
    return unzipped(write_word(MANUSCRIPT))


def _many_entries() -> bytes:
    return zipped({**_sound(), **{f"word/media/{i}.png": b"" for i in range(5000)}})


def _encrypted_entry() -> bytes:
    raw = bytearray(write_word(MANUSCRIPT))
    at = 0
    while (at := raw.find(b"PK\x01\x02", at)) >= 0:
        raw[at + 8] |= 1
        at += 4
    return bytes(raw)


def _huge_directory() -> bytes:
    raw = write_word(MANUSCRIPT)
    at = raw.rfind(b"PK\x05\x06")
    return raw[: at + 12] + struct.pack("<I", 200_000_000) + raw[at + 16 :]


def _external_main() -> bytes:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    target = "file:///etc/passwd"
    rels = relationships(
        f'<Relationship Id="d" Type="{office}/officeDocument" Target="{target}"'
        ' TargetMode="External"/>'
    )
    return zipped({**_sound(), "_rels/.rels": rels})


REFUSED = {
    "empty": (b"", "不是 Word 文档"),
    "text": ("一、存在的主要问题".encode(), "不是 Word 文档"),
    "old-word": (OLE, "旧的 .doc 格式"),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), "设了打开密码"),
    "encrypted-entry": (_encrypted_entry(), "设了打开密码"),
    "ratio": (_with_main(b" " * 12_000_000), "压缩比高达"),
    "large-part": (_with_main(random.Random(1).randbytes(17_000_000)), "有 17 MB"),
    "unpacked": (
        zipped({**_sound(), **{f"{i}": bytes(1_000_000) for i in range(300)}}),
        "解压后有",
    ),
    "entries": (_many_entries(), "里面有"),
    "directory": (_huge_directory(), "文件目录异常大"),
    "entities": (_entities(), "不是 Word 文档"),
    "no-document": (zipped({"a.txt": b"a"}), "不是 Word 文档"),
    "external-document": (_external_main(), "不是 Word 文档"),
    "no-xml": (_with_main(b"\x00\x01"), "不是 Word 文档"),
    "deep": (_with_main(root("document", "<w:x>" * 5000 + "</w:x>" * 5000)), "不是 Word 文档"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_told(name: str, tmp_path: Path) -> None:
    content, told = REFUSED[name]
    file = tmp_path / "坏.docx"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_word(file)
    assert told in caught.value.message
    assert str(file) in caught.value.message
    assert caught.value.hint


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有这个文件"):
        read_word(tmp_path / "没有.docx")


def _damaged(raw: bytes, rng: random.Random) -> bytes:
    """Bytes cut off, turned over, doubled or moved, or a part with its XML damaged."""
    match rng.randrange(6):
        case 0:
            return raw[: rng.randrange(len(raw))]
        case 1:
            damaged = bytearray(raw)
            for _ in range(rng.randrange(1, 60)):
                damaged[rng.randrange(len(raw))] = rng.randrange(256)
            return bytes(damaged)
        case 2:
            at = rng.randrange(len(raw))
            return raw[:at] + rng.randbytes(rng.randrange(1, 500)) + raw[at:]
        case 3:
            at = raw.rfind(b"PK\x05\x06")
            tail = bytearray(raw[at:])
            for _ in range(3):
                tail[rng.randrange(4, len(tail))] = rng.randrange(256)
            return raw[:at] + bytes(tail)
        case 4:
            parts = unzipped(raw)
            name = rng.choice(sorted(parts))
            content = bytearray(parts[name])
            for _ in range(rng.randrange(1, 20)):
                at = rng.randrange(len(content))
                content[at : at + rng.randrange(5)] = rng.choice(
                    [b"<w:p>", b"</w:p>", b"&#0;", b"\xff", b"<w:tbl>", b'w:val="999999999999"']
                )
            return zipped({**parts, name: bytes(content)})
        case _:
            parts = unzipped(raw)
            outside = rng.choice(["../../outside.txt", "/tmp/outside.txt", "..\\outside.txt"])
            parts.pop(rng.choice(sorted(parts)))
            return zipped({**parts, outside: b"outside"})


@pytest.mark.slow
def test_two_hundred_damaged_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "deep" / "inside"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    raw = write_word(MANUSCRIPT)
    rng = random.Random(20240112)
    file = inside / "坏.docx"
    read = 0
    tracemalloc.start()
    try:
        for _ in range(200):
            file.write_bytes(_damaged(raw, rng))
            with contextlib.suppress(InputError):
                read += bool(read_word(file))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 0 < read < 200
    assert peak < 50_000_000
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [file]
    assert not Path("/tmp/outside.txt").exists()
