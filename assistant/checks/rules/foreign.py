"""Names of places, units, persons and documents that the unit did not give."""

import re
from collections.abc import Iterator

from assistant.checks.rule import CheckContext, Hit, Sample, Severity, rule
from assistant.checks.rules.foreign_data import Whitelist, Words
from assistant.checks.rules.formulations_data import Formulations, Statutes, short_title
from assistant.text.entities import ANYBODY, MASKED, OWNER, Entity, EntityKind

_SPEC = """
kind: zuzhi-2023
unit: 青溪镇机关党支部
speaker: 支部班子
date: 2023-09-10
aspects:
  - name: 理论学习
    problems:
      - claim: 学习不够经常
        facts:
          - 石桥村9名党员缺课，“周末课堂”停了3次
          - 《学习笔记管理办法》没有执行
          - 云栎林场没有补课
        measures: [{do: 建立学习情况台账, owner: 组织委员, due: 2023年10月底}]
  - {name: 政治素质, problems: [{claim: 站位不高}]}
  - {name: 能力本领, problems: [{claim: 本领不强}]}
  - {name: 担当作为, problems: [{claim: 担当不够}]}
  - {name: 工作作风, problems: [{claim: 作风不实}]}
  - {name: 廉洁自律, problems: [{claim: 自律不严}]}
causes: [{claim: 宗旨意识不牢, from: [学习不够经常]}]
"""


def _told(text: str) -> Sample:
    return Sample(text, spec=_SPEC)


def _whitelist(context: CheckContext) -> Whitelist:
    return context.data.section("whitelist", Whitelist)


def known_words(context: CheckContext) -> str:
    """All that the unit, the kind and code give, in one string; empty without a spec."""
    return "\n".join(context.known_texts)


def _unknown(context: CheckContext, *kinds: EntityKind) -> Iterator[Entity]:
    """Names of these kinds that neither the spec nor the whitelist knows."""
    known = known_words(context)
    if not known:
        return
    ends = _whitelist(context).generic_ends
    for entity in context.entities:
        if entity.kind not in kinds or entity.text in known:
            continue
        generic = (end for end in ends if _says_more(end, entity))
        if not context.text.endswith(tuple(generic), 0, entity.end):
            yield entity


def _says_more(end: str, entity: Entity) -> bool:
    """Whether a generic end is more than the suffix by which an institution is known."""
    return entity.kind == "place" or end != entity.suffix


def _is_common(context: CheckContext, entity: Entity) -> bool:
    """Whether the characters before the suffix are no name but a word, or parts of two."""
    words = context.data.section("words", Words).words
    head = entity.text[: -len(entity.suffix)]
    straddling = context.text[max(0, entity.start - 1) : entity.start + 1]
    return head in words or straddling in words


def _ends_in_word(context: CheckContext, entity: Entity) -> bool:
    """Whether the suffix belongs to a word: 顾大局, 回病区."""
    words = context.data.section("words", Words).words
    return len(entity.suffix) == 1 and entity.text[-2:] in words


@rule(
    "U101",
    "别处的地名",
    Severity.ERROR,
    why="材料里留着别的市县乡镇的名字，是照搬照抄的铁证，曾有多人因此被问责。",
    good=(
        _told("青溪镇石桥村9名党员缺课。"),
        _told("按照市委、县委部署，深入乡镇和社区。"),
        "云岭市水务局学习不深。",
    ),
    bad=(
        _told("云岭市9名党员缺课。"),
        _told("鹤山村9名党员缺课。"),
        _told("平湖县委部署之后没有行动。"),
    ),
)
def places_known(context: CheckContext) -> Iterator[Hit]:
    """A place that the spec does not name."""
    for place in _unknown(context, "place"):
        if not _is_common(context, place):
            message = f"“{place.text}”在规格里没有"
            yield Hit(place.start, place.end, message, "核对是否是别的单位的内容")


@rule(
    "U102",
    "别的单位部门",
    Severity.WARNING,
    why="责任科室、下属单位必须是本单位的；照搬来的科室名称没人认领。",
    good=(
        _told("由组织委员牵头建立学习情况台账。"),
        _told("由办公室牵头，机关党委督办。"),
        _told("云栎林场没有补课。"),
    ),
    bad=(
        _told("由水政水资源科牵头建立台账。"),
        _told("青峰林场没有补课。"),
        _told("县国库支付局没有补课。"),
    ),
)
def departments_known(context: CheckContext) -> Iterator[Hit]:
    """A department or institution that the spec does not name, or an owner it does not."""
    known = known_words(context)
    if not known:
        return
    owners: list[tuple[int, int]] = []
    ends = _whitelist(context).generic_ends
    for match in OWNER.finditer(context.text):
        if match[1] in known or ANYBODY.search(match[1]) or match[1].endswith(ends):
            continue
        if not any(len(part) > 1 and part in known for part in re.split("[和与]", match[1])):
            owners.append(match.span(1))
            yield Hit(*match.span(1), f"“{match[1]}”不是规格里的责任单位", "改为规格里的责任单位")
    for entity in _unknown(context, "department", "institution"):
        if any(start <= entity.start and entity.end <= end for start, end in owners):
            continue
        plain = _is_common if entity.kind == "institution" else _ends_in_word
        if not plain(context, entity):
            message = f"“{entity.text}”在规格里没有"
            yield Hit(entity.start, entity.end, message, "核对是否是别的单位的内容")


