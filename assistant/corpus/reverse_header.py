"""Who speaks in a document, for which unit, on what day, and the numbers of its lead."""

import re
from collections import Counter
from datetime import date

from assistant.document.tree import Document
from assistant.kinds import DocumentKind
from assistant.text.figures import find_figures
from assistant.text.numbering import number_of
from assistant.text.sentences import overlap

_MASK = re.compile(r"[*＊×xX]{1,4}|某{2,}")
_YEAR = r"20\d\d年?(?:度|上半年|下半年)?"
_TITLE_REST = re.compile(
    rf"(?:领导班子|班子成员|党员领导干部|班子|党组|党委)?(?:关于|{_YEAR}|学习贯彻|落实|履行|巡视|专题|民主生活会|组织生活会|主题教育"
    r"|对照检查|党支部书记|全面从严|党史学习|党风廉政|述责|述职)"
)
_UNIT_NAME = re.compile(
    r"[\u4e00-\u9fff]{2,18}?(?:党支部|党总支|街道办事处|街道|委员会|人民政府|有限公司|集团|学校|中学|小学|大学|学院|医院"
    r"|管理处|管理局|[局厅委办处镇乡])(?=党组|党委|领导班子|班子|支部|主动|先后|认真|坚持|按照|[，。、])"
)
_SPEAKER = re.compile(
    r"(?:局|委|厅|处|办|院|校|公司|集团|中心|镇|乡|街道)?(?:党组|党委|党工委|党总支|领导班子)|支部班子|支委会|班子(?!成员)"
)
_NOT_SPEAKER = re.compile(
    r"《[^》]*》|“[^”]*”|理论学习中心组|(?:市|县|省|区|上级|街道)(?:委|党工委)|党组会|党委会"
)
_DAY = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日")
_HAN_DAY = re.compile(
    r"([二〇○零一三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")

UNKNOWN_UNIT = "本单位"


def unit_of(document: Document) -> str:
    """The unit as title or lead name it; `UNKNOWN_UNIT` where neither does."""
    title = re.sub(rf"^(?:关于)?(?:{_YEAR})?", "", _MASK.sub("", document.title))
    rest = _TITLE_REST.search(title)
    if rest and 2 <= rest.start() <= 40:
        return title[: rest.start()]
    lead = "".join(paragraph.text for paragraph in document.lead)
    named = _UNIT_NAME.search(_NOT_SPEAKER.sub("，", lead))
    return named[0] if named else UNKNOWN_UNIT


def speaker_of(document: Document, kind: DocumentKind) -> str:
    """How the text names its author: the fullest name of the lead that the text repeats most."""
    lead = "".join(paragraph.text for paragraph in document.lead)
    in_lead = {match[0] for match in _SPEAKER.finditer(_NOT_SPEAKER.sub("，", lead))}
    said = Counter(match[0] for match in _SPEAKER.finditer(_NOT_SPEAKER.sub("，", document.text)))
    named = sorted(in_lead or said, key=lambda name: (name == "班子", -said[name], name))
    return named[0] if named else kind.speaker


def date_of(document: Document, kind: DocumentKind) -> tuple[date, bool]:
    """The day of the document, and whether the text states it.

    A day that is not stated follows from the year in the title and the kind's season.
    """
    for paragraph in (*reversed(document.closing), *document.lead[:3]):
        if len(paragraph.text) <= 30 and (day := _read_day(paragraph.text)):
            return day, True
    year = re.search(r"20\d\d", document.title)
    if kind.genre == "report" and year:
        half = "半年" in document.title
        return date(int(year[0]), 7 if half else 12, 1), False
    return kind.valid_from, False


def _read_day(text: str) -> date | None:
    if match := _DAY.search(text):
        numbers = [int(match[i]) for i in (1, 2, 3)]
    elif match := _HAN_DAY.search(text):
        numbers = [int(match[1].translate(_HAN_DIGITS)), number_of(match[2]), number_of(match[3])]
    else:
        return None
    try:
        return date(*numbers)
    except ValueError:
        return None


def lead_numbers_of(document: Document, kind: DocumentKind) -> dict[str, int]:
    """The numbers that the kind wants in the lead, where the lead gives them."""
    lead = "".join(paragraph.text for paragraph in document.lead)
    candidates = [
        (
            overlap(asked.fact.format(n=""), lead[max(0, figure.start - 24) : figure.end]),
            key,
            figure,
        )
        for key, asked in kind.lead_numbers.items()
        for figure in find_figures(lead)
        if figure.value == int(figure.value) and asked.fact.endswith("{n}" + figure.measure)
    ]
    numbers: dict[str, int] = {}
    used: set[int] = set()
    for likeness, key, figure in sorted(candidates, key=lambda c: (-c[0], c[2].start)):
        if likeness >= 0.5 and key not in numbers and figure.start not in used:
            numbers[key] = int(figure.value)
            used.add(figure.start)
    return {key: numbers[key] for key in kind.lead_numbers if key in numbers}
