"""The user's own examples: taken in, found again, preferred, and never shown of themselves."""

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner
from unit_specs import unit_spec

from assistant.cli import app
from assistant.corpus.store import ExampleStore, open_store
from assistant.corpus.store_intake import Taken, documents_in, take_in, unread
from assistant.errors import InputError
from assistant.examples.own import own_examples
from assistant.examples.selector import ExampleQuery, SlotExampleSelector, same_document
from assistant.examples.store import (
    WorkedExample,
    formulas,
    read_example,
    shipped_examples,
    slot_examples,
)
from assistant.kinds import get_kind
from assistant.markdown import render
from assistant.settings import data_folder, examples_folder
from assistant.spec import UnitSpec

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ExampleStore]:
    with open_store(tmp_path / "store") as opened:
        yield opened


def document(folder: Path, slug: str) -> Path:
    """A shipped example's document as a bare text, as a unit has it among its files."""
    folder.mkdir(exist_ok=True)
    text = render(next(e for e in shipped_examples() if e.slug == slug).draft)
    file = folder / f"{slug}.txt"
    file.write_text("\n".join(line.lstrip("# ") for line in text.splitlines()), encoding="utf-8")
    return file


def take(store: ExampleStore, *files: Path) -> list[Taken]:
    return list(take_in(files, store, workers=1))


