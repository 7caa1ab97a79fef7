"""Figures and dates that contradict each other, or themselves."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise

from assistant.checks.rule import CheckContext, Hit, Sample, Severity, rule
from assistant.checks.rules.figures_text import CountedSentence, counted_sentences
from assistant.text.figures import Figure
from assistant.text.shares import Share, find_shares


@rule(
    "N201",
    "占比推算有误",
    Severity.ERROR,
    why="“不到三分之一”“过半”要与同句的数字算得上，37次里的29次不是不到三分之一。",
    good=(
        "调研37次，其中29次当天往返，超过四分之三。",
        "检查37家，29家不合格，占78.4%。",
        "调研37次，其中29次当天往返；不到三分之一的人写了报告。",
        "完成投资过半。",
        "更新标牌203块，占468块的一半不到。",
    ),
    bad=(
        "调研37次，其中29次当天往返，不到三分之一。",
        "43个检查站有9个无人值守，过半失守。",
        "检查37家，29家不合格，占75%。",
        "更新标牌303块，占468块的一半不到。",
    ),
)
def shares_add_up(context: CheckContext) -> Iterator[Hit]:
    """A share that no two figures beside it give."""
    sentences = counted_sentences(context.text)
    for share in find_shares(context.text):
        before = bisect_right(sentences, share.start, key=lambda sentence: sentence.start)
        sentence = sentences[before - 1] if before else None
        if sentence and share.start < sentence.start + len(sentence.text):
            yield from _wrong_share(context.text, share, _ratios(sentence, share))


_Ratio = tuple[Figure, Figure]


def _ratios(sentence: CountedSentence, share: Share) -> list[_Ratio]:
    """Pairs of part and whole in the share's clauses: same unit, the smaller first."""
    start = sentence.text.rfind("；", 0, share.start - sentence.start) + 1 + sentence.start
    stop = sentence.text.find("；", share.end - sentence.start)
    end = sentence.start + (stop if stop >= 0 else len(sentence.text))
    figures = [
        f
        for f in sentence.figures
        if start <= f.start < end and not share.start <= f.start < share.end
    ]
    return [
        (a, b) if a.value < b.value else (b, a)
        for a, b in combinations(figures, 2)
        if a.measure == b.measure != "%" and a.value != b.value and min(a.value, b.value) > 0
    ]


def _wrong_share(text: str, share: Share, ratios: list[_Ratio]) -> Iterator[Hit]:
    if not ratios or any(_fits(share, ratio) for ratio in ratios):
        return
    part, whole = ratios[0]
    exact = f"{float(part.value / whole.value):.1%}"
    message = f"“{text[share.start : share.end]}”与数字对不上"
    yield Hit(share.start, share.end, message, f"{part.text}比{whole.text}是{exact}")


def _fits(share: Share, ratio: _Ratio) -> bool:
    value = float(ratio[0].value / ratio[1].value)
    return share.low - 1e-9 <= value <= share.high + 1e-9


@rule(
    "N202",
    "分项与总数不符",
    Severity.ERROR,
    why="部分不能大于总体，已办加未办应等于总数。",
    good=(
        "查摆问题13个，已整改11个，未整改2个。",
        "下乡61次，其中38次当天往返。",
        "抽查62份案卷，其中5份不完整。收到投诉170件。",
        "共有党员37人，其中男党员21人、女党员16人。",
    ),
    bad=(
        "查摆问题13个，已整改11个，未整改3个。",
        "下乡38次，其中61次当天往返。",
        "共有党员37人，其中男党员21人、女党员18人。",
        "34起纠纷中有42起未结案。",
    ),
)
def parts_add_up(context: CheckContext) -> Iterator[Hit]:
    """Parts greater than the whole, or parts that leave something over."""
    for sentence in counted_sentences(context.text):
        for among in _AMONG.finditer(sentence.text):
            yield from _greater_parts(sentence, among)
    for match in _LEFT_OVER.finditer(context.text):
        whole, done, left = (Decimal(match[group]) for group in ("whole", "done", "left"))
        if done + left != whole:
            message = f"{match['done']}加{match['left']}不等于{match['whole']}"
            yield Hit(*match.span(), message, "逐项核对后改正")


