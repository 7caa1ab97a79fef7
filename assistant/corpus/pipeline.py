"""A folder of raw documents → a folder of worked examples, with a report of what was taken out.

    OUT/<slug>/document.md, unit.yaml    the cleaned document and the spec read off it
    OUT/report/<slug>.json, <slug>.html  every edit with its place; before and after side by side
    OUT/report/summary.json, index.html  all documents

Every document is finished before the next one counts as done, so that a run that was interrupted
goes on where it stopped; a document whose source has not changed is not done again.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from assistant.corpus.clean import Cleaned, clean
from assistant.corpus.pipeline_markdown import to_markdown
from assistant.corpus.processes import in_order
from assistant.corpus.report_html import comparison_page
from assistant.corpus.reverse import reverse_spec
from assistant.corpus.reverse_yaml import to_yaml
from assistant.corpus.rules import RULES
from assistant.document.parse import parse
from assistant.document.recognise import recognise
from assistant.errors import AssistantError
from assistant.files import write_private
from assistant.reading import read
from assistant.text.placeholders import PLACEHOLDER
from assistant.text.sentences import count_characters

FORMAT = 1
"""Raised when rules or results change, so that everything is done again."""

_LONGEST_SLUG = 60

State = Literal["done", "no-spec", "unread"]


@dataclass(frozen=True)
class Source:
    """A raw document and the name of its worked example."""

    file: Path
    slug: str


@dataclass(frozen=True)
class Summary:
    """What became of one raw document."""

    source: str
    slug: str
    state: State
    """`no-spec`: cleaned, but no spec could be read off it. `unread`: nothing was written."""
    message: str = ""
    """In Chinese: why there is no spec, or why it could not be read."""
    kind: str = ""
    confidence: float = 0.0
    """How well the document fits its kind, 0 to 1."""
    characters_before: int = 0
    characters_after: int = 0
    """字数, without white space."""
    placeholders: int = 0
    """Places that the author has blanked out or that were masked."""
    edits: dict[str, int] = field(default_factory=dict)
    """Edits by rule id."""
    sha256: str = ""
    """Of the source file."""
    format: int = FORMAT


def sources_of(files: Sequence[Path], out: Path) -> list[Source]:
    """The raw documents, each with a name of its own; files inside `out` are none."""
    raw = [file for file in files if not file.resolve().is_relative_to(out.resolve())]
    slugs = [_slug(file) for file in raw]
    count = Counter(slugs)
    return [
        Source(file, slug if count[slug] == 1 else f"{slug}-{_digest(str(file).encode())[:8]}")
        for file, slug in zip(raw, slugs, strict=True)
    ]


def _slug(file: Path) -> str:
    return re.sub(r"[^\w-]+", "-", file.stem).strip("-")[:_LONGEST_SLUG] or "document"


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def process(source: Source, out: Path) -> Summary:
    """Read, clean, parse and write one document, unless that has been done.

    Raises:
        OSError: the results could not be written.
    """
    record = out / "report" / f"{source.slug}.json"
    try:
        digest = _digest(source.file.read_bytes()) if source.file.is_file() else ""
        if digest and (earlier := _earlier(record, source, digest)):
            return earlier
        text = read(source.file)
    except AssistantError as error:
        return Summary(str(source.file), source.slug, "unread", str(error))
    cleaned = clean(text, RULES)
    document = parse(cleaned.text)
    recognised = recognise(document)
    write_private(out / source.slug / "document.md", to_markdown(document))
    state: State = "done"
    message = ""
    try:
        spec = to_yaml(reverse_spec(document))
    except AssistantError as error:
        state, message = "no-spec", str(error)
        (out / source.slug / "unit.yaml").unlink(missing_ok=True)
    else:
        write_private(out / source.slug / "unit.yaml", spec)
    summary = Summary(
        source=str(source.file),
        slug=source.slug,
        state=state,
        message=message,
        kind=recognised.kind,
        confidence=round(recognised.confidence, 3),
        characters_before=count_characters(text),
        characters_after=count_characters(cleaned.text),
        placeholders=cleaned.text.count(PLACEHOLDER),
        edits=dict(Counter(change.rule for change in cleaned.changes)),
        sha256=digest,
    )
    write_private(
        out / "report" / f"{source.slug}.html", comparison_page(cleaned, source.file.name)
    )
    write_private(record, _record(summary, cleaned))  # last: it says that all is there
    return summary


def _record(summary: Summary, cleaned: Cleaned) -> str:
    whole = {**asdict(summary), "changes": [asdict(change) for change in cleaned.changes]}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _earlier(record: Path, source: Source, digest: str) -> Summary | None:
    """What an earlier run wrote of the same source, if all of it is still there."""
    try:
        kept: dict[str, Any] = json.loads(record.read_bytes())
        del kept["changes"]
        summary = Summary(**kept)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    same = (summary.sha256, summary.source, summary.format) == (digest, str(source.file), FORMAT)
    example = record.parent.parent / source.slug
    needed = ["document.md"] if summary.state == "no-spec" else ["document.md", "unit.yaml"]
    return summary if same and all((example / name).is_file() for name in needed) else None


def process_all(sources: Sequence[Source], out: Path, *, workers: int) -> Iterator[Summary]:
    """Every document as it gets done, on `workers` processes; with one, in this process.

    Raises:
        OSError: the results could not be written.
    """
    yield from in_order(partial(process, out=out), sources, workers=workers)
