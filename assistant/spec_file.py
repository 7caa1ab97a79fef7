"""Reading a `unit.yaml`: every mistake is told with file, line, key and the nearest valid name."""

import functools
import hashlib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from assistant.errors import InputError, SpecError, reason
from assistant.kinds import get_kind, nearest
from assistant.spec import Location, SpecIssue, UnitSpec, issues_against

MOST_BYTES = 1_000_000
"""A spec is a page or two; anything larger is another file taken by mistake."""

Lines = dict[Location, int]


def read_spec(file: Path) -> UnitSpec:
    """The spec in `file`, valid for its kind.

    Raises:
        SpecError: with one line for each mistake.
    """
    return parse_spec(read_text(file), str(file))


def parse_spec(text: str, name: str) -> UnitSpec:
    """The spec in `text`; `name` stands for the file in messages."""
    lines: Lines = {}
    data = plain_data(text, name, lines)
    spec = checked(data)
    if not isinstance(spec, UnitSpec):
        raise _failure(name, lines, spec)
    return spec


def spec_mistakes(text: str, name: str) -> str:
    """Everything wrong with a spec, a line each; empty where nothing is."""
    try:
        parse_spec(text, name)
    except SpecError as error:
        return str(error)
    return ""


def checked(data: dict[str, object]) -> UnitSpec | list[SpecIssue]:
    """The spec that plain data makes, or all that keeps it from being one."""
    try:
        spec = UnitSpec.model_validate(data)
    except ValidationError as error:
        return [_explain(e) for e in error.errors()]
    try:
        kind = get_kind(spec.kind)
    except InputError as error:
        return [SpecIssue(("kind",), f"{error.message}{error.hint}")]
    return list(issues_against(spec, kind)) or spec


def plain_data(text: str, name: str = "unit.yaml", lines: Lines | None = None) -> dict[str, object]:
    """The text as plain data, every scalar as it is written; `lines` is told where each stands.

    Raises:
        SpecError: it is no YAML of keys and values.
    """
    data = _compose(text, name, {} if lines is None else lines)
    if not isinstance(data, dict):
        what = "没有内容可读" if data is None else "不是“键: 值”的形式"
        raise SpecError(
            f"{name}：{what}。", hint="用 assistant new 文种 --out unit.yaml 生成一份再填写。"
        )
    return data


def spec_hash(spec: UnitSpec) -> str:
    """A short hash of the content; comments and layout do not count."""
    return hashlib.sha256(spec.model_dump_json(by_alias=True).encode()).hexdigest()[:16]


def read_text(file: Path) -> str:
    """The text of a spec.

    Raises:
        SpecError: it cannot be read, or is no text.
    """
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise SpecError(
                f"{file}：有 {size / 1e6:.1f} MB，不像是一份规格（上限 1 MB）。",
                hint="请检查文件名是否写对。",
            )
        raw = file.read_bytes()
    except OSError as error:
        raise SpecError(f"读不到 {file}：{reason(error)}。", hint="请检查路径和权限。") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(ch < " " and ch not in "\t\r\n" for ch in text):
            return text
    raise SpecError(f"{file}：不是文本文件。", hint="规格应是 UTF-8 编码的 YAML 文本。")


def _compose(text: str, name: str, lines: Lines) -> object:
    """The document as plain data, every scalar as the text that stands there."""
    try:
        return _plain(YAML(typ="rt", pure=True).compose(text), (), lines, name)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark else ""
        raise SpecError(
            f"{name} {where}：YAML 写法有误。",
            hint="常见原因：缩进不齐、冒号后缺空格、引号不成对、用了 Tab 键。",
        ) from None
    except YAMLError:
        raise SpecError(f"{name}：不是 YAML 文本。", hint="请检查文件名是否写对。") from None
    except RecursionError:
        raise SpecError(f"{name}：括号或缩进套得太深。", hint="请检查文件名是否写对。") from None


