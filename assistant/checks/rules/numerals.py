"""How numbers and dates are written, after GB/T 15835."""

import re
import unicodedata
from collections.abc import Iterator

from assistant.checks.data import DataSection
from assistant.checks.rule import CheckContext, Hit, Severity, rule

_FULL_WIDTH = re.compile(r"[０-９]+(?:[．，][０-９]+)*[％]?")


@rule(
    "T301",
    "全角数字",
    Severity.WARNING,
    why="阿拉伯数字用半角。",
    good=("完成37次。", "占91.3%。"),
    bad=("完成３７次。", "占９１．３％。"),
)
def full_width_digits(context: CheckContext) -> Iterator[Hit]:
    """Full-width digits."""
    for match in _FULL_WIDTH.finditer(context.text):
        right = unicodedata.normalize("NFKC", match[0])
        yield Hit(*match.span(), f"“{match[0]}”是全角数字", f"改为“{right}”", right)


_ZERO_DATE = re.compile(r"(?<=年)(?:0(\d)月(?:0?(\d{1,2})日)?|(\d{1,2})月0(\d)日)")


@rule(
    "T302",
    "月日虚位",
    Severity.WARNING,
    why="年份写全，月、日不编虚位（GB/T 9704）：2024年3月5日。",
    good=("2024年3月5日", "2024年10月20日"),
    bad=("2024年03月05日", "2024年03月", "2024年10月05日"),
)
def padded_date(context: CheckContext) -> Iterator[Hit]:
    """Months and days with a leading zero."""
    for match in _ZERO_DATE.finditer(context.text):
        right = re.sub(r"(?<!\d)0(?=\d)", "", match[0])
        yield Hit(*match.span(), f"“{match[0]}”编了虚位", f"写作“{right}”", right)


_SHORT_YEAR = re.compile(r"(?<![\d.])(?:9\d|[012]\d)年(?=底|初|末|中|度|以来|[1-9]\d?月|上半|下半)")


@rule(
    "T303",
    "年份不全",
    Severity.WARNING,
    why="年份用四位数字，不简写（GB/T 15835）。",
    good=("2023年底完成。", "工作满20年。", "用了15年时间。"),
    bad=("23年底完成。", "自21年以来进展慢。", "24年度考核。"),
)
def short_year(context: CheckContext) -> Iterator[Hit]:
    """A year of two digits."""
    for match in _SHORT_YEAR.finditer(context.text):
        yield Hit(*match.span(), f"“{match[0]}”年份不全", "写出四位年份")


_HAN = "零〇一二三四五六七八九十"
_HAN_YEAR = re.compile(
    rf"二[零〇][{_HAN}]{{2}}年(?:[{_HAN}]{{1,2}}月(?:[{_HAN}]{{1,3}}日)?)?"
    rf"|\d{{4}}年[一二三四五六七八九十]{{1,2}}月(?:[{_HAN}]{{1,3}}日)?(?!份?会议)"
    rf"|(?<=\d月)[一二三四五六七八九十]{{1,3}}日"
)


@rule(
    "T304",
    "日期用汉字",
    Severity.WARNING,
    why="公历的年月日用阿拉伯数字（GB/T 15835）。",
    good=("2024年3月5日", "十月革命", "五四运动以来"),
    bad=("二〇二四年三月五日", "2024年三月", "二零二四年"),
)
def date_in_characters(context: CheckContext) -> Iterator[Hit]:
    """Calendar dates in Chinese numerals, or mixed."""
    for match in _HAN_YEAR.finditer(context.text):
        yield Hit(*match.span(), f"日期“{match[0]}”用了汉字数字", "改用阿拉伯数字")


_PERCENT = re.compile(rf"百分之(?!百|之)[{_HAN}百]+(?:点[{_HAN}]+)?")


