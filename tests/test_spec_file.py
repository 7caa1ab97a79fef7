"""Reading a spec: what stands there is what is read, and every mistake is told once and where."""

from pathlib import Path

import pytest
from unit_specs import BAD_SPECS, GOOD, BadSpec, spec_of

from assistant.errors import SpecError
from assistant.kinds import DocumentKind, all_kinds
from assistant.spec import UnitSpec
from assistant.spec_file import json_schema, parse_spec, read_spec, spec_hash


def refusal(file: Path) -> str:
    """What reading `file` is refused with."""
    with pytest.raises(SpecError) as caught:
        read_spec(file)
    return str(caught.value)


@pytest.mark.parametrize("bad", BAD_SPECS, ids=lambda bad: bad.id)
def test_a_bad_spec_is_refused_with_one_message(bad: BadSpec, tmp_path: Path) -> None:
    file = tmp_path / "unit.yaml"
    file.write_bytes(bad.content)
    told = refusal(file)
    first, *rest = told.splitlines()
    where = f" 第 {bad.line} 行" if bad.line else ""
    assert first.startswith(f"{file}{where}")
    assert bad.line or "行" not in first.removeprefix(str(file)).split("：")[0]
    assert all(word in told for word in bad.words), told
    assert not any(str(file) in line for line in rest), "more than one mistake told"
    assert not any(english in told for english in ("Error", "expected", "valid", "Node"))


def test_every_mistake_is_told_in_the_order_of_the_file() -> None:
    text = GOOD.replace("松川县", "松川县２").replace("talks", "talk").replace("只约", "９")
    with pytest.raises(SpecError) as caught:
        parse_spec(text, "unit.yaml")
    told = str(caught.value).splitlines()
    assert [line.split("（")[0] for line in told] == [f"unit.yaml 第 {n} 行" for n in (2, 6, 33)]


def test_an_unreadable_file_is_told_in_chinese(tmp_path: Path) -> None:
    assert "没有这个文件或文件夹" in refusal(tmp_path / "unit.yaml")
    assert "这是文件夹，不是文件" in refusal(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_line_ends_of_an_office(encoding: str, newline: str, tmp_path: Path) -> None:
    file = tmp_path / "单位.yaml"
    file.write_bytes(GOOD.replace("\n", newline).encode(encoding))
    assert read_spec(file) == parse_spec(GOOD, "unit.yaml")


@pytest.mark.parametrize(
    "text",
    ["2022年", "No", "yes", "1:30", "0123", "1_000", "3.10", "2024-01-12", "null的值", "1e3"],
)
def test_a_text_stays_as_it_was_written(text: str) -> None:
    spec = parse_spec(GOOD.replace("龙尾水库除险加固比计划晚了4个月", text), "unit.yaml")
    assert spec.aspects[2].problems[0].facts == [text]


def test_a_key_with_nothing_behind_it_counts_as_left_out() -> None:
    text = GOOD.replace("owner: 办公室", "owner:").replace("opinions: 31", "opinions:")
    text = text.replace("facts: [2024年只约谈提醒2人次]", "facts:")
    spec = parse_spec(text, "unit.yaml")
    assert spec.aspects[0].problems[0].measures[0].owner == ""
    assert spec.aspects[3].problems[0].facts == []
    assert spec.lead == {"study_sessions": 4, "talks": 26}


def test_a_full_stop_behind_a_claim_is_dropped_everywhere() -> None:
    text = GOOD.replace("claim: 调研不够深入", "claim: 调研不够深入。").replace(
        "from: [调研不够深入]", "from: [调研不够深入；]"
    )
    spec = parse_spec(text, "unit.yaml")
    assert spec == parse_spec(GOOD, "unit.yaml")


def test_the_hash_knows_the_content_and_not_the_layout() -> None:
    spec = parse_spec(GOOD, "a.yaml")
    same = parse_spec("# 说明\n" + GOOD.replace("26}", "26 }"), "b.yaml")
    assert spec_hash(same) == spec_hash(spec)
    assert spec_hash(parse_spec(GOOD.replace("37次", "38次"), "a.yaml")) != spec_hash(spec)


@pytest.mark.parametrize("kind", all_kinds().values(), ids=lambda kind: kind.id)
def test_every_kind_takes_a_spec(kind: DocumentKind, tmp_path: Path) -> None:
    spec = spec_of(kind)
    file = tmp_path / "unit.yaml"
    file.write_text(spec.model_dump_json(by_alias=True, exclude_defaults=True), encoding="utf-8")
    assert read_spec(file) == spec


def test_the_schema_names_the_keys_of_the_file() -> None:
    schema = json_schema(UnitSpec)
    assert isinstance(schema["properties"], dict)
    assert set(schema["properties"]) == set(UnitSpec.model_fields)
    assert isinstance(schema["$defs"], dict)
    assert set(schema["$defs"]["Cause"]["properties"]) == {"claim", "facts", "from"}
