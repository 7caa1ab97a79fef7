"""Word files keep to the schema of Office Open XML, so that no program offers to repair them."""

from pathlib import Path

import docx
import pytest
from openxml_audit import OpenXmlValidator

from assistant.draft import Draft
from assistant.examples.store import WorkedExample, shipped_examples
from assistant.export.manuscript import from_draft
from assistant.export.review import make_review
from assistant.export.tracked import track_edits
from assistant.export.word import write_word
from assistant.reading.word import read_word
from assistant.text.edits import Edit

pytestmark = pytest.mark.slow

NOT_REQUIRED = "relationships/theme' is missing"
"""The validator asks for a theme; ISO/IEC 29500-1, 14.2.7 allows none, and Word wants none."""


def faults(file: Path) -> list[str]:
    """What the validator finds in a Word file."""
    errors = OpenXmlValidator().validate(file).errors
    return [str(error) for error in errors if NOT_REQUIRED not in str(error)]


def test_a_fault_is_found(tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    document = docx.Document()
    paragraph = document.add_paragraph("一")
    paragraph._p.append(paragraph._p.get_or_add_pPr())  # the properties behind the text
    document.save(str(file))
    assert faults(file)


@pytest.mark.parametrize("example", shipped_examples(), ids=lambda e: e.slug)
def test_an_example(example: WorkedExample, tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(write_word(from_draft(example.draft)))
    assert not faults(file)


def test_comments_and_tracked_changes(draft: Draft, tmp_path: Path) -> None:
    manuscript = from_draft(draft)
    file = tmp_path / "a.docx"
    file.write_bytes(write_word(manuscript, review=make_review(manuscript, [])))
    assert not faults(file)
    start = read_word(file).index("下乡调研")
    edits = [Edit(start, start + 4, "进村入户"), Edit(start, start, "实地")]
    file.write_bytes(track_edits(file, edits).content)
    assert not faults(file)
