"""Specs for tests: one that holds, and every way in which one can fail to."""

from dataclasses import dataclass

from assistant.checks.grounding import cited
from assistant.draft import Point, Sentence
from assistant.kinds import DocumentKind, get_kind
from assistant.markdown import point_from_sentences
from assistant.plan import Plan, Slot
from assistant.planner import make_plan
from assistant.spec import UnitSpec
from assistant.spec_file import parse_spec
from assistant.text.sentences import split_sentences

GOOD = """\
kind: minzhu-2024
unit: 松川县水利局
speaker: 局党组
date: 2025-01-14
length: 4000
lead: {study_sessions: 4, opinions: 31, talks: 26}
last_year:
  problems: 9
  resolved: 7
  open: [河道采砂监管]
aspects:
  - name: 带头严守政治纪律和政治规矩，维护党的团结统一
    problems:
      - claim: 上级部署落实不够快
        facts:
          - 2024年3月部署的河湖清四乱，本局5月才印发方案
        measures:
          - do: 建立上级部署分解台账
            owner: 办公室
            due: 2025年3月底
      - claim: 请示报告不够及时
  - name: 带头增强党性、严守纪律、砥砺作风
    problems:
      - claim: 调研不够深入
        facts: [2024年下乡调研37次，其中21次当天往返]
  - name: 带头在遵规守纪、清正廉洁前提下勇于担责、敢于创新
    problems:
      - claim: 项目推进不够有力
        facts: [龙尾水库除险加固比计划晚了4个月]
  - name: 带头履行全面从严治党政治责任
    problems:
      - claim: 日常监督不够严
        facts: [2024年只约谈提醒2人次]
causes:
  - claim: 政治能力锤炼不够
    from: [上级部署落实不够快, 请示报告不够及时]
  - claim: 宗旨意识树得不牢
    from: [调研不够深入]
"""


@dataclass(frozen=True)
class BadSpec:
    """A file that is no valid spec, and what its one error must say."""

    id: str
    content: bytes
    line: int | None
    """None where no line is at fault."""
    words: tuple[str, ...]


def _edit(name: str, old: str, new: str, at: str, *words: str) -> BadSpec:
    """The good spec with one edit; `at` stands on the line at fault and nowhere else."""
    assert GOOD.count(old) == 1, name
    text = GOOD.replace(old, new)
    lines = [i for i, line in enumerate(text.splitlines(), 1) if at and at in line]
    assert len(lines) == bool(at), name
    return BadSpec(name, text.encode(), lines[0] if at else None, words)


def _raw(name: str, content: bytes, line: int | None, *words: str) -> BadSpec:
    return BadSpec(name, content, line, words)


_LAST_ASPECT = GOOD[GOOD.index("  - name: 带头履行") : GOOD.index("causes:")]
_ONE_PROBLEM = "      - claim: 日常监督不够严\n        facts: [2024年只约谈提醒2人次]\n"