@rule(
    "T305",
    "百分数用汉字",
    Severity.WARNING,
    why="统计数据和百分比用阿拉伯数字（GB/T 15835）。",
    good=("完成率91.3%。", "付出百分之百的努力。"),
    bad=("完成率百分之九十一。", "下降百分之三点五。"),
)
def percent_in_characters(context: CheckContext) -> Iterator[Hit]:
    """Percentages in Chinese numerals."""
    for match in _PERCENT.finditer(context.text):
        yield Hit(*match.span(), f"“{match[0]}”是统计数字", "改用阿拉伯数字和%")


_RANGE = re.compile(r"(?=\d)(?<![\d.年月-])(\d+(?:\.\d+)?)[-－—~～](\d+(?:\.\d+)?)([%％])")


@rule(
    "T306",
    "百分数范围",
    Severity.WARNING,
    why="百分数的范围两头都写百分号：63%～68%（GB/T 15835）。",
    good=("占63%~68%。", "第3-5章"),
    bad=("占63-68%。", "下降3～5%。"),
)
def percent_range(context: CheckContext) -> Iterator[Hit]:
    """A range with one percent sign."""
    for match in _RANGE.finditer(context.text):
        right = f"{match[1]}%～{match[2]}%"
        yield Hit(*match.span(), f"“{match[0]}”前一个数缺百分号", f"写作“{right}”", right)


_MIXED = re.compile(
    r"(?=\d)(?<![\d.])(?:\d+(?:\.\d+)?[亿万]\d+(?:\.\d+)?[千百万]|\d+千\d+百|\d+[千百](?=[元人户亩吨]))"
)


@rule(
    "T307",
    "数词混写",
    Severity.WARNING,
    why="阿拉伯数字只与万、亿连用，不与十、百、千混写（GB/T 15835）。",
    good=("3.5万元", "1.2亿元", "三千多人"),
    bad=("3万5千元", "2千人", "3亿2千万元"),
)
def mixed_number(context: CheckContext) -> Iterator[Hit]:
    """Digits mixed with 千 and 百."""
    for match in _MIXED.finditer(context.text):
        yield Hit(*match.span(), f"“{match[0]}”数字与汉字数词混写", "写全数字，或以万、亿为单位")


class FixedNumerals(DataSection):
    """Words whose numerals are Chinese."""

    pairs: dict[str, str]
    """Written with digits to right."""


@rule(
    "T308",
    "定型词用了数字",
    Severity.ERROR,
    why="定型的词、词组用汉字数字（GB/T 15835）：“四风”、党的二十大。",
    good=("学习党的二十大精神。", "纠治“四风”。", "2024风险评估"),
    bad=("学习党的20大精神。", "落实3会1课制度。", "落实中央8项规定精神。"),
)
def fixed_numeral(context: CheckContext) -> Iterator[Hit]:
    """Fixed terms written with digits."""
    for wrong, right in context.data.section("fixed_numerals", FixedNumerals).pairs.items():
        if wrong in context.text:
            for match in re.finditer(rf"(?<![\d.]){re.escape(wrong)}", context.text):
                yield Hit(*match.span(), f"“{wrong}”应为“{right}”", f"改为“{right}”", right)


_SOME_TENS = re.compile(
    r"几1?0+(?=[\u4e00-\u9fff])|(?<!\d)\d+几(?=[个人次项件天名户])|[上成]10{1,3}(?=[个人次项件名户])"
)


@rule(
    "T309",
    "概数用了数字",
    Severity.WARNING,
    why="概数用汉字（GB/T 15835）：几十人、十几次、三五天。",
    good=("几十人参加。", "十几次提醒。", "20多人参加。"),
    bad=("几10人参加。", "10几次提醒。"),
)
def rough_number(context: CheckContext) -> Iterator[Hit]:
    """Rough numbers in digits."""
    for match in _SOME_TENS.finditer(context.text):
        yield Hit(*match.span(), f"“{match[0]}”是概数", "用汉字书写，如几十、十几")


RULES = (
    full_width_digits,
    padded_date,
    short_year,
    date_in_characters,
    percent_in_characters,
    percent_range,
    mixed_number,
    fixed_numeral,
    rough_number,
)
