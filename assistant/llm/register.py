"""Registering a GGUF file of the user's own, so that it can be used by name."""

import io
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from assistant.errors import InputError, ModelError, reason
from assistant.files import write_private
from assistant.llm.catalogue import (
    ModelEntry,
    check_gguf,
    load_catalogue,
    registered_file,
    registered_models,
    shipped_models,
)
from assistant.llm.hashes import Progress, file_sha256, silent


def add(path: Path, *, name: str | None = None, progress: Progress = silent) -> ModelEntry:
    """Register the model at `path`, which stays where it is; a path registered before is renewed.

    Raises:
        ModelError: no file, no GGUF, damaged, or no chat model.
        InputError: `name` is taken or no valid name.
    """
    file = path.expanduser().resolve()
    check_gguf(file)
    _check_whole(file)
    taken = {entry.name for entry in load_catalogue().values() if entry.path != file}
    if name is not None:
        _check_name(name, taken)
    metadata = _read_metadata(file)
    digest = file_sha256(file, progress, fresh=True)
    _check_namesake(file, digest)
    entry = ModelEntry(
        name=name or _free_name(metadata["general.name"] or file.stem, taken),
        file=file,
        bytes=file.stat().st_size,
        sha256=digest,
        licence=metadata["general.license"] or "未注明",
        context=int(metadata["context_length"]),
        description="自行登记",
        publisher=metadata["general.organization"],
    )
    kept = [old for old in registered_models().values() if old.path != file]
    _write_registrations([*kept, entry])
    return entry


def _check_whole(file: Path) -> None:
    """Refuse one volume of several: the hash of one says nothing about the others."""
    if volume := re.search(r"-(\d{5})-of-(\d{5})\.gguf$", file.name):
        raise ModelError(
            f"{file} 是分卷文件（第 {int(volume[1])} 卷，共 {int(volume[2])} 卷）。",
            hint="请先用 llama.cpp 的 llama-gguf-split --merge 合成一个文件再登记。",
        )


def _check_name(name: str, taken: set[str]) -> None:
    if not re.fullmatch(r"\w[\w.\-]*", name) or name.lower().endswith(".gguf"):
        raise InputError(
            f"“{name}”不能作模型名。", hint="模型名由文字、数字和 . _ - 组成，不以 .gguf 结尾。"
        )
    if name in taken:
        raise InputError(
            f"模型名“{name}”已被占用。", hint="请用 --name 换一个名字，或不写而由程序取名。"
        )


def _free_name(title: str, taken: set[str]) -> str:
    """A name made from a title, with a number behind it where it is taken."""
    base = re.sub(r"[^\w.\-]+", "-", title.lower()).strip("-.")
    base = re.sub(r"[.\-]gguf$", "", base) or "model"
    number, name = 1, base
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name


def _check_namesake(file: Path, digest: str) -> None:
    """Keep a damaged copy of a shipped model from becoming a model of its own."""
    for entry in shipped_models().values():
        if entry.file.name == file.name and entry.sha256 != digest:
            raise ModelError(
                f"{file} 与模型“{entry.name}”同名而内容不同，多半已损坏"
                f"（SHA-256 应为 {entry.sha256[:16]}…，实为 {digest[:16]}…）。",
                hint=f"{entry.remedy}若确是另一个版本，请先改文件名再登记。",
            )


def _read_metadata(file: Path) -> dict[str, str]:
    """What the GGUF says of itself; llama.cpp checks on the way that all tensors are there."""
    from assistant.llm.native import load_library, load_model
    from assistant.llm.vocabulary import read_metadata

    model: Any = load_model(file, vocab_only=True)
    lib = load_library()
    try:
        architecture = read_metadata(lib, model, "general.architecture")
        keys = ("general.name", "general.license", "general.organization")
        found = {key: read_metadata(lib, model, key) for key in keys}
        found["context_length"] = read_metadata(lib, model, f"{architecture}.context_length")
        template = read_metadata(lib, model, "tokenizer.chat_template")
    finally:
        lib.llama_model_free(model)
    if not template:
        raise ModelError(
            f"{file} 没有对话模板（tokenizer.chat_template），不是对话模型。",
            hint="请换用指令微调（Instruct / Chat）版的 GGUF 文件。",
        )
    if not found["context_length"].isdecimal() or found["context_length"] == "0":
        raise ModelError(
            f"{file} 没有写明上下文长度（{architecture}.context_length）。",
            hint="文件可能转换有误，请换一个 GGUF 文件。",
        )
    return found


def _write_registrations(entries: list[ModelEntry]) -> None:
    stream = io.StringIO()
    yaml = YAML()
    yaml.width = 1000
    yaml.dump([entry.model_dump(mode="json", exclude_defaults=True) for entry in entries], stream)
    try:
        write_private(registered_file(), stream.getvalue())
    except OSError as error:
        raise ModelError(
            f"写不了模型登记文件 {registered_file()}：{reason(error)}。",
            hint="请检查磁盘空间和权限。",
        ) from None
