"""The rules' data: what is shipped, changed by an office's own file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import InputError, reason
from assistant.packaged import load_yaml
from assistant.settings import user_folder

_FOLDER = Path(__file__).parent / "data"
_MOST_BYTES = 10_000_000

Section = TypeVar("Section", bound="DataSection")


class DataSection(BaseModel):
    """What one data file holds. An office's file may add to every mapping and list in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class RuleData:
    """The shipped data with an office's own on top."""

    own: Mapping[str, Any] = field(default_factory=dict)
    """By section: what the office adds. A mapping's key with nothing behind it is taken out."""
    name: str = ""
    """The office's file, for messages."""

    def section(self, name: str, model: type[Section]) -> Section:
        """The section `name`, from `data/<name>.yaml` and the office's file.

        Raises:
            InputError: the office's file does not hold.
        """
        if name not in self.own:
            return cast(Section, _shipped_section(name, model))
        try:
            return model.model_validate(_merged(_shipped(name), self.own[name]))
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(step) for step in (name, *first["loc"]))
            raise InputError(
                f"{self.name}：“{key}”的内容不合要求。",
                hint="写法参照程序自带的同名数据，见 docs/rules.md。",
            ) from None


def read_rule_data(file: Path) -> RuleData:
    """The shipped data with the office's `file` on top.

    Raises:
        InputError: the file cannot be read, is no YAML, or names a section that does not exist.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise InputError(f"{file}：超过 10 MB，不像是规则数据。", hint="请检查文件名。")
        data = load_yaml(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"读不到 {file}：{reason(error)}。", hint="请检查路径和权限。") from None
    except UnicodeDecodeError:
        raise InputError(f"{file}：不是 UTF-8 文本。", hint="请另存为 UTF-8 编码。") from None
    except (yaml.YAMLError, RecursionError):
        raise InputError(f"{file}：YAML 写法有误。", hint="请检查缩进、冒号和引号。") from None
    if data is None:
        data = {}
    known = sorted(path.stem for path in _FOLDER.glob("*.yaml"))
    unknown = [str(key) for key in data if key not in known] if isinstance(data, dict) else ["?"]
    if unknown:
        raise InputError(
            f"{file}：没有“{unknown[0]}”这一类规则数据。", hint=f"可用：{'、'.join(known)}。"
        )
    return RuleData(data, str(file))


def office_data(file: Path | None) -> RuleData:
    """The data of `file`, or of the file that the user's settings name, or what is shipped.

    Raises:
        InputError: a file does not hold.
    """
    if file:
        return read_rule_data(file)
    settings = user_folder() / "settings.yaml"
    if not settings.is_file():
        return RuleData()
    try:
        told = load_yaml(settings.read_text(encoding="utf-8-sig")) or {}
        named = told.get("rules")
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError):
        raise InputError(
            f"{settings}：读不懂。", hint="应是 YAML 文本，如：rules: 规则文件的路径"
        ) from None
    return read_rule_data((settings.parent / str(named)).expanduser()) if named else RuleData()


@cache
def _shipped(name: str) -> Any:
    return load_yaml((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


@cache
def _shipped_section(name: str, model: type[DataSection]) -> DataSection:
    return model.model_validate(_shipped(name))


def _merged(shipped: Any, own: Any) -> Any:
    if isinstance(shipped, dict) and isinstance(own, dict):
        merged = {key: value for key, value in shipped.items() if own.get(key, value) is not None}
        for key, value in own.items():
            if value is not None:
                merged[key] = _merged(shipped[key], value) if key in shipped else value
        return merged
    if isinstance(shipped, list) and isinstance(own, list):
        return [*shipped, *own]
    return own
