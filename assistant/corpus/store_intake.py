"""Taking documents into the store: read, cleaned, read backwards, and kept unless a twin is."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.corpus.clean import clean
from assistant.corpus.duplicates import signature
from assistant.corpus.processes import in_order
from assistant.corpus.reverse import reverse_spec
from assistant.corpus.reverse_yaml import to_yaml
from assistant.corpus.rules import RULES
from assistant.corpus.store import ExampleStore, FileState, NewExample, Outcome, StoredExample
from assistant.document.parse import parse
from assistant.errors import AssistantError
from assistant.reading import read, readable
from assistant.spec import UnitSpec, problems_of
from assistant.spec_file import read_spec
from assistant.text.sentences import count_characters


@dataclass(frozen=True)
class Taken:
    """What became of a file."""

    file: Path
    outcome: Outcome
    note: str
    """In Chinese: the title that was kept, the twin, or why it was refused."""
    slug: str = ""
    """Under which it was kept."""


def documents_in(paths: Sequence[Path]) -> list[Path]:
    """The documents among files and in folders, at any depth, in order and once each.

    The report that `assistant corpus clean` leaves beside its results is none of them.
    """
    found: dict[Path, None] = {}
    for path in paths:
        inner = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inner:
            if not path.is_dir() or (file.is_file() and readable(file) and not _reports(file)):
                found[file] = None
    return list(found)


def _reports(file: Path) -> bool:
    return file.parent.name == "report" and (file.parent / "summary.json").is_file()


def unread(files: Sequence[Path], store: ExampleStore) -> list[Path]:
    """The files that the store has not read yet, or not in their present state."""
    return [file for file in files if not (file.is_file() and store.has_read(FileState.of(file)))]


def take_in(
    files: Sequence[Path], store: ExampleStore, *, workers: int
) -> Generator[Taken, None, None]:
    """Take the files into the store, in order; each is kept as soon as it is told.

    With one worker no process is started.
    """
    for file, prepared in zip(files, in_order(prepare, files, workers=workers), strict=True):
        yield _keep(file, prepared, store)


def prepare(file: Path) -> NewExample | str:
    """A file as an example, or in Chinese why it cannot be one.

    A `unit.yaml` beside a `document.md` is taken as its spec; otherwise the text is read backwards.
    """
    try:
        text = clean(read(file), RULES).text
        document = parse(text)
        beside = file.with_name("unit.yaml")
        if file.name == "document.md" and beside.is_file():
            spec, yaml = read_spec(beside), beside.read_text(encoding="utf-8-sig")
        else:
            reversed_spec = reverse_spec(document)
            spec, yaml = reversed_spec.spec, to_yaml(reversed_spec)
    except AssistantError as error:
        return error.message
    own = signature(text)
    stored = StoredExample(
        slug=f"{spec.kind}-{own.exact[:10]}",
        title=document.title,
        kind=spec.kind,
        unit=spec.unit,
        characters=count_characters(text),
        facts=_count_facts(spec),
    )
    return NewExample(stored, own, text, yaml)


def _keep(file: Path, prepared: NewExample | str, store: ExampleStore) -> Taken:
    if not file.is_file():
        return Taken(file, "refused", str(prepared))
    state = FileState.of(file)
    store.forget(state)
    if isinstance(prepared, str):
        store.note(state, "refused")
        return Taken(file, "refused", prepared)
    if twin := store.twin_of(prepared.signature):
        store.note(state, "twin")
        return Taken(file, "twin", f"与已收录的“{twin.title}”（{twin.slug}）雷同")
    store.add(prepared, state)
    return Taken(file, "added", prepared.stored.title, prepared.stored.slug)


def _count_facts(spec: UnitSpec) -> int:
    problems = [problem for _, problem in problems_of(spec)]
    works = [work for aspect in spec.aspects for work in aspect.work]
    return sum(len(told.facts) for told in problems) + sum(len(work.facts) for work in works)
