"""Reading files of every format and encoding, and telling the user of those that cannot be read."""

from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from assistant.errors import InputError
from assistant.reading import read, readable
from assistant.reading.encoding import decode

TEXT = "局党组对照检查材料\n一、存在的主要问题\n一是学得不深，2023年集中学习8次。\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_every_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(TEXT.encode(encoding))
    assert read(file) == TEXT


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12))
def test_short_gb_text_is_not_taken_for_another_encoding(text: str) -> None:
    # UTF-8 is tried first; a GB text that happens to be valid UTF-8 cannot be told from it.
    raw = text.encode("gb18030")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        assert decode(raw) == text


def test_a_file_cut_within_a_character_keeps_its_encoding(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(TEXT.encode()[:-2])
    assert read(file) == TEXT[:-2] + "\ufffd"


def test_word_and_markdown(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("局党组对照检查材料")
    document.add_paragraph("一是学得不深。")
    document.save(str(tmp_path / "a.docx"))
    assert read(tmp_path / "a.docx") == "局党组对照检查材料\n一是学得不深。"
    (tmp_path / "a.md").write_text("# 标题\n\n正文。\n", encoding="utf-8")
    assert read(tmp_path / "a.md") == "# 标题\n\n正文。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312"])
def test_a_web_page_without_its_scripts(tmp_path: Path, encoding: str) -> None:
    page = (
        f"<html><head><meta charset={encoding}><title>某网</title><style>p{{}}</style></head><body>"
        "<nav>首页</nav><h1>对照检查<b>材料</b></h1><p>一是学得<i>不深</i>。<br>二是干得不实。</p>"
        "<script>var a='广告';</script><!-- 隐 --><table><tr><td>甲</td><td>8次</td></tr></table>"
        "</body></html>"
    )
    (tmp_path / "a.html").write_bytes(page.encode(encoding))
    assert read(tmp_path / "a.html").split("\n") == [
        "对照检查材料", "一是学得不深。", "二是干得不实。", "甲\t8次",
    ]  # fmt: skip


def _pdf(file: Path, lines: list[str]) -> None:
    """A PDF of one page whose text layer holds `lines`, with a font that is not embedded."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    to_unicode = StreamObject()
    to_unicode.set_data(
        b"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange "
        b"1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap"
    )
    name = NameObject
    inner = DictionaryObject(
        {
            name("/Type"): name("/Font"),
            name("/Subtype"): name("/CIDFontType2"),
            name("/BaseFont"): name("/FangSong"),
        }
    )
    font = DictionaryObject(
        {
            name("/Type"): name("/Font"),
            name("/Subtype"): name("/Type0"),
            name("/BaseFont"): name("/FangSong"),
            name("/Encoding"): name("/Identity-H"),
            name("/DescendantFonts"): ArrayObject([inner]),
            name("/ToUnicode"): writer._add_object(to_unicode),
        }
    )
    page[name("/Resources")] = DictionaryObject(
        {name("/Font"): DictionaryObject({name("/F1"): writer._add_object(font)})}
    )
    shown = "".join(
        f"1 0 0 1 90 {740 - 30 * i} Tm <{line.encode('utf-16-be').hex()}> Tj "
        for i, line in enumerate(lines)
    )
    content = StreamObject()
    content.set_data(f"BT /F1 16 Tf {shown} ET".encode())
    page[name("/Contents")] = writer._add_object(content)
    writer.write(file)


def test_the_text_layer_of_a_pdf(tmp_path: Path) -> None:
    _pdf(tmp_path / "a.pdf", ["局党组对照检查材料", "一是学得不深。"])
    assert read(tmp_path / "a.pdf").split("\n") == ["局党组对照检查材料", "一是学得不深。"]


def test_a_scanned_pdf_and_a_locked_one_are_told_apart(tmp_path: Path) -> None:
    _pdf(tmp_path / "scan.pdf", [])
    with pytest.raises(InputError, match="扫描件"):
        read(tmp_path / "scan.pdf")
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")
    with pytest.raises(InputError, match="密码"):
        read(tmp_path / "locked.pdf")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("old.doc", b"\xd0\xcf\x11\xe0", "另存为 .docx"),
        ("a.xlsx", b"PK", "不是能读的格式"),
        ("picture.txt", bytes(range(256)) * 40, "不是文本文件"),
        ("empty.txt", b" \n ", "是空的"),
        ("broken.pdf", b"%PDF-1.4 nothing", "不是完好的 PDF"),
        ("broken.docx", b"PK nothing", "docx"),
        ("empty.html", b"<!-- -->", "网页"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as told_error:
        read(tmp_path / name)
    assert told in str(told_error.value)
    assert name in told_error.value.message


def test_missing_files_and_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有这个文件"):
        read(tmp_path / "none.txt")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(InputError, match="文件夹"):
        read(tmp_path / "folder.txt")


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_the_decoder_fail(raw: bytes) -> None:
    decoded = decode(raw)
    assert decoded is None or isinstance(decoded, str)


def test_which_files_of_a_folder_are_documents() -> None:
    names = ["a.txt", "b.DOCX", "c.doc", "~$b.docx", ".hidden.md", "d.jpg"]
    assert [name for name in names if readable(Path(name))] == ["a.txt", "b.DOCX", "c.doc"]