_AMONG = re.compile("其中|中[，,]?(?:有|仅|只|已)")
_PART_END = re.compile("[；。]|，(?:全年|共|比上年|另|此外|还)")


def _greater_parts(sentence: CountedSentence, among: re.Match[str]) -> Iterator[Hit]:
    at, behind = sentence.start + among.start(), sentence.start + among.end()
    wholes = [f for f in sentence.figures if f.end <= at and at - f.end <= 16]
    if not wholes or "；" in sentence.text[wholes[-1].end - sentence.start : among.start()]:
        return
    whole = wholes[-1]
    stop = _PART_END.search(sentence.text, among.end())
    limit = sentence.start + (stop.start() if stop else len(sentence.text))
    parts = [
        f for f in sentence.figures if behind <= f.start < limit and f.measure == whole.measure
    ]
    if not parts or "%" in whole.unit:
        return
    if parts[0].value > whole.value and parts[0].start - behind <= 12:
        message = f"“{parts[0].text}”大于总数“{whole.text}”"
        yield Hit(whole.start, parts[0].end, message, "逐项核对后改正")
    elif len(parts) > 1 and _listed(sentence, parts):
        total = sum(part.value for part in parts)
        if total > whole.value:
            message = f"各项合计{total:f}，大于总数“{whole.text}”"
            yield Hit(whole.start, parts[-1].end, message, "逐项核对后改正")


def _listed(sentence: CountedSentence, parts: list[Figure]) -> bool:
    """Whether the parts are items of one list, each of which counts its own."""
    between = [
        sentence.text[a.end - sentence.start : b.start - sentence.start] for a, b in pairwise(parts)
    ]
    return all(re.fullmatch("[、，和][^，。；、]{1,10}", words) for words in between)


_DONE = "(?:已|已经)[^，。；、\n]{0,8}?"
_LEFT = "(?:未|尚未|没有|尚有|还有|仍有|剩余|剩下)[^，。；、\n]{0,10}?"
_UNIT = "[个项件条起户人处次家名份宗]"
_LEFT_OVER = re.compile(
    rf"(?P<whole>\d+)(?P<unit>{_UNIT})[^。；\n\d]{{0,12}}?[，、]{_DONE}(?P<done>\d+)(?P=unit)"
    rf"[^。；\n\d]{{0,12}}?[，、]{_LEFT}(?P<left>\d+)(?P=unit)"
)


@rule(
    "N203",
    "增减幅度有误",
    Severity.ERROR,
    why="由多少到多少、增减多少，要算得上；百分数相减得百分点。",
    good=(
        "全局性会议由31次压减到19次，减少12次。",
        "办理时间由5.3天缩短到2.6天，缩短51%。",
        "普及率由88%提高到91%，提高3个百分点。",
    ),
    bad=(
        "全局性会议由31次压减到19次，减少15次。",
        "办理时间由5.3天缩短到2.6天，缩短61%。",
        "普及率由88%提高到91%，提高8个百分点。",
    ),
)
def changes_add_up(context: CheckContext) -> Iterator[Hit]:
    """A difference or a rate of change that the two figures before it do not give."""
    for match in _CHANGE.finditer(context.text):
        before, after = Decimal(match["before"]), Decimal(match["after"])
        given, unit = Decimal(match["given"]), match["by"]
        difference = abs(after - before)
        if unit in ("%", "％") and match["unit"] not in ("%", "％"):
            wanted = difference / before * 100 if before else difference
            right = abs(wanted - given) <= (
                Decimal("0.06") if "." in match["given"] else Decimal(1)
            )
            told = f"{wanted:.1f}%"
        elif unit == match["unit"] or (unit in ("个百分点", "百分点") and "%" in match["unit"]):
            right, told = given == difference, f"{difference.normalize():f}{unit}"
        else:
            continue
        if not right:
            message = f"“{match['given']}{unit}”算得不对"
            yield Hit(*match.span(), message, f"应为{told}")


_CHANGE = re.compile(
    r"[由从](?P<before>\d+(?:\.\d+)?)(?P<unit>[个项件条起户人处次家名份天万亿元%]{1,2})"
    r"[^，。；\d]{1,8}[到至为](?P<after>\d+(?:\.\d+)?)(?P=unit)[，、]"
    r"[^，。；\d]{0,6}(?:减少|下降|降低|缩短|压减|增加|增长|提高|上升|提升|压缩|节约)了?"
    r"(?P<given>\d+(?:\.\d+)?)(?P<by>个?百分点|[个项件条起户人处次家名份天万亿元%％]{1,2})"
)