@rule(
    "U103",
    "没有依据的人名",
    Severity.WARNING,
    why="点到的人必须确有其人其事；姓名、“某某”都要能在规格里找到。",
    good=(_told("支部书记负责。"), _told("由组织委员牵头。"), "张卫东同志缺课。"),
    bad=(_told("张卫东同志缺课。"), _told("李建国局长没有到会。"), _told("某村党员缺课。")),
)
def persons_known(context: CheckContext) -> Iterator[Hit]:
    """A person, or somebody hidden by 某, of whom the spec does not speak."""
    known = known_words(context)
    for person in _unknown(context, "person"):
        message = f"“{person.text}”在规格里没有"
        yield Hit(person.start, person.end, message, "核对姓名；没有依据的删去")
    if known:
        for match in MASKED.finditer(context.text):
            if match[0] not in known:
                yield Hit(*match.span(), f"“{match[0]}”没有写明", "写出名称，或删去")


@rule(
    "U104",
    "没有依据的文件",
    Severity.WARNING,
    why="引用的文件要确实存在、确实与本单位有关。",
    good=(
        _told("《学习笔记管理办法》没有执行。"),
        _told("对照《中国共产党廉洁自律准则》检查。"),
        "执行《差旅费管理办法》。",
    ),
    bad=(_told("执行《差旅费管理办法》不严。"), _told("没有落实《河道采砂管理规定》。")),
)
def titles_known(context: CheckContext) -> Iterator[Hit]:
    """A document that neither the spec nor the list of statutes names."""
    statutes = context.data.section("statutes", Statutes).by_short_title
    titles = _whitelist(context).titles
    for title in _unknown(context, "title"):
        if short_title(title.text) not in statutes and title.text not in titles:
            message = f"《{title.text}》在规格里没有"
            yield Hit(title.start, title.end, message, "核对文件名称；没有依据的删去")


@rule(
    "U105",
    "没有依据的引语",
    Severity.WARNING,
    why="加引号的活动名、经验名多是别家的品牌，照搬最容易露馅。",
    good=(
        _told("“周末课堂”停了3次。"),
        _told("落实“三会一课”，当“甩手掌柜”。"),
        "开展“五比五看”活动。",
    ),
    bad=(_told("开展“五比五看”活动不实。"), _told("推行“河长+警长”机制不够。")),
)
def quotations_known(context: CheckContext) -> Iterator[Hit]:
    """A quoted term that the spec, the kind and the genre do not know."""
    formulations = context.data.section("formulations", Formulations)
    usual = {*formulations.quoted, *formulations.lists, *_whitelist(context).quotations}
    for quotation in _unknown(context, "quotation"):
        if quotation.text in usual or _shown_as_list(quotation.text, formulations):
            continue
        if _ANNOUNCED.fullmatch(quotation.text):
            continue
        named = _NAMED.match(context.text, quotation.end)
        message = f"“{quotation.text}”在规格里没有"
        severity = Severity.WARNING if named else Severity.HINT
        remedy = "核对出处；没有依据的去掉"
        yield Hit(quotation.start, quotation.end, message, remedy, severity=severity)


_ANNOUNCED = re.compile("[两三四五六七八九]个(?:还|不|没|未|有待).{1,4}|.")
"""What code or writer announces before points (三个还不够), and single characters."""
_NAMED = re.compile(
    "”(?:专项|系列|主题)?(?:活动|行动|工程|工作法|模式|机制|品牌|计划|做法|经验|体系|项目|制度)"
)
"""Behind a quotation: it is the name of something."""


def _shown_as_list(text: str, formulations: Formulations) -> bool:
    """Whether it is a fixed formulation spelled out."""
    parts = re.split("[、，]", text)
    members = {word for entry in formulations.lists.values() for word in entry.members}
    return len(parts) > 1 and all(part in members for part in parts)


RULES = (places_known, departments_known, persons_known, titles_known, quotations_known)
