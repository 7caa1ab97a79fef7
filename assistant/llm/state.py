"""Whether a model can be used, as far as it is known without reading the whole file."""

from enum import StrEnum

from assistant.llm.catalogue import ModelEntry
from assistant.llm.hashes import remembered_sha256


class ModelState(StrEnum):
    """State of a model's file."""

    READY = "已就绪"
    UNCHECKED = "未校验"
    BROKEN = "已损坏"
    MISSING = "未下载"
    GONE = "文件不在"


def model_state(entry: ModelEntry) -> ModelState:
    """The state of a model of the catalogue."""
    if not entry.path.is_file():
        return ModelState.MISSING if entry.sources else ModelState.GONE
    if entry.path.stat().st_size != entry.bytes:
        return ModelState.BROKEN
    digest = remembered_sha256(entry.path)
    if digest is None:
        return ModelState.UNCHECKED
    return ModelState.READY if digest == entry.sha256 else ModelState.BROKEN