@rule(
    "N204",
    "同一数字前后不一",
    Severity.WARNING,
    why="同一件事的数字全文只能有一个说法。",
    good=(
        "征求意见建议43条。对43条意见建议逐条研究。",
        "2023年开展谈心谈话68人次。2024年开展谈心谈话72人次。",
        "开展警示教育7场次，参加干部职工126人次。",
    ),
    bad=(
        "会前征求意见建议43条。对照征求意见建议34条逐条研究。",
        "开展谈心谈话68人次。截至目前开展谈心谈话86人次。",
    ),
)
def quantities_agree(context: CheckContext) -> Iterator[Hit]:
    """The same words before figures of one unit, in sentences that do not differ in time."""
    given: dict[tuple[str, str], list[tuple[Figure, int, frozenset[str]]]] = defaultdict(list)
    for sentence in counted_sentences(context.text):
        times = frozenset(_TIME.findall(sentence.text))
        for figure in sentence.figures:
            words = context.text[max(0, figure.start - _LEAST_HEAD) : figure.start]
            if len(words) == _LEAST_HEAD and _HAN.fullmatch(words):
                given[words, figure.measure].append((figure, sentence.start, times))
    for (words_before, _), places in given.items():
        first, first_sentence, first_times = places[0]
        for figure, start, times in places[1:]:
            same_time = not (first_times and times and first_times != times)
            if figure.value != first.value and same_time and start != first_sentence:
                message = f"“{words_before}”前面是“{first.text}”，这里是“{figure.text}”"
                yield Hit(figure.start, figure.end, message, "核对后统一")


_TIME = re.compile(r"\d{4}年|\d{1,2}月|[上下]半年|去年|上年|今年")
_HAN = re.compile("[\u4e00-\u9fff]+")
_LEAST_HEAD = 6


@rule(
    "N205",
    "时间段不符",
    Severity.WARNING,
    why="上半年的汇报里写全年完成数，多是套用了年度材料。",
    good=(
        "某局2023年上半年工作汇报\n\n认真落实全年财政收支目标任务。",
        "某局2023年度工作汇报\n\n全年完成投资1.64亿元。",
    ),
    bad=(
        "某局2023年上半年工作汇报\n\n全年一般公共预算收入完成8.3亿元。",
        "某局2023年上半年落实主体责任情况汇报\n\n全年共开展警示教育6场次。",
    ),
)
def periods_agree(context: CheckContext) -> Iterator[Hit]:
    """A result of the whole year in a report on its first half."""
    if "上半年" not in context.document.title:
        return
    for match in _WHOLE_YEAR.finditer(context.text):
        if not _PLANNED.search(match[0]):
            start = match.start()
            yield Hit(start, start + 2, "上半年的材料写了全年的结果", "改为上半年的数字")


_WHOLE_YEAR = re.compile(r"全年[^。；\n]*?(?:\d|\*)[^，。；\n]*")
_PLANNED = re.compile("目标|任务|计划|预计|力争|确保|预算数|安排|争取实现")


@rule(
    "N206",
    "日期不成立",
    Severity.ERROR,
    why="没有的日期、早于材料的整改时限、晚于材料的事实，一眼就是差错。",
    good=(
        Sample("2024年2月29日召开会议。", day=date(2024, 12, 1)),
        Sample(
            "某局对照检查材料\n\n三、整改措施\n\n2024年10月底前完成改造。", day=date(2024, 1, 12)
        ),
        Sample("2023年10月检测合格。", day=date(2024, 1, 12)),
    ),
    bad=(
        "2023年2月30日召开会议。",
        "到13月底整改完成。",
        Sample(
            "某局对照检查材料\n\n三、整改措施\n\n2023年3月底前完成改造。", day=date(2024, 1, 12)
        ),
        Sample("2025年10月检测合格。", day=date(2024, 1, 12)),
    ),
)
def dates_hold(context: CheckContext) -> Iterator[Hit]:
    """A day that does not exist, a deadline already past, an event still to come."""
    for match in _DAY.finditer(context.text):
        month, day = int(match["month"]), int(match["day"] or 1)
        year = int(match["year"] or 2024)
        if not 1 <= month <= 12 or not _exists(year, month, day):
            yield Hit(*match.span(), f"没有“{match[0]}”这个日期", "核对后改正")
        elif match["year"]:
            yield from _against_document(context, match, date(year, month, day))


