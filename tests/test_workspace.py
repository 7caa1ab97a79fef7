"""Documents as the list of recent ones tells of them."""

from pathlib import Path

from tiny import SLOTS, TINY, write_tiny

from assistant.workspace import look_at, run_folder

_LAST = TINY[TINY.index("  - name: 作风和廉洁自律") :]


def test_paragraphs_whose_problem_is_gone_are_not_counted(tmp_path: Path) -> None:
    spec = write_tiny(tmp_path)
    slots = run_folder(spec) / "slots"
    slots.mkdir(parents=True)
    for name in ("lead", "no.such.slot"):
        (slots / f"{name}.json").write_text("{}", encoding="utf-8")
    card = look_at(spec)
    assert (card.written, card.paragraphs) == (1, SLOTS)


def test_a_spec_that_is_not_complete_has_no_number_of_paragraphs(tmp_path: Path) -> None:
    spec = write_tiny(tmp_path)
    spec.write_text(TINY.replace(_LAST, ""), encoding="utf-8")
    card = look_at(spec)
    assert (card.written, card.paragraphs) == (0, 0)
    assert 0 < card.filled < 100
