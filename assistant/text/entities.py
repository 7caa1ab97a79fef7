"""Names in Chinese text: places, institutions, persons, titles and quoted terms.

There is no dictionary of names behind it: a name is known by its last characters, and the two
characters before them are what tells it from others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.text.names import find_named_officials

EntityKind = Literal["place", "institution", "department", "person", "title", "quotation"]


@dataclass(frozen=True)
class Entity:
    """A name as it stands in a text."""

    kind: EntityKind
    text: str
    """What distinguishes it: for a place the two characters before its suffix, and that."""
    start: int
    end: int
    suffix: str = ""
    """What kind of place or institution it is."""


_PLACE = re.compile(
    # Every alternative begins with a plain character, so that most places are skipped at once.
    "省(?=[\u4e00-\u9fff]{1,6}[市县局厅委])|州(?=[\u4e00-\u9fff]{1,6}[市县局厅委])"
    "|市(?!场|民|容|政(?!府|协)|值|价|面|井|直|级|里|域|情|况|区|县|[镇乡])"
    "|县(?!级|直|域|乡|情|区|市|城)|区(?!域|别|分|间|块|级|直|情|县)"
    "|镇(?!痛|静|压|级|村|街)|乡(?<!下乡)(?!镇|亲|土|愁|级|贤|音|情|下|村|里)|街道(?!办)|街道办事处"
    "|村(?!民|级|里|集体|务|两委|居|社|镇|组|支部|规|容)"
)
_PLACES = (
    "水库|片区|林场|园区|小区|社区|街道|医院|学校|公司|集团|灌区|大厦|广场"
    "|办事处|工作站|银行|协会|大学|中学(?!习)|小学(?!习)|监狱|法院|检察院|疫情"
)
NAMED_PLACE = re.compile(f"([\u4e00-\u9fff]{{2}})({_PLACES})")
"""What a model that invents an instance is most likely to name."""
_INSTITUTION = re.compile(
    "(?:工业园区|产业园区|卫生院|养护站|管理站|检查站|幼儿园|敬老院|合作社|派出所|供销社|水厂|泵站|产业园"
    f"|示范园|示范区|开发区|大桥|隧道|大道|项目|工程|行动|党支部|党总支|{_PLACES})"
    "(?!生|师|化|制|量|自觉|上|力)"
)
_DEPARTMENT = re.compile(
    "局(?!面|部|限|势|长|党组|机关|属|直|系统|内|里|外|中|领导|班子|办公室|务|促|级|情)"
    "|科(?!学|技|目|普|研|室|级|长|员|协|教|班)|股(?!份|级|室|东|长|权|票|金|员)"
    "|大队|支队|中队|管理处|管理所|服务中心|事务中心|管理中心|监测中心|指挥中心"
)
MASKED = re.compile(
    r"[赵钱孙李周吴郑王冯陈张刘杨黄林何郭马罗梁宋唐许邓韩曹]某[某甲乙]?|某[某县市村乡镇人]|[Xx×]{1,3}[市县镇村局]"
)
"""A name hidden by 某 or X."""

QUOTED = re.compile(r"“([^“”\n]{1,40})”|《([^《》\n]{1,40})》|「([^」\n]*)」")
"""What stands in quotation marks or is cited by its title."""

OWNER = re.compile(r"由([\u4e00-\u9fff]{2,12}?)(?:牵头|负责|组织|会同|承担)")
"""Who is said to see to something."""

ANYBODY = re.compile("分管|负责人|班子|专人|各|成员|支部|谁")
"""Owners whom a unit has whatever its sections are called."""

_HEAD = 2
_NEVER_IN_NAMES = frozenset(
    "的了着过得年月日时在到对把被将和与及或各全本我该每某由按向给于至从以等是有为使让因而但也都还只就又再最更很太"
    "不没未无非其之所此这那们个几何哪谁多少两所赴入进出去来驻属辖外内间往抓管查看"
)
_NEVER_LAST = _NEVER_IN_NAMES | frozenset(
    "一二三四五六七八九十百千万级上下前后左右中地直城乡镇县市区小农学"
)


def find_entities(text: str) -> Iterator[Entity]:
    """The names in a text, kind by kind."""
    for match in _PLACE.finditer(text):
        yield from _with_head("place", text, match)
    for match in _INSTITUTION.finditer(text):
        yield from _with_head("institution", text, match)
    for match in _DEPARTMENT.finditer(text):
        yield from _with_head("department", text, match)
    for start, end in find_named_officials(text):
        yield Entity("person", text[start:end], start, end)
    for match in QUOTED.finditer(text):
        if match[2]:
            yield Entity("title", match[2], *match.span(2))
        elif words := match[1] or match[3]:
            yield Entity("quotation", words, match.start() + 1, match.end() - 1)


def _with_head(kind: EntityKind, text: str, match: re.Match[str]) -> Iterator[Entity]:
    start = match.start() - _HEAD
    head = text[max(0, start) : match.start()]
    if len(head) < _HEAD or not all("\u4e00" <= char <= "\u9fff" for char in head):
        return
    last = _NEVER_LAST if kind == "place" else _NEVER_IN_NAMES
    if head[0] in _NEVER_IN_NAMES or head[1] in last:
        return
    yield Entity(kind, head + match[0], start, match.end(), match[0])