_DAY = re.compile(
    r"(?=\d)(?<![\d.])(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号])?"
    r"(?P<end>底|末|中旬|上旬|下旬)?(?P<before>之?前)?"
)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


_TO_COME = re.compile("将|拟|计划|预计|力争|确保|目标|前完成|底前|到期|为期")


def _against_document(context: CheckContext, match: re.Match[str], day: date) -> Iterator[Hit]:
    written = context.day or (context.spec.date if context.spec else None)
    if written is None:
        return
    past = (day.year, day.month) < (written.year, written.month)
    if match["before"] and past and _in_measures(context, match.start()):
        message = f"时限“{match[0]}”早于材料日期{written.year}年{written.month}月"
        yield Hit(*match.span(), message, "核对年份")
    elif (day.year, day.month) > (written.year, written.month) and not match["before"]:
        start = max(context.text.rfind(mark, 0, match.start()) for mark in "。；\n") + 1
        end = min(
            (place for mark in "。；\n" if (place := context.text.find(mark, match.end())) >= 0),
            default=len(context.text),
        )
        planned = _TO_COME.search(context.text, start, end)
        if not planned and not _in_measures(context, match.start()):
            message = f"“{match[0]}”晚于材料日期{written.year}年{written.month}月"
            yield Hit(*match.span(), message, "核对年份")


_MEASURES = re.compile("措施|打算|努力方向|整改方向|下一?步|改进")


def _in_measures(context: CheckContext, place: int) -> bool:
    """Whether a place stands in a part that looks ahead, or behind it."""
    sections = context.document.sections
    before = bisect_right(sections, place, key=lambda section: section.span.start)
    return bool(before and _MEASURES.search(sections[before - 1].heading))


@rule(
    "N207",
    "概数重叠",
    Severity.WARNING,
    why="“近”与“余”、“约”与“左右”意思重复或矛盾，只用一个。",
    good=("走访近200人次。", "走访200余人次。", "最近10余天。", "约200人。"),
    bad=("走访近200余人次。", "约200人左右。", "超过三百余户。"),
)
def approximations_single(context: CheckContext) -> Iterator[Hit]:
    """Two words of approximation around one number."""
    for match in _TWICE_ABOUT.finditer(context.text):
        message = f"“{match[0]}”概数重叠"
        yield Hit(*match.span(), message, "前后两个概数词只留一个")


_AMOUNT = r"(?:\d[\d,.]*|[一二三四五六七八九十百千两]+)[十百千万亿]*"
_TWICE_ABOUT = re.compile(
    r"(?=[近约大接将超逾])"
    rf"(?:(?<![最附远亲新将靠])(?:近|约|大约|接近|将近|超过?|逾){_AMOUNT}(?:余|多)[万亿]?[^年月日\W]"
    rf"|(?<![节条制契公合大])(?:约|大约|近|接近){_AMOUNT}[\u4e00-\u9fff%]{{0,3}}(?:左右|上下))"
)


@rule(
    "N208",
    "下降用倍",
    Severity.ERROR,
    why="减少最多减到零，不能用“倍”，应说下降百分之几或几分之几。",
    good=("投诉量下降75%。", "产量增长3倍。", "下降幅度是上年的2倍。"),
    bad=("投诉量下降3倍。", "办理时间缩短了两倍。"),
)
def no_fall_in_multiples(context: CheckContext) -> Iterator[Hit]:
    """A fall told as a multiple."""
    for match in _FALL.finditer(context.text):
        yield Hit(*match.span(), f"“{match[0]}”不成立", "改为百分比或分数")


_FALL = re.compile(
    rf"(?:下降|减少|降低|缩短|压减|缩减|回落|减小|下滑)了?(?:近|约)?{_AMOUNT}(?:余|多)?倍"
)


RULES = (
    shares_add_up,
    parts_add_up,
    changes_add_up,
    quantities_agree,
    periods_agree,
    dates_hold,
    approximations_single,
    no_fall_in_multiples,
)
