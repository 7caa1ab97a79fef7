"""Reading an office's style.yaml."""

from pathlib import Path

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from assistant.errors import InputError, reason
from assistant.kinds import nearest
from assistant.style import Style

_MOST_BYTES = 100_000
_HINT = "可用的键和写法见 docs/style.md。"


def read_style(file: Path) -> Style:
    """The style in `file`; what it does not say is as in GB/T 9704.

    Raises:
        InputError: with one line for each mistake.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise InputError(f"{file} 太大，不像是版式文件。", hint="请检查文件名是否写对。")
        data = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"读不到 {file}：{reason(error)}。") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"第 {mark.line + 1} 行" if mark else ""
        raise InputError(f"{file} {where}：YAML 写法有误。", hint=_HINT) from None
    except (YAMLError, UnicodeDecodeError, RecursionError):
        raise InputError(f"{file}：不是 YAML 文本。", hint=_HINT) from None
    try:
        return Style.model_validate({} if data is None else data)
    except ValidationError as error:
        told = "\n".join(f"{file}{_explain(dict(e))}" for e in error.errors())
        raise InputError(told, hint=_HINT) from None


_MESSAGES = {
    "greater_than_equal": "不应小于 {ge}",
    "less_than_equal": "不应大于 {le}",
    "float_parsing": "应填数字",
    "float_type": "应填数字",
    "bool_parsing": "应填 true 或 false",
    "literal_error": "只能是 {expected} 之一",
    "string_pattern_mismatch": "不像字体名",
    "value_error": "行距小于字的大小，字会被切掉",
    "model_type": "应是“键: 值”的形式",
}


def _explain(error: dict[str, object]) -> str:
    """One mistake: where it is and what it is."""
    location = error["loc"]
    assert isinstance(location, tuple)
    where = f"（{'.'.join(map(str, location))}）" if location else ""
    if error["type"] == "extra_forbidden":
        valid = _valid_keys(location[:-1])
        key = str(location[-1])
        return f"{where}：没有“{key}”这个键。{nearest(key, valid)}可用：{'、'.join(valid)}"
    context = error.get("ctx") or {}
    assert isinstance(context, dict)
    template = _MESSAGES.get(str(error["type"]), "这里的内容不合要求")
    return f"{where}：{template.format(**context)}，现为“{error['input']}”"


def _valid_keys(location: tuple[object, ...]) -> list[str]:
    part: object = Style()
    for step in location:
        part = getattr(part, str(step))
    return list(type(part).model_fields) if isinstance(part, BaseModel) else []