def test_a_folder_is_taken_in_once(store: ExampleStore, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    for example in shipped_examples()[:3]:
        document(raw, example.slug)
    (raw / "notes.txt").write_text("会议通知\n请于周一上午参会。", encoding="utf-8")
    (raw / "table.xlsx").write_bytes(b"PK")
    files = documents_in([raw])
    assert [file.name for file in files] == sorted(
        [f"{e.slug}.txt" for e in shipped_examples()[:3]] + ["notes.txt"]
    )
    assert [taken.outcome for taken in take(store, *files)].count("added") == 3
    assert unread(documents_in([raw]), store) == []
    stored = {example.unit for example in store.examples()}
    assert stored == {example.spec.unit for example in shipped_examples()[:3]}


@pytest.mark.slow
def test_in_processes_the_same_is_kept(store: ExampleStore, tmp_path: Path) -> None:
    files = [document(tmp_path / "raw", e.slug) for e in shipped_examples()[:5]]
    taken = list(take_in(files, store, workers=2))
    assert [t.file for t in taken] == files
    with open_store(tmp_path / "other") as other:
        take(other, *files)
        assert other.examples() == store.examples()


def test_a_twin_is_not_taken_in(store: ExampleStore, tmp_path: Path) -> None:
    first = document(tmp_path, shipped_examples()[0].slug)
    copy = tmp_path / "copy.txt"
    unit = shipped_examples()[0].spec.unit
    text = first.read_text(encoding="utf-8").replace(unit, "云岭市水务局")
    copy.write_text(text.replace("7", "9"), encoding="utf-8")
    assert [taken.outcome for taken in take(store, first, copy)] == ["added", "twin"]
    assert len(store.examples()) == 1


def test_a_changed_file_takes_the_place_of_its_old_state(
    store: ExampleStore, tmp_path: Path
) -> None:
    file = document(tmp_path, shipped_examples()[0].slug)
    take(store, file)
    unit = shipped_examples()[0].spec.unit
    file.write_text(
        file.read_text(encoding="utf-8").replace(unit, "云岭市水务局"), encoding="utf-8"
    )
    assert unread([file], store) == [file]
    assert [taken.outcome for taken in take(store, file)] == ["added"]
    (example,) = store.examples()
    assert example.unit == "云岭市水务局"
    assert [folder.name for folder in (tmp_path / "store").iterdir() if folder.is_dir()] == [
        example.slug
    ]


def test_what_is_removed_may_be_taken_in_again(store: ExampleStore, tmp_path: Path) -> None:
    file = document(tmp_path, shipped_examples()[0].slug)
    take(store, file)
    (example,) = store.examples()
    with pytest.raises(InputError, match="没有收录“nothing”"):
        store.remove([example.slug, "nothing"])
    assert len(store.examples()) == 1
    store.remove([example.slug])
    assert store.examples() == []
    assert not store.folder_of(example.slug).exists()
    assert unread([file], store) == [file]
    assert [taken.outcome for taken in take(store, file)] == ["added"]


def test_a_given_spec_is_kept_and_not_read_off(store: ExampleStore, tmp_path: Path) -> None:
    slug = shipped_examples()[0].slug
    shutil.copytree(data_folder("fewshot") / slug, tmp_path / slug)
    (taken,) = take(store, *documents_in([tmp_path / slug]))
    kept = store.folder_of(taken.slug)
    given = (tmp_path / slug / "unit.yaml").read_text(encoding="utf-8")
    assert (kept / "unit.yaml").read_text(encoding="utf-8") == given


def test_all_is_for_the_owner_alone(store: ExampleStore, tmp_path: Path) -> None:
    take(store, document(tmp_path, shipped_examples()[0].slug))
    for path in [tmp_path / "store", *(tmp_path / "store").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_an_interrupted_intake_leaves_a_store_that_works(
    store: ExampleStore, tmp_path: Path
) -> None:
    files = [document(tmp_path, e.slug) for e in shipped_examples()[:3]]
    intake = take_in(files, store, workers=1)
    next(intake)
    intake.close()
    (stored,) = store.examples()
    # Files of an example that the index does not know, as a crash may leave them.
    orphan = store.folder_of("minzhu-2022-0000000000")
    orphan.mkdir()
    (orphan / "unit.yaml").write_text("half", encoding="utf-8")
    take(store, *unread(files, store))
    assert len(store.examples()) == 3
    assert stored in store.examples()


@pytest.mark.parametrize(
    ("index", "told"),
    [(b"no database" * 100, "读写不了"), (None, "别的版本")],
    ids=["damaged", "newer"],
)
def test_an_index_that_cannot_be_used(tmp_path: Path, index: bytes | None, told: str) -> None:
    file = tmp_path / "index.sqlite"
    if index is None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA user_version = 99")
    else:
        file.write_bytes(index)
    with pytest.raises(InputError, match=told), open_store(tmp_path):
        pass


# Which of them are shown


def kept_examples(tmp_path: Path, kind: str, unit: str) -> tuple[WorkedExample, ...]:
    return own_examples(get_kind(kind), unit, folder=tmp_path / "store")


def test_without_a_store_there_are_none(tmp_path: Path) -> None:
    assert kept_examples(tmp_path, "minzhu-2024", "某市水务局") == ()
    assert not (tmp_path / "store").exists()


def test_the_nearest_come_first_and_reports_stay_out(store: ExampleStore, tmp_path: Path) -> None:
    take(store, *(document(tmp_path / "raw", e.slug) for e in shipped_examples()))
    found = kept_examples(tmp_path, "minzhu-2025", "驼山县水利局")
    assert found[0].kind.id == "minzhu-2025"
    assert found[0].spec.unit.startswith("驼岭县")
    assert {example.kind.genre for example in found} == {"self_examination"}
    assert all(example.own for example in found)


@pytest.mark.slow
@pytest.mark.parametrize("example", shipped_examples(), ids=lambda e: e.slug)
def test_an_own_document_gives_the_paragraphs_that_it_holds(
    example: WorkedExample, store: ExampleStore, tmp_path: Path
) -> None:
    take(store, document(tmp_path, example.slug))
    (own,) = kept_examples(tmp_path, example.kind.id, example.spec.unit)
    shown = {e.slot.claim: e.point.body for e in slot_examples(own) if e.slot.role != "measure"}
    true = {e.slot.claim: e.point.body for e in slot_examples(example) if e.slot.role != "measure"}
    same = [claim for claim, body in true.items() if shown.get(claim) == body]
    assert len(same) >= 0.8 * len(true)


def test_paragraphs_of_generalities_are_not_shown(store: ExampleStore, tmp_path: Path) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not here")
    take(store, *sorted(CORPUS.glob("*.txt")))
    for stored in store.examples():
        for own in own_examples(get_kind(stored.kind), "某市水务局", folder=tmp_path / "store"):
            assert all(e.slot.facts or e.slot.context for e in slot_examples(own))
            assert len(slot_examples(own)) < len(list(own.plan.slots())) / 2


def shown_for(writing: UnitSpec, examples: tuple[WorkedExample, ...]) -> list[WorkedExample]:
    selector = SlotExampleSelector(
        examples, writing=writing, count_tokens=len, token_budget=100_000, most=99
    )
    query = ExampleQuery(role="problem", kind=get_kind(writing.kind), unit=writing.unit, claims="")
    return [e["example"].example for e in selector.select_examples({"query": query})]


def test_an_own_example_goes_before_a_shipped_one_of_its_like(
    store: ExampleStore, tmp_path: Path
) -> None:
    shipped = next(e for e in shipped_examples() if e.kind.id == "minzhu-2024")
    take(store, document(tmp_path, shipped.slug))
    (own,) = kept_examples(tmp_path, "minzhu-2024", "某市水务局")
    shown = shown_for(unit_spec(), (shipped, own))
    assert shown[-1] is own
    assert any(example is shipped for example in shown)


def test_a_twin_of_what_is_written_is_never_shown(store: ExampleStore, tmp_path: Path) -> None:
    shipped = shipped_examples()[0]
    take(store, document(tmp_path, shipped.slug))
    examples = kept_examples(tmp_path, shipped.kind.id, shipped.spec.unit)
    elsewhere = shipped.spec.model_copy(update={"unit": "云岭市水务局"})
    assert same_document(examples[0].spec, elsewhere)
    assert shown_for(elsewhere, (*examples, shipped)) == []
    others = [e.spec for e in shipped_examples() if e is not shipped]
    assert not any(same_document(other, elsewhere) for other in others)


def test_what_own_documents_share_is_no_formula(store: ExampleStore, tmp_path: Path) -> None:
    take(store, document(tmp_path, shipped_examples()[0].slug))
    (own,) = kept_examples(tmp_path, shipped_examples()[0].kind.id, "某局")
    assert formulas([own, own]) == formulas([own]) == frozenset()
    assert formulas([*shipped_examples(), own]) == formulas(shipped_examples())


def test_an_example_that_was_damaged_is_told(store: ExampleStore, tmp_path: Path) -> None:
    (taken,) = take(store, document(tmp_path, shipped_examples()[0].slug))
    (store.folder_of(taken.slug) / "unit.yaml").write_text("kind: nothing", encoding="utf-8")
    with pytest.raises(InputError, match=taken.slug) as caught:
        kept_examples(tmp_path, shipped_examples()[0].kind.id, "某局")
    assert f"remove {taken.slug}" in caught.value.hint


def test_a_shipped_example_is_not_the_users_own() -> None:
    slug = shipped_examples()[0].slug
    assert not read_example(data_folder("fewshot") / slug).own


# The commands


def test_the_commands(tmp_path: Path) -> None:
    run = CliRunner()
    raw = tmp_path / "raw"
    file = document(raw, shipped_examples()[0].slug)
    added = run.invoke(app, ["corpus", "add", str(raw)])
    assert added.exit_code == 0, added.output
    slug = added.stdout.strip()
    assert (examples_folder() / slug / "unit.yaml").is_file()
    listed = run.invoke(app, ["corpus", "list"])
    assert listed.stdout.startswith(f"{slug}  {shipped_examples()[0].spec.unit}  ")
    again = run.invoke(app, ["corpus", "add", str(file), str(tmp_path / "missing.txt")])
    assert again.exit_code == 1
    assert again.stdout == ""
    assert "没有这个文件" in again.stderr
    assert "以前读过 1 份" in again.stderr
    assert run.invoke(app, ["corpus", "remove", slug]).exit_code == 0
    assert "还没有收录" in run.invoke(app, ["corpus", "list"]).stderr
    assert file.is_file()
