"""Reading what is to be exported: a draft.json, or a text edited by hand."""

from pathlib import Path

from pydantic import ValidationError

from assistant.document.parse import parse
from assistant.draft import Draft
from assistant.errors import InputError, reason
from assistant.export.manuscript import Manuscript, from_document, from_draft
from assistant.reading import read

_MOST_BYTES = 20_000_000
_TEXTS = (".md", ".txt")


def read_manuscript(file: Path) -> tuple[Manuscript, str]:
    """The manuscript in a draft.json, a .md or a .txt, and the id of its kind where it is known.

    Raises:
        InputError: the file cannot be read or is none of these.
    """
    suffix = file.suffix.lower()
    if suffix == ".json":
        draft = _read_draft(file)
        return from_draft(draft), draft.plan.kind
    if suffix not in _TEXTS:
        raise InputError(
            f"{file}：只能导出 draft.json、.md 和 .txt。", hint="请检查文件名是否写对。"
        )
    return from_document(parse(read(file))), ""


def _read_draft(file: Path) -> Draft:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise InputError(f"{file} 太大，不像是一份草稿。", hint="请检查文件名是否写对。")
        return Draft.model_validate_json(file.read_bytes())
    except OSError as error:
        raise InputError(f"读不到 {file}：{reason(error)}。") from None
    except ValidationError:
        raise InputError(
            f"{file} 不是 assistant generate 写出的 draft.json，或者被改动过。",
            hint="手工改过的文字请存成 .md，再导出那个文件。",
        ) from None
