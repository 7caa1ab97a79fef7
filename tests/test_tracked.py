"""Tracked changes: accepting gives the edited text, refusing gives the old one."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from word_files import manuscripts, root, save_package, unzipped

from assistant.export.manuscript import Manuscript
from assistant.export.tracked import track_edits
from assistant.export.word import write_word
from assistant.reading.word import read_word
from assistant.reading.word_package import W
from assistant.text.edits import Edit, apply_edits


def tracked(file: Path, edits: list[Edit], out: Path) -> tuple[str, str]:
    """The text of the revised file with all changes accepted, and with all refused."""
    out.write_bytes(track_edits(file, edits).content)
    accepted = read_word(out)
    parts = unzipped(out.read_bytes())
    main = etree.fromstring(parts["word/document.xml"])
    for inserted in list(main.iter(f"{W}ins")):
        parent = inserted.getparent()
        assert parent is not None
        parent.remove(inserted)
    for deleted in list(main.iter(f"{W}del")):
        deleted.tag = f"{W}smartTag"
        for text in deleted.iter(f"{W}delText"):
            text.tag = f"{W}t"
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in (parts | {"word/document.xml": etree.tostring(main)}).items():
            archive.writestr(name, content)
    return accepted, read_word(out)


@pytest.mark.slow
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(manuscripts(), st.data())
def test_any_edits_can_be_accepted_or_refused(
    tmp_path: Path, manuscript: Manuscript, data: st.DataObject
) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(write_word(manuscript))
    text = read_word(file)
    places = st.integers(0, len(text))
    edits = [
        Edit(min(a, b), max(a, b), new)
        for a, b, new in data.draw(
            st.lists(st.tuples(places, places, st.sampled_from(["", "新", "替换<&>"])), max_size=8)
        )
        if a != b or new
    ]
    result = track_edits(file, edits)
    assert {*result.placed, *result.refused} == set(edits)
    accepted, refused = tracked(file, list(result.placed), tmp_path / "b.docx")
    assert accepted == apply_edits(text, result.placed)[0]
    assert refused == text
    carried_out = track_edits(file, edits, track=False)
    assert carried_out.placed == result.placed
    assert b"<w:del " not in unzipped(carried_out.content)["word/document.xml"]
    (tmp_path / "c.docx").write_bytes(carried_out.content)
    assert read_word(tmp_path / "c.docx") == accepted


BODY = (
    '<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>各自为</w:t></w:r><w:r><w:t xml:space="preserve">阵 </w:t>'
    '<w:tab/><w:t>不够，。</w:t></w:r><w:ins w:id="7" w:author="甲">'
    "<w:r><w:t>新加</w:t></w:r></w:ins></w:p><w:p><w:r><w:t>下段</w:t></w:r></w:p>"
)


def test_a_revision_keeps_the_look_and_names_its_author(tmp_path: Path) -> None:
    file = save_package(tmp_path / "a.docx", BODY)
    assert read_word(file) == "各自为阵 \t不够，。新加\n下段"
    when = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    result = track_edits(file, [Edit(2, 4, "为政"), Edit(8, 10, "。")], author="办公室", when=when)
    xml = unzipped(result.content)["word/document.xml"].decode()
    assert 'w:author="办公室" w:date="2025-01-02T03:04:05Z"' in xml
    assert "<w:ins" in xml
    inserted = xml[xml.index("为政") - 120 : xml.index("为政")]
    assert "<w:b/>" in inserted
    ids = [element.get(f"{W}id") for element in etree.fromstring(xml.encode()).iter()]
    named = [number for number in ids if number]
    assert len(named) == len(set(named)) == 6
    (tmp_path / "b.docx").write_bytes(result.content)
    assert read_word(tmp_path / "b.docx") == "各自为政 \t不够。新加\n下段"


def test_what_no_run_holds_is_refused(tmp_path: Path) -> None:
    file = save_package(tmp_path / "a.docx", BODY, {"header1": root("hdr", "<w:p/>")})
    over_tab, over_end, new_line = Edit(4, 7, "，"), Edit(11, 14, ""), Edit(0, 1, "甲\n乙")
    result = track_edits(file, [over_tab, over_end, new_line, Edit(0, 1, "格")])
    assert result.placed == (Edit(0, 1, "格"),)
    assert set(result.refused) == {over_tab, over_end, new_line}


def test_all_other_parts_stay_as_they_are(tmp_path: Path) -> None:
    file = save_package(tmp_path / "a.docx", BODY, {"header1": root("hdr", "<w:p/>")})
    old, new = file.read_bytes(), track_edits(file, [Edit(0, 1, "格")]).content
    before, after = unzipped(old), unzipped(new)
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == ["word/document.xml"]
    assert zipfile.ZipFile(io.BytesIO(new)).testzip() is None
