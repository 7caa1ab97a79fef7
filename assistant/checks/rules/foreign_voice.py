"""Who speaks and of what level and sector the unit is: it must not change within a document."""

import re
from collections import Counter
from collections.abc import Iterator

from assistant.checks.rule import CheckContext, Hit, Sample, Severity, rule
from assistant.checks.rules.foreign import known_words
from assistant.checks.rules.foreign_data import Whitelist, Words

_SPEC = """
kind: zuzhi-2023
unit: 云岭县水务局机关党支部
speaker: 支部班子
date: 2023-09-10
aspects:
  - {name: 理论学习, problems: [{claim: 学习不够经常, facts: [局党组提醒了3次]}]}
  - {name: 政治素质, problems: [{claim: 站位不高}]}
  - {name: 能力本领, problems: [{claim: 本领不强}]}
  - {name: 担当作为, problems: [{claim: 担当不够}]}
  - {name: 工作作风, problems: [{claim: 作风不实}]}
  - {name: 廉洁自律, problems: [{claim: 自律不严}]}
causes: [{claim: 宗旨意识不牢, from: [学习不够经常]}]
"""


def _told(text: str) -> Sample:
    return Sample(text, spec=_SPEC)


_SPEAKER = re.compile(
    "(?=[局厅委院社办中镇乡街校学医公集厂县市区省党支处村董经])"
    "(?:(?:局|厅|委|院|社|办|中心)党组|(?:镇|乡|街道|校|学院|医院|院|公司|集团|厂|局|县|市|区|省)党委|(?:街道)?党工委"
    "|[县市区](?=委(?:常委会|班子|认为|对自身|抓|把|在))委"
    "|支部班子|支委会|支部委员会|处领导班子|局领导班子|镇领导班子|校领导班子|公司领导班子|院领导班子|村党支部|社区党委"
    "|董事会|经理层)"
)
_ABOVE = re.compile(
    "(?:部署|要求|安排|统一|通知|巡察|反馈|印发|决定|书记|报告|汇报|请示|交办|督办|审定|同意|批准|研究|提交|审议|会议|派驻|备案|审批)"
)
"""Beside a body's name: another body is spoken of, not the one that speaks."""


@rule(
    "U201",
    "说话主体前后不一",
    Severity.ERROR,
    why="一份材料只有一个主体；忽而局党组、忽而镇党委，说明是拼凑来的。",
    good=(
        _told("支部班子抓学习不紧。局党组提醒了3次。"),
        _told("支部班子没有执行镇党委的部署。"),
        "局党组抓学习不紧。局党组对调研不重视。局党组没有督办。",
    ),
    bad=(
        _told("支部班子抓学习不紧。镇党委对调研不重视。"),
        _told("校党委满足于开过会。"),
        "局党组抓学习不紧。局党组对调研不重视。局党组没有督办。镇党委满足于开过会。",
    ),
)
def speaker_constant(context: CheckContext) -> Iterator[Hit]:
    """A body that is neither the speaker nor spoken of as standing above it."""
    speakers = list(_SPEAKER.finditer(context.text))
    known = known_words(context)
    if known:
        foreign = [match for match in speakers if match[0] not in known]
    else:
        counts = Counter(match[0] for match in speakers)
        (usual, most), *_ = counts.most_common(1) or [("", 0)]
        if most < _SURE:
            return
        foreign = [m for m in speakers if counts[m[0]] * _SURE <= most and m[0] not in usual]
    title = context.document.title_span
    # Without a spec nobody can say for sure who speaks; the title names unit and body together.
    severity = None if known else Severity.HINT
    for match in foreign:
        if not known and title and title.start <= match.start() < title.end:
            continue
        before = context.text[max(0, match.start() - 6) : match.start()]
        behind = context.text[match.end() : match.end() + 6]
        around = re.split("[。；\n]", before)[-1] + re.split("[。；\n]", behind)[0]
        if not _ABOVE.search(around):
            message = f"“{match[0]}”不是本材料的主体"
            yield Hit(*match.span(), message, "改为本单位的称呼", severity=severity)


_SURE = 3
"""So many times as often must the usual be said for the other to count as strange."""

_RANKS = {"省": 5, "州": 4, "市": 4, "县": 3, "区": 3, "旗": 3, "镇": 2, "乡": 2, "街道": 2}
_RANKS |= {"村": 1, "社区": 1}
_ORGANS = ("局", "厅", "处", "院", "校", "厂", "公司", "集团", "中心", "医院", "学院", "支队")
_RANK = "|".join(sorted(_RANKS, key=len, reverse=True))
_ORGAN = "|".join(sorted(_ORGANS, key=len, reverse=True))
_SELF = re.compile(
    rf"(?<![自忘大小无])(?P<who>[我本])(?P<what>{_RANK}|{_ORGAN})(?!长|面|部分|来|理|级|域|委托)"
    rf"|(?<![安健完齐])(?P<all>全)(?P<rank>{_RANK})(?!域|别|委)"
)


