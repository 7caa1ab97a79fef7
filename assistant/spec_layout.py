"""Changing one thing in a spec's text and leaving every other character as it stands.

Comments, blank lines and the writer's own layout are kept because the text is cut at the marks of
its YAML nodes. Each function returns the new text; what it says is checked before it is returned.
"""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from assistant.errors import InputError
from assistant.spec import Location
from assistant.spec_file import plain_data, valid_keys

Value = str | int | list[Any] | dict[str, Any] | None
"""What can be put into a spec; None leaves a key with nothing behind it."""


def set_value(text: str, where: Location, value: Value) -> str:
    """`value` instead of what stands at `where`; a missing last key is put in its usual order."""

    def change(holder: Any, key: str | int) -> None:
        holder[key] = value

    return _changed(text, where, change, lambda layout: layout.set(where, value))


def add_item(text: str, where: Location, value: Value) -> str:
    """`value` at the end of the list at `where`, which may be missing or empty."""

    def change(holder: Any, key: str | int) -> None:
        items = holder.get(key) if isinstance(holder, dict) else holder[key]
        if items:
            items.append(value)
        else:
            holder[key] = [value]

    return _changed(text, where, change, lambda layout: layout.add(where, value))


def remove(text: str, where: Location) -> str:
    """Without the item or key at `where`; the last item leaves its list empty."""

    def change(holder: Any, key: str | int) -> None:
        del holder[key]

    return _changed(text, where, change, lambda layout: layout.remove(where))


def move_up(text: str, where: Location) -> str:
    """The item at `where`, which is not the first, before the one in front of it."""

    def change(holder: Any, key: str | int) -> None:
        assert isinstance(key, int)
        holder.insert(key - 1, holder.pop(key))

    return _changed(text, where, change, lambda layout: layout.move_up(where))


def _changed(
    text: str,
    where: Location,
    change: Callable[[Any, str | int], None],
    cut: Callable[["_Layout"], str],
) -> str:
    """The text changed by cutting; through ruamel's round trip where its layout defies that."""
    wanted = copy.deepcopy(plain_data(text))
    try:
        change(_holder(wanted, where), where[-1])
    except (KeyError, IndexError, TypeError):
        raise InputError(
            "这一处已经不在规格里了。", hint="规格可能在别处改过，请看一看现在的内容再改。"
        ) from None
    attempts: tuple[Callable[[], str], ...] = (
        lambda: cut(_Layout(text)),
        lambda: _round_trip(text, where, change),
    )
    for attempt in attempts:
        try:
            changed = attempt()
            if _same(plain_data(changed), wanted):
                return changed
        except (_Unusual, YAMLError, InputError):
            continue
    raise InputError(
        "这一处的写法比较特别，程序改不了。", hint="请按 F9 打开文本视图，直接在文本里改。"
    )


def _round_trip(text: str, where: Location, change: Callable[[Any, str | int], None]) -> str:
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    data = yaml.load(text)
    change(_holder(data, where), where[-1])
    stream = StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


def _holder(data: Any, where: Location) -> Any:
    for step in where[:-1]:
        data = data[step]
    return data


