"""What LibreOffice makes of the Word files; skipped where it is not installed."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from lxml import etree
from word_files import unzipped

from assistant.draft import Draft
from assistant.examples.store import shipped_examples
from assistant.export.manuscript import from_draft
from assistant.export.review import make_review
from assistant.export.tracked import track_edits
from assistant.export.word import write_word
from assistant.reading.word import read_word
from assistant.reading.word_package import W
from assistant.text.edits import Edit

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("soffice") and shutil.which("pdftotext")),
        reason="needs LibreOffice and poppler",
    ),
]
_HTML = "{http://www.w3.org/1999/xhtml}"


def convert(file: Path, target: str, folder: Path) -> Path:
    """The file in another format, in `folder`."""
    profile = (folder / "profile").as_uri()
    command = ["soffice", "--headless", f"-env:UserInstallation={profile}"]
    subprocess.run(
        [*command, "--convert-to", target, "--outdir", folder / "out", file],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return folder / "out" / f"{file.stem}.{target}"


def printed_lines(pdf: Path) -> list[list[tuple[float, float, float, str]]]:
    """By page: left edge, right edge and lower edge of each line in points, and its text."""
    done = subprocess.run(["pdftotext", "-bbox-layout", pdf, "-"], check=True, capture_output=True)
    pages = []
    for page in etree.fromstring(done.stdout).iter(f"{_HTML}page"):
        lines: dict[int, list[tuple[float, float, float, str]]] = {}
        for word in page.iter(f"{_HTML}word"):
            left, right, low = (float(word.get(k) or 0) for k in ("xMin", "xMax", "yMax"))
            lines.setdefault(round(low / 6), []).append((left, right, low, word.text or ""))
        pages.append(
            [
                (words[0][0], words[-1][1], words[0][2], "".join(word[3] for word in words))
                for words in (sorted(line) for _, line in sorted(lines.items()))
            ]
        )
    return pages


def test_printed_as_the_standard_wants_it(tmp_path: Path) -> None:
    example = max(shipped_examples(), key=lambda example: example.draft.characters)
    file = tmp_path / "a.docx"
    file.write_bytes(write_word(from_draft(example.draft)))
    pages = printed_lines(convert(file, "pdf", tmp_path))
    mm = 72 / 25.4
    bodies = [[line for line in page if line[2] < (297 - 30) * mm] for page in pages]
    numbers = [[line for line in page if line[2] >= (297 - 30) * mm] for page in pages]
    assert max(map(len, bodies)) == 22
    # LibreOffice lets marks hang over the edge, whatever the file says: lines that end in one
    # tell nothing about the width.
    full = re.compile(r"[\u4e00-\u9fff、，。；：“”（）]+[\u4e00-\u9fff]")
    filled = [
        (right, len(text))
        for page in bodies
        for left, right, _, text in page
        if full.fullmatch(text) and left < 28.5 * mm and right > 183 * mm
    ]
    assert all(left > 27.5 * mm for page in bodies for left, _, _, _ in page)
    assert all(abs(right - 184 * mm) < 0.5 * mm for right, _ in filled)
    lengths = [length for _, length in filled]
    assert len(lengths) > 10
    assert lengths.count(28) > 0.9 * len(lengths)
    for page, ((left, right, _, text),) in enumerate(numbers, 1):
        assert text == f"—{page}—"
        assert left > 150 * mm if page % 2 else right < 60 * mm


def test_comments_and_tracked_changes_survive(draft: Draft, tmp_path: Path) -> None:
    manuscript = from_draft(draft)
    file = tmp_path / "a.docx"
    file.write_bytes(write_word(manuscript, review=make_review(manuscript, [])))
    before = [comment.text for comment in docx.Document(str(file)).comments]
    assert before
    text = read_word(file)
    start = text.index("下乡调研")
    result = track_edits(file, [Edit(start, start + 4, "进村入户"), Edit(start, start, "实地")])
    file.write_bytes(result.content)
    accepted = read_word(file)
    back = convert(convert(file, "odt", tmp_path), "docx", tmp_path)
    after = [comment.text for comment in docx.Document(io.BytesIO(back.read_bytes())).comments]
    assert after == before
    main = etree.fromstring(unzipped(back.read_bytes())["word/document.xml"])
    inserted = [t.text or "" for i in main.iter(f"{W}ins") for t in i.iter(f"{W}t")]
    deleted = [t.text or "" for d in main.iter(f"{W}del") for t in d.iter(f"{W}delText")]
    assert "".join(inserted) == "实地进村入户"
    assert "".join(deleted) == "下乡调研"
    # LibreOffice puts an empty paragraph before a page break.
    assert [line for line in read_word(back).split("\n") if line] == accepted.split("\n")