BAD_SPECS = (
    _edit(
        "wrong-kind", "minzhu-2024", "minzu-2024", "kind:", "没有“minzu-2024”", "是“minzhu-2024”"
    ),
    _edit("unknown-key", "speaker:", "speeker:", "speeker", "“speeker”这个键", "是“speaker”"),
    _edit(
        "nested-unknown-key",
        "owner: 办公室",
        "ownr: 办公室",
        "ownr",
        "aspects.1.problems.1.measures.1.ownr",
        "最接近的是“owner”",
        "可用：do、owner、due",
    ),
    _edit("unknown-empty-key", "speaker: 局党组", "speeker:", "speeker", "“speeker”这个键"),
    _edit("unknown-lead-number", "talks: 26", "talk: 26", "lead:", "没有“talk”这个数", "是“talks”"),
    _edit("negative-number", "talks: 26", "talks: -26", "lead:", "不能是负数"),
    _edit("missing-aspect", _LAST_ASPECT, "", "aspects:", "缺少方面“带头履行全面从严治党政治责任”"),
    _edit("empty-aspect", _ONE_PROBLEM, "", "- name: 带头履行", "至少要有一条问题（problems）"),
    _edit(
        "duplicate-claim",
        "claim: 日常监督不够严",
        "claim: 项目推进不够有力  # 又写一次",
        "又写一次",
        "“项目推进不够有力”出现了两次",
    ),
    _edit("full-width-digits", "调研37次", "调研３７次", "调研３７次", "“３７”是全角数字", "半角"),
    _edit("full-width-point", "4个月", "4．5个月", "4．5", "“．”是全角数字"),
    _edit("full-width-length", "length: 4000", "length: ４０００", "length", "应填整数"),
    _edit("duplicate-key", "length: 4000", "unit: 松川县林业局", "林业局", "（unit）", "写了两次"),
    _edit("tab", "  resolved: 7", "\tresolved: 7", "resolved", "YAML 写法有误", "Tab"),
    _edit("missing-unit", "unit: 松川县水利局\n", "", "", "（unit）", "缺少这一项"),
    _edit("empty-unit", "unit: 松川县水利局", "unit:", "unit", "（unit）", "缺少这一项"),
    _edit("missing-claim", "claim: 项目推进不够有力", "measures: []", "measures: []", "缺少这一项"),
    _edit("number-in-words", "resolved: 7", "resolved: 七", "resolved", "应填整数，现为“七”"),
    _edit("too-long", "length: 4000", "length: 40000", "length", "不应大于 20000"),
    _edit("date-in-words", "2025-01-14", "2025年1月14日", "date", "应填日期，如 2024-01-12"),
    _edit("date-as-seconds", "2025-01-14", "1736812800", "date", "应填日期，如 2024-01-12"),
    _edit(
        "text-for-list", "[龙尾水库除险加固比计划晚了4个月]", "晚了4个月", "晚了", "应是一个列表"
    ),
    _edit("list-for-text", "speaker: 局党组", "speaker: [局党组]", "speaker", "应填一段文字"),
    _edit("half-width-colon", "[2024年只约谈", "[2024年: 只约谈", "只约谈", "应填一段文字"),
    _edit("line-break", "claim: 日常监督", 'claim: "日常\\n监督"\n#', "日常\\n", "不要换行"),
    _edit(
        "unknown-problem",
        "from: [调研不够深入]",
        "from: [调研不深入]",
        "调研不深入",
        "没有“调研不深入”这个问题",
        "最接近的是“调研不够深入”",
    ),
    _edit("more-mended-than-found", "resolved: 7", "resolved: 10", "resolved", "多于问题总数 9 个"),
    _edit(
        "work-in-a-self-examination",
        "    problems:\n" + _ONE_PROBLEM,
        "    work: [{claim: 调研}]\n    problems:\n" + _ONE_PROBLEM,
        "work:",
        "请去掉 work",
    ),
    _edit("alias", "speaker: 局党组", "speaker: &who 局党组", "speaker", "不能用 & 和 *"),
    _edit("placeholder-unit", "松川县水利局", "请填写单位全称", "unit", "“请填写单位全称”还没有填"),
    _edit("placeholder-claim", "日常监督不够严", "请填写问题", "请填写", "“请填写问题”还没有填"),
    _raw("empty", b"", None, "没有内容可读", "assistant new"),
    _raw("comments-only", "# 规格\n".encode(), None, "没有内容可读"),
    _raw("a-list", b"- a\n- b\n", None, "不是“键: 值”的形式"),
    _raw("binary", b"PK\x03\x04\x00\x00\xff\xfe" * 40, None, "不是文本文件"),
    _raw("ten-megabytes", b"# x\n" * 2_500_000, None, "10.0 MB", "上限 1 MB"),
    _raw("recursive-alias", b"kind: &a [*a]\n", 1, "不能用 & 和 *"),
    _raw("deep-nesting", b"[" * 1_000, None, "套得太深"),
    _raw("key-of-many-words", b"? [a, b]\n: c\n", 1, "冒号前面应是一个词"),
)


def unit_spec(**changes: object) -> UnitSpec:
    """The good spec with other fields, not checked against its kind."""
    good = parse_spec(GOOD, "unit.yaml").model_dump(by_alias=True)
    return UnitSpec.model_validate({**good, **changes})


def spec_of(kind: DocumentKind, claims: int = 2, **changes: object) -> UnitSpec:
    """A spec of any kind, each claim of it with a fact and a measure."""

    def problem(name: str, ending: str) -> dict[str, object]:
        fact = {"facts": [f"{name}在2024年6月漏办3件"]}
        measure = {"do": f"补办{name}", "owner": "办公室", "due": "2025年3月底"}
        return {"claim": f"{name}{ending}", **fact, "measures": [measure]}

    def aspect(name: str, ending: str) -> dict[str, object]:
        items = [problem(f"{name[:6]}第{j}项", ending) for j in range(1, claims + 1)]
        if kind.genre == "report":
            return {"name": name, "work": [{k: i[k] for k in ("claim", "facts")} for i in items]}
        return {"name": name, "problems": items}

    data: dict[str, object] = {
        "kind": kind.id,
        "unit": "松川县水利局",
        "date": kind.valid_to or "2023-12-20",
        "lead": dict.fromkeys(kind.lead_numbers, 3),
        "aspects": [aspect(a.name, a.manifestation or "不够实") for a in kind.aspects],
    }
    if kind.genre == "report":
        data["problems"] = [problem(f"台账第{j}本", "不够实") for j in range(1, claims + 1)]
    return UnitSpec.model_validate({**data, **changes})


def good_plan(**changes: object) -> Plan:
    """The plan of the good spec."""
    spec = unit_spec(**changes)
    return make_plan(spec, get_kind(spec.kind))


def stated_points(plan: Plan) -> dict[str, Point]:
    """Every slot written by stating its facts, by slot id."""
    return {slot.id: _stated_point(slot) for slot in plan.slots()}


def _stated_point(slot: Slot) -> Point:
    stated = slot.stated.rstrip("，。") + "。" if slot.writable else slot.opening
    text = stated + slot.ending
    sentences = tuple(
        Sentence(text=sentence, facts=cited(sentence, slot.facts))
        for sentence in split_sentences(text)
    )
    return point_from_sentences(sentences, slot)