def _same(found: object, wanted: object) -> bool:
    """Equal, where numbers count as their text and nothing as an empty list."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return found.keys() == wanted.keys() and all(_same(found[k], wanted[k]) for k in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        return len(found) == len(wanted) and all(map(_same, found, wanted))
    if wanted in (None, "", [], {}):
        return found in (None, "", [], {})
    return str(found) == str(wanted)


class _Unusual(Exception):
    """A layout that is not cut with certainty."""


@dataclass(frozen=True)
class _Found:
    """A node with what leads to it."""

    node: Node
    key: ScalarNode | None
    """The key in front of it, in a mapping."""
    flow: bool
    """Whether it stands inside brackets."""


class _Layout:
    """A spec's text with its nodes."""

    def __init__(self, text: str) -> None:
        self._text = text if text.endswith("\n") else text + "\n"
        self._lines = self._text.splitlines(keepends=True)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))
        root = YAML(typ="rt", pure=True).compose(self._text)
        if not isinstance(root, MappingNode) or root.flow_style:
            raise _Unusual
        self._root = root

    def set(self, where: Location, value: Value) -> str:
        found = self._find(where)
        if found is None:
            return self._add_key(where, value)
        if isinstance(value, list | dict) and not found.flow and found.key is not None:
            return self._set_block(found, value)
        return self._replace(found, _scalar(value, flow=found.flow))

    def add(self, where: Location, value: Value) -> str:
        found = self._find(where)
        if found is None:
            return self._add_key(where, [value])
        node = found.node
        if not isinstance(node, SequenceNode):
            return self.set(where, [value])
        if node.flow_style:
            return self._add_flow(node, _flow(value))
        column = node.start_mark.column
        if not node.value:
            raise _Unusual
        return self._insert_lines(_last_line(node, 0) + 1, _item_lines(value, column))

    def remove(self, where: Location) -> str:
        holder = self._at(where[:-1]).node
        if isinstance(holder, SequenceNode):
            assert isinstance(where[-1], int)
            if holder.flow_style:
                return self._remove_flow(holder, where[-1])
            start, end = self._item_lines_of(holder, where[-1])
        else:
            found = self._at(where)
            if found.flow or found.key is None:
                raise _Unusual
            start = found.key.start_mark.line
            end = _last_line(found.node, start)
            if self._lines[start][: found.key.start_mark.column].strip():
                raise _Unusual  # the first key behind a dash
        return "".join(self._lines[:start] + self._lines[end + 1 :])

    def move_up(self, where: Location) -> str:
        holder = self._at(where[:-1]).node
        index = where[-1]
        if not isinstance(holder, SequenceNode) or holder.flow_style or not isinstance(index, int):
            raise _Unusual
        before, _ = self._item_lines_of(holder, index - 1)
        start, end = self._item_lines_of(holder, index)
        moved = self._lines[start : end + 1]
        lines = self._lines[:before] + moved + self._lines[before:start] + self._lines[end + 1 :]
        return "".join(lines)

    def _find(self, where: Location) -> _Found | None:
        found = _Found(self._root, None, False)
        for step in where:
            node = found.node
            flow = found.flow or bool(getattr(node, "flow_style", False))
            if isinstance(node, MappingNode):
                pair = next((p for p in node.value if p[0].value == step), None)
                if pair is None:
                    return None
                found = _Found(pair[1], pair[0], flow)
            elif isinstance(node, SequenceNode) and isinstance(step, int):
                found = _Found(node.value[step], None, flow)
            else:
                return None
        return found

    def _at(self, where: Location) -> _Found:
        found = self._find(where)
        if found is None:
            raise _Unusual
        return found

    def _replace(self, found: _Found, written: str) -> str:
        node = found.node
        if isinstance(node, ScalarNode) and node.style in ("|", ">"):
            raise _Unusual
        if isinstance(node, MappingNode | SequenceNode) and not node.flow_style:
            raise _Unusual
        start, end = node.start_mark.index, node.end_mark.index
        if start == end and written:
            written = " " + written  # right behind the colon
        elif not written and found.key is not None:
            start = _trimmed_end(self._text, start)
        return self._text[:start] + written + self._text[end:]

    def _set_block(self, found: _Found, value: list[Any] | dict[str, Any]) -> str:
        """A list or mapping behind a key that has nothing behind it yet."""
        assert found.key is not None
        if not isinstance(found.node, ScalarNode) or found.node.value:
            raise _Unusual
        line, column = found.key.start_mark.line, found.key.start_mark.column
        after = line + 1
        while after < len(self._lines) and self._is_remark(after, column):
            after += 1
        return self._insert_lines(after, _block_lines(value, column + 2))

    def _is_remark(self, line: int, column: int) -> bool:
        text = self._lines[line]
        return text.strip().startswith("#") and len(text) - len(text.lstrip(" ")) > column

    def _add_key(self, where: Location, value: Value) -> str:
        holder = self._at(where[:-1])
        node, key = holder.node, str(where[-1])
        if not isinstance(node, MappingNode):
            if isinstance(node, ScalarNode) and not node.value and holder.key is not None:
                return self.set(where[:-1], {key: value})
            raise _Unusual
        if node.flow_style or holder.flow:
            return self._add_flow(node, f"{key}: {_flow(value)}")
        order = valid_keys(where[:-1])
        earlier = order[: order.index(key)] if key in order else order
        before = [pair for pair in node.value if pair[0].value in earlier] or node.value[:1]
        last_key, last_value = before[-1]
        line = _last_line(last_value, last_key.start_mark.line) + 1
        return self._insert_lines(line, _block_lines({key: value}, node.start_mark.column))

    def _insert_lines(self, line: int, new: list[str]) -> str:
        return "".join([*self._lines[:line], *(f"{text}\n" for text in new), *self._lines[line:]])

    def _add_flow(self, node: MappingNode | SequenceNode, written: str) -> str:
        closing = node.end_mark.index - 1
        if node.value:
            last = node.value[-1]
            end = (last[1] if isinstance(last, tuple) else last).end_mark.index
            return f"{self._text[:end]}, {written}{self._text[end:]}"
        return self._text[:closing] + written + self._text[closing:]

    def _remove_flow(self, holder: SequenceNode, index: int) -> str:
        items = holder.value
        start, end = items[index].start_mark.index, items[index].end_mark.index
        if index + 1 < len(items):
            end = items[index + 1].start_mark.index
        elif index:
            start = items[index - 1].end_mark.index
        return self._text[:start] + self._text[end:]

    def _item_lines_of(self, holder: SequenceNode, index: int) -> tuple[int, int]:
        """First and last line of an item of a block list."""
        item = holder.value[index]
        line = item.start_mark.line
        before = self._lines[line][: item.start_mark.column]
        if before.strip() != "-":
            raise _Unusual
        return line, _last_line(item, line)