def _plain(node: Node | None, where: Location, lines: Lines, name: str) -> object:
    if node is None:
        return None
    lines[where] = node.start_mark.line + 1
    if node.anchor:  # An alias may multiply a text a millionfold.
        raise _failure(name, lines, [SpecIssue(where, "不能用 & 和 * 引用，请直接写出内容")])
    if isinstance(node, ScalarNode):
        return None if node.tag == "tag:yaml.org,2002:null" else node.value
    if isinstance(node, SequenceNode):
        return [_plain(item, (*where, i), lines, name) for i, item in enumerate(node.value)]
    assert isinstance(node, MappingNode)
    data: dict[str, object] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            raise SpecError(f"{name} 第 {line} 行：冒号前面应是一个词。")
        key = str(key_node.value)
        place = (*where, key)
        if key in data:
            raise _failure(name, {place: line}, [SpecIssue(place, "这个键写了两次")])
        data[key] = _plain(value_node, place, lines, name)
        lines[place] = line
    return data


def _failure(name: str, lines: Lines, issues: list[SpecIssue]) -> SpecError:
    told: list[tuple[int, str]] = []
    for issue in issues:
        place = issue.location
        while place and place not in lines:
            place = place[:-1]
        key = ".".join(str(p + 1) if isinstance(p, int) else p for p in issue.location)
        number = lines.get(place, 0) if place else 0
        line = f" 第 {number} 行" if number else ""
        told.append((number, f"{name}{line}{f'（{key}）' if key else ''}：{issue.message}"))
    told.sort(key=lambda pair: pair[0])
    return SpecError("\n".join(message for _, message in told))


_MESSAGES = {
    "missing": "缺少这一项，必须填写",
    "int_parsing": "应填整数，现为“{input}”",
    "int_from_float": "应填整数，现为“{input}”",
    "int_parsing_size": "数字太大",
    "int_type": "应填整数",
    "date_from_datetime_parsing": "应填日期，如 2024-01-12，现为“{input}”",
    "date_from_datetime_inexact": "应填日期，如 2024-01-12，现为“{input}”",
    "date_parsing": "应填日期，如 2024-01-12，现为“{input}”",
    "date_type": "应填日期，如 2024-01-12",
    "string_type": "应填一段文字",
    "list_type": "应是一个列表，每条以“- ”开头",
    "dict_type": "应是“键: 值”的形式",
    "model_type": "应是“键: 值”的形式",
    "model_attributes_type": "应是“键: 值”的形式",
    "string_too_short": "内容太短或为空",
    "string_too_long": "内容太长（至多 {max_length} 字）",
    "greater_than_equal": "不应小于 {ge}",
    "less_than_equal": "不应大于 {le}",
}


def _explain(error: ErrorDetails) -> SpecIssue:
    where = tuple(error["loc"])
    if error["type"] == "extra_forbidden":
        valid = valid_keys(where[:-1])
        return SpecIssue(
            where,
            f"没有“{where[-1]}”这个键。{nearest(str(where[-1]), valid)}可用：{'、'.join(valid)}",
        )
    template = _MESSAGES.get(error["type"], "这里的内容不合要求")
    return SpecIssue(where, template.format(input=error["input"], **error.get("ctx", {})))


@functools.cache
def valid_keys(where: Location) -> list[str]:
    """The keys that may stand at a place, read off the models' own schema."""
    schema = UnitSpec.model_json_schema(by_alias=True)
    node = schema
    for step in where:
        below = node["items"] if isinstance(step, int) else node["properties"][step]
        node = _resolve(below, schema)
    return list(node.get("properties", {}))


def _resolve(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    for option in (node, *node.get("anyOf", [])):
        if "$ref" in option:
            found: dict[str, Any] = schema["$defs"][str(option["$ref"]).rsplit("/", 1)[1]]
            return found
    return node


def json_schema(model: type[BaseModel]) -> dict[str, object]:
    """The JSON Schema of a model, with the names that a file uses."""
    return model.model_json_schema(by_alias=True)
