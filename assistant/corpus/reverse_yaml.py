"""A reversed spec as the YAML that a person would have written."""

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from assistant.corpus.reverse import ReversedSpec

_FLOW_KEYS = frozenset({"lead", "measures", "causes", "open"})
"""Values, or items of lists, that stand on one line."""


def to_yaml(reversed_spec: ReversedSpec) -> str:
    """The spec with its notes on top and a remark at each claim that no fact shows.

    `assistant.spec_file.parse_spec` reads it back as the same spec.
    """
    spec = reversed_spec.spec.model_dump(by_alias=True, mode="json", exclude_defaults=True)
    data = _block({**spec, "date": reversed_spec.spec.date})
    empty = frozenset(reversed_spec.empty)
    for aspect in data["aspects"]:
        for key in ("problems", "work"):
            _remark_on_empty(aspect.get(key, ()), empty)
    _remark_on_empty(data.get("problems", ()), empty)
    head = ["由成稿整理，请核对：", *reversed_spec.notes]
    data.yaml_set_start_comment("\n".join(head))
    yaml = YAML()
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump(data, text)
    return text.getvalue()


def _remark_on_empty(told: Any, empty: frozenset[str]) -> None:
    for item in told:
        if item["claim"] in empty:
            item.yaml_add_eol_comment("空话：原文没有具体事实", "claim")


def _block(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        mapping = CommentedMap((name, _block(item, name)) for name, item in value.items())
        if key in _FLOW_KEYS:
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        sequence = CommentedSeq(_block(item, key) for item in value)
        if key == "open":
            sequence.fa.set_flow_style()
        return sequence
    return value