def _trimmed_end(text: str, index: int) -> int:
    while text[index - 1] == " ":
        index -= 1
    return index


def _last_line(node: Node, fallback: int) -> int:
    """The last line on which something of the node stands; an empty one stands on `fallback`."""
    if isinstance(node, MappingNode) and not node.flow_style and node.value:
        key, value = node.value[-1]
        return _last_line(value, key.start_mark.line)
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        item = node.value[-1]
        return _last_line(item, item.start_mark.line)
    if node.start_mark.index == node.end_mark.index:
        return fallback
    end: int = node.end_mark.line
    return end - 1 if node.end_mark.column == 0 else end


def _block_lines(value: Value, column: int) -> list[str]:
    """A list or mapping as block lines."""
    indent = " " * column
    if isinstance(value, list):
        return [line for item in value for line in _item_lines(item, column)]
    assert isinstance(value, dict)
    lines: list[str] = []
    for key, item in value.items():
        if isinstance(item, list | dict) and item:
            lines += [f"{indent}{key}:", *_block_lines(item, column + 2)]
        else:
            lines.append(f"{indent}{key}: {_scalar(item, flow=False)}".rstrip())
    return lines


def _item_lines(value: Value, column: int) -> list[str]:
    indent = " " * column
    if isinstance(value, dict) and value:
        first, *rest = _block_lines(value, column + 2)
        return [f"{indent}- {first.lstrip()}", *rest]
    return [f"{indent}- {_scalar(value, flow=False)}".rstrip()]


def _scalar(value: Value, *, flow: bool) -> str:
    """A value on one line; quoted only where YAML would read it as something else."""
    if isinstance(value, list | dict):
        return _flow(value) if value else ""
    if value is None or value == "":
        return ""
    text = str(value)
    probe = f"[{text}]" if flow else f"- {text}"
    try:
        node = YAML(typ="rt", pure=True).compose(probe)
        (read,) = node.value
        plain = isinstance(read, ScalarNode) and read.style is None and read.value == text
        if plain and read.tag != "tag:yaml.org,2002:null" and not read.anchor:
            return text
    except (YAMLError, ValueError, TypeError, AttributeError):
        pass  # not to be read at all without quotes
    return json.dumps(text, ensure_ascii=False)


def _flow(value: Value) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_flow(v)}" for k, v in value.items()) + "}"
    return _scalar(value, flow=True)