@rule(
    "U202",
    "单位层级不符",
    Severity.ERROR,
    why="县里的材料写“我镇”“全区”，是从别的层级套用来的。",
    good=(
        _told("我局支部学习不深。全县水利工程多。"),
        _told("我县、我市都有部署。"),
        "我县工作不实。全县干部要改进。",
    ),
    bad=(
        _told("我镇党员学习不深。"),
        _told("全区水利工程多。"),
        _told("我校党员学习不深。"),
        "我县工作不实。我县调研不够。我县重视不足。我区干部要改进。",
    ),
)
def level_constant(context: CheckContext) -> Iterator[Hit]:
    """我镇 or 全区 in the document of a unit of another level."""
    found = list(_SELF.finditer(context.text))
    known = known_words(context)
    if known and context.spec:
        unit = context.spec.unit
        for match in found:
            if match[0] not in known and not _belongs(match, unit):
                message = f"“{match[0]}”与单位“{unit}”的层级不符"
                yield Hit(*match.span(), message, "改为本单位的称呼")
        return
    counts = Counter(match["what"] or match["rank"] for match in found)
    usual, most = next(((w, n) for w, n in counts.most_common() if w in _RANKS), ("", 0))
    for match in found:
        word = match["what"] or match["rank"]
        strange = word in _RANKS and _RANKS[word] <= _RANKS.get(usual, 0) and word != usual
        if strange and most >= _SURE * counts[word]:
            message = f"“{match[0]}”与前后文的“{usual}”不一致"
            yield Hit(*match.span(), message, "核对是否套用了别处的材料", severity=Severity.WARNING)


def _belongs(match: re.Match[str], unit: str) -> bool:
    """Whether a unit of this name may say so of itself or of its region."""
    word = match["what"] or match["rank"]
    if word in _ORGANS:
        return word in unit
    own = [_RANKS[rank] for rank in re.findall(_RANK, unit)]
    return word in unit or not own or _RANKS[word] > min(own)


@rule(
    "U203",
    "行业称谓不符",
    Severity.WARNING,
    why="财政局的材料里冒出“民政事业”，是套用别的部门材料没有改干净。",
    good=(
        _told("水务系统党员学习不深，水利工程监管不严。"),
        "财政系统学习不深。财政干部不实。财政部门不严。",
        _told("加强与公安部门协作。"),
    ),
    bad=(
        _told("民政系统党员学习不深。"),
        "财政系统学习不深。财政干部不实。财政部门不严。推动民政事业发展。",
    ),
)
def sector_constant(context: CheckContext) -> Iterator[Hit]:
    """The sector of another unit spoken of as one's own."""
    whitelist = context.data.section("whitelist", Whitelist)
    found = list(whitelist.sector_phrase.finditer(context.text))
    known = known_words(context) or context.document.title
    own = {sector for name, sector in whitelist.sector_of.items() if name in known}
    counts = Counter(whitelist.sector_of[match[1]] for match in found)
    if not own:
        usual = counts.most_common(1)
        own = {sector for sector, count in usual if count >= _SURE}
    if not own:
        return
    for match in found:
        if whitelist.sector_of[match[1]] not in own and not match[0].endswith(_OTHERS):
            message = f"“{match[0]}”不是本单位的行业"
            yield Hit(*match.span(), message, "核对是否是别的单位的内容")


_OTHERS = ("部门", "领域", "行业")
"""Of others, too, a unit speaks in these words."""


_NO_DISTRICT = re.compile("[病园库景城片校社小辖灾牧山林矿厂街老新特战]区$")
"""What ends in 区 and is no district."""


@rule(
    "U204",
    "前后单位不一",
    Severity.WARNING,
    why="标题是一个市县，正文冒出另一个，多是照搬没有改干净。",
    good=(
        "云岭市水务局领导班子对照检查材料\n\n云岭市水务局学习不深。",
        "财政局领导班子对照检查材料\n\n云岭市财政局学习不深。",
    ),
    bad=(
        "云岭市水务局领导班子对照检查材料\n\n平湖市水务局学习不深。",
        "云岭县水务局领导班子对照检查材料\n\n平湖县水务局学习不深。",
    ),
)
def unit_constant(context: CheckContext) -> Iterator[Hit]:
    """Without a spec: a place of the same rank as the title's, with another name."""
    if context.spec or not context.document.title_span:
        return
    words = context.data.section("words", Words).words
    places = [
        entity
        for entity in context.entities
        if entity.kind == "place"
        and entity.text[: -len(entity.suffix)] not in words
        and not _NO_DISTRICT.search(entity.text)
        and context.text[max(0, entity.start - 1) : entity.start + 1] not in words
    ]
    title = context.document.title_span
    own = {p.suffix: p.text for p in places if title.start <= p.start < title.end}
    for place in places:
        if place.suffix in own and place.text != own[place.suffix]:
            message = f"“{place.text}”与标题的“{own[place.suffix]}”不一致"
            yield Hit(place.start, place.end, message, "核对是否是别的单位的内容")


RULES = (speaker_constant, level_constant, sector_constant, unit_constant)
