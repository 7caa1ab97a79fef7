"""Errors of wording, figures, names and copying, to be planted in clean documents.

Each function of `KINDS` plants one error of its kind, or says that the document offers no place.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from assistant.checks.context import CheckContext, OtherText
from assistant.checks.rules.formulations_data import Calendar, Formulations, Statutes
from assistant.spec import UnitSpec, problems_of
from assistant.text.figures import DATE_UNITS, Figure, find_figures


@dataclass(frozen=True)
class Clean:
    """A clean document that errors are planted in."""

    name: str
    text: str
    spec: UnitSpec
    others: tuple[str, ...]
    """The other clean documents."""


@dataclass(frozen=True)
class Planted:
    """A document with one error, and where it is."""

    context: CheckContext
    start: int
    end: int

    def found_by(self, start: int, end: int) -> bool:
        """Whether a finding at that place concerns the error."""
        return start < self.end and self.start < end


Plant = Callable[[Clean, random.Random], Planted | None]


def _edited(clean: Clean, start: int, end: int, new: str, *, told: bool = True) -> Planted:
    text = clean.text[:start] + new + clean.text[end:]
    context = CheckContext(text, spec=clean.spec if told else None)
    return Planted(context, start, start + len(new))


def _paragraph_ends(clean: Clean) -> list[int]:
    return [
        m.end() for m in re.finditer(r"(?m)^(?!#).{60,}。$", clean.text) if "“" not in m[0][-30:]
    ]


def _added(clean: Clean, rng: random.Random, sentence: str, *, told: bool = True) -> Planted:
    """A sentence more at the end of some paragraph."""
    place = rng.choice(_paragraph_ends(clean))
    return _edited(clean, place, place, sentence, told=told)


_DATA = CheckContext("").data
_FORMULATIONS = _DATA.section("formulations", Formulations)
_CALENDAR = _DATA.section("calendar", Calendar)
_STATUTES = _DATA.section("statutes", Statutes)
_STRAY = "山河云木石田风雨金玉东南高平安定方圆清白红黄书画琴棋马牛羊花草竹"
_VERBS = ("坚持", "落实", "对照", "牢记", "把握", "贯彻")


def _other_character(rng: random.Random, word: str, place: int) -> str:
    stray = rng.choice([c for c in _STRAY if c != word[place]])
    return word[:place] + stray + word[place + 1 :]


# --- formulations -------------------------------------------------------------------------------


def members_out_of_order(clean: Clean, rng: random.Random) -> Planted:
    entry = rng.choice([e for e in _FORMULATIONS.lists.values() if len(e.members) > 2])
    members = list(entry.members)
    while members == list(entry.members):
        rng.shuffle(members)
    return _added(clean, rng, f"{rng.choice(_VERBS)}{'、'.join(members)}。")


def member_damaged(clean: Clean, rng: random.Random) -> Planted:
    entry = rng.choice([e for e in _FORMULATIONS.lists.values() if len(e.members[0]) > 2])
    members = list(entry.members)
    which = rng.randrange(len(members))
    members[which] = _other_character(rng, members[which], rng.randrange(len(members[which])))
    return _added(clean, rng, f"{rng.choice(_VERBS)}{'、'.join(members)}。")


def name_with_a_wrong_character(clean: Clean, rng: random.Random) -> Planted:
    name = rng.choice([name for name in _FORMULATIONS.names if len(name) >= 8])
    bent = _other_character(rng, name, rng.randrange(len(name)))
    return _added(clean, rng, f"{rng.choice(_VERBS)}{bent}，还有差距。")


def name_with_a_character_dropped(clean: Clean, rng: random.Random) -> Planted:
    name = rng.choice([name for name in _FORMULATIONS.names if len(name) >= 8])
    place = rng.randrange(2, len(name) - 2)
    return _added(clean, rng, f"{rng.choice(_VERBS)}{name[:place]}{name[place + 1 :]}，还有差距。")


def verb_of_another(clean: Clean, rng: random.Random) -> Planted:
    term, fit = rng.choice(list(_FORMULATIONS.verbs.items()))
    return _added(clean, rng, f"班子成员{rng.choice(fit.wrong)}“{term}”不够自觉。")


def layouts_swapped(clean: Clean, rng: random.Random) -> Planted:
    term, wrong = rng.choice([("五位一体", "战略布局"), ("四个全面", "总体布局")])
    return _added(clean, rng, f"推进“{term}”{wrong}不够有力。")


def wrong_wording(clean: Clean, rng: random.Random) -> Planted:
    wording = rng.choice(
        [
            "服务“一带一路”战略",
            "学习习总书记讲话",
            "学习习近平书记讲话",
            "坚持以人民为核心",
            "整治奢靡主义",
            "解决愁急难盼问题",
            "增强4个意识",
            "坚定4个自信",
            "执行中央八项规定",
            "推进党风廉洁建设",
            "落实全面、准确、完整贯彻新发展理念的要求",
            "团结在以习近平总书记为核心的党中央周围",
        ]
    )
    return _added(clean, rng, f"{wording}还不到位。")


def chain_out_of_order(clean: Clean, rng: random.Random) -> Planted:
    links = ["领悟“两个确立”", "增强“四个意识”", "坚定“四个自信”", "做到“两个维护”"]
    chosen = sorted(rng.sample(range(4), rng.choice([2, 3, 4])))
    shuffled = chosen[:]
    while shuffled == chosen:
        rng.shuffle(shuffled)
    return _added(clean, rng, f"{'、'.join(links[i] for i in shuffled)}还不够。")


def quoted_term_bent(clean: Clean, rng: random.Random) -> Planted:
    term = rng.choice([t for t in _FORMULATIONS.quoted if len(t) >= 4 and "、" not in t])
    return _added(
        clean, rng, f"落实“{_other_character(rng, term, rng.randrange(len(term)))}”不严。"
    )


def before_its_time(clean: Clean, rng: random.Random) -> Planted | None:
    later = [
        word
        for word, term in _CALENDAR.terms.items()
        if term.since > clean.spec.date and "”" not in word
    ]
    return _added(clean, rng, f"学习贯彻{rng.choice(later)}要求不深。") if later else None


def congress_of_old(clean: Clean, rng: random.Random) -> Planted | None:
    if "二十大" in clean.text or clean.spec.date < date(2023, 3, 1):
        return None
    return _added(clean, rng, f"学习党的{rng.choice(['十八大', '十九大'])}精神不深。")


def statute_repealed(clean: Clean, rng: random.Random) -> Planted:
    title = rng.choice(
        [t for t, s in _STATUTES.statutes.items() if s.repealed and s.repealed < clean.spec.date]
    )
    return _added(clean, rng, f"执行《{title}》不严。")


def statute_too_early(clean: Clean, rng: random.Random) -> Planted:
    title, statute = rng.choice(
        [(t, s) for t, s in _STATUTES.statutes.items() if s.in_force and s.in_force.year > 2005]
    )
    assert statute.in_force
    planted = _added(clean, rng, f"执行《{title}》不严。", told=False)
    day = date(statute.in_force.year - 1, 6, 1)
    return replace(planted, context=replace(planted.context, day=day))


# --- figures ------------------------------------------------------------------------------------


def _counting(clean: Clean) -> list[Figure]:
    body = clean.text.index("\n\n")
    return [
        f
        for f in find_figures(clean.text, chinese=False)
        if f.start > body and f.measure and f.measure not in DATE_UNITS
    ]


def _new_number(rng: random.Random, figure: Figure) -> str:
    if "." in figure.number:
        return f"{float(figure.number) + rng.choice([-0.4, 0.3, 1.7, 10]):.2f}"
    value = int(figure.number.replace(",", ""))
    return str(max(1, value + rng.choice([1, 2, 7, 10, 100])))


def figure_altered(clean: Clean, rng: random.Random) -> Planted:
    figure = rng.choice(_counting(clean))
    new = _new_number(rng, figure) + figure.text[len(figure.number) :]
    return _edited(clean, figure.start, figure.end, new)


def figure_altered_in_han(clean: Clean, rng: random.Random) -> Planted:
    from assistant.text.numbering import numeral

    whole = [f for f in _counting(clean) if f.number.isdigit() and 9 < int(f.number) < 90]
    figure = rng.choice([f for f in whole if f.unit in ("个", "次", "人", "名", "户", "件", "条")])
    return _edited(clean, figure.start, figure.end, numeral(int(figure.number) + 7) + figure.unit)


def unit_altered(clean: Clean, rng: random.Random) -> Planted:
    figure = rng.choice(_counting(clean))
    units = [u for u in ("个", "人", "件", "户", "万元", "公里", "场次") if u != figure.measure]
    return _edited(clean, figure.start, figure.end, figure.number + rng.choice(units))


def figures_swapped(clean: Clean, rng: random.Random) -> Planted | None:
    figures = _counting(clean)
    pairs = [
        (a, b)
        for a, b in pairwise(figures)
        if a.measure == b.measure and a.value != b.value and b.start - a.end < 20
        and not re.search("[。；]", clean.text[a.end : b.start])
    ]  # fmt: skip
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    new = b.text + clean.text[a.end : b.start] + a.text
    return _edited(clean, a.start, b.end, new)


def deadline_altered(clean: Clean, rng: random.Random) -> Planted:
    dues = [
        m
        for m in re.finditer(r"\d{4}年(\d{1,2})月底前", clean.text)
        if clean.text.rfind("## ", 0, m.start()) > clean.text.rfind("措施落实情况")
    ]
    due = rng.choice(dues)
    month = rng.choice([m for m in range(1, 13) if m != int(due[1])])
    return _edited(clean, due.start(1), due.end(1), str(month))


def owner_altered(clean: Clean, rng: random.Random) -> Planted | None:
    measures = [m for _, p in problems_of(clean.spec) for m in p.measures if m.owner]
    owners = sorted({m.owner for m in measures})
    if len(owners) < 2:
        return None
    measure = rng.choice(measures)
    place = clean.text.find(measure.do)
    owned = clean.text.rfind(measure.owner, 0, place)
    if place < 0 or not 0 <= place - owned < 30:
        return None
    other = rng.choice([o for o in owners if o not in measure.owner and measure.owner not in o])
    return _edited(clean, owned, owned + len(measure.owner), other)


def share_wrong(clean: Clean, rng: random.Random) -> Planted:
    whole = rng.randrange(20, 90)
    many = rng.random() < 0.5
    part = round(whole * (rng.uniform(0.7, 0.95) if many else rng.uniform(0.05, 0.28)))
    share = rng.choice(
        ["不到三分之一", "不足四成", "不到一半", f"占{round(part / whole * 100) - 9}%"]
        if many
        else ["过半", "超过三分之一", "四成以上", "绝大多数", f"占{round(part / whole * 100) + 9}%"]
    )
    sentence = f"抽查案卷{whole}份，其中{part}份不完整，{share}。"
    return _added(clean, rng, sentence, told=False)


def part_above_whole(clean: Clean, rng: random.Random) -> Planted:
    whole = rng.randrange(5, 60)
    part = whole + rng.randrange(1, 40)
    sentence = rng.choice(
        [
            f"排查隐患{whole}处，其中{part}处没有整改。",
            f"{whole}个支部中有{part}个没有开会。",
            f"查摆问题{whole}个，已整改{whole - 3}个，未整改{rng.choice([1, 2, 5])}个。",
            f"走访农户{whole}户，其中脱贫户{whole - 2}户、监测户{rng.randrange(3, 9)}户。",
        ]
    )
    return _added(clean, rng, sentence, told=False)


def change_wrong(clean: Clean, rng: random.Random) -> Planted:
    before, after = rng.randrange(30, 90), rng.randrange(5, 25)
    off = before - after + rng.choice([-3, 2, 5])
    rate = round((before - after) / before * 100) + rng.choice([-12, 9, 15])
    sentence = rng.choice(
        [
            f"全局性会议由{before}次压减到{after}次，减少{off}次。",
            f"办理时间由{before}天缩短到{after}天，缩短{rate}%。",
            f"合格率由{before}%下降到{after}%，下降{off}个百分点。",
        ]
    )
    return _added(clean, rng, sentence, told=False)


def told_twice(clean: Clean, rng: random.Random) -> Planted:
    before, after = sorted(rng.sample(_paragraph_ends(clean), 2))
    words = rng.choice(["开展入户走访调研", "征求群众意见建议", "排查安全生产隐患", "整改突出问题"])
    unit = {"开": "次", "征": "条", "排": "处", "整": "个"}[words[0]]
    first, second = rng.sample(range(100, 900), 2)
    text = clean.text[:after] + f"累计{words}{second}{unit}。" + clean.text[after:]
    text = text[:before] + f"累计{words}{first}{unit}。" + text[before:]
    start = text.index(f"{words}{second}{unit}")
    return Planted(CheckContext(text), start, start + len(words) + 4)


def approximated_twice(clean: Clean, rng: random.Random) -> Planted:
    number = rng.randrange(2, 90) * 10
    about = rng.choice([f"近{number}余", f"约{number}多", f"超过{number}余", f"近{number}多"])
    return _added(
        clean, rng, f"走访群众{about}{rng.choice(['人', '户', '次', '人次'])}。", told=False
    )


def fall_in_multiples(clean: Clean, rng: random.Random) -> Planted:
    fall = rng.choice(["下降", "减少了", "缩短", "降低了", "压减"])
    times = rng.choice(["2倍", "三倍", "近2倍", "1.5倍", "两倍"])
    return _added(clean, rng, f"投诉件比上年{fall}{times}。", told=False)


def day_impossible(clean: Clean, rng: random.Random) -> Planted:
    day = rng.choice(
        ["2023年2月30日", "13月底", "2024年4月31日", "0月中旬", "2023年11月31日", "6月31日"]
    )
    return _added(clean, rng, f"到{day}仍没有完成。", told=False)


def deadline_past(clean: Clean, rng: random.Random) -> Planted | None:
    dues = [
        m for m in re.finditer(r"(\d{4})年\d{1,2}月底前", clean.text)
        if clean.text.rfind("\n## ", 0, m.start()) == clean.text.rfind("\n## ")
    ]  # fmt: skip
    if not dues:
        return None
    due = rng.choice(dues)
    return _edited(clean, due.start(1), due.end(1), str(int(due[1]) - rng.choice([1, 2])))


def whole_year_in_a_half(clean: Clean, rng: random.Random) -> Planted:
    title = "某局2023年上半年落实全面从严治党主体责任情况汇报"
    body = clean.text[clean.text.index("\n\n") :]
    place = clean.text.index("\n\n")
    half = replace(clean, text=title + body)
    assert place
    sentence = rng.choice(
        ["全年完成投资{}万元。", "全年开展谈心谈话{}人次。", "全年共办理信访件{}件。"]
    )
    return _added(half, rng, sentence.format(rng.randrange(30, 900)), told=False)


# --- foreign matter -----------------------------------------------------------------------------

_FOREIGN = (
    "云岭",
    "鹤峰",
    "临溪",
    "漳浦",
    "沅陵",
    "蒙自",
    "辛集",
    "邳江",
    "桐梓",
    "蓟川",
    "潞泽",
    "岷阳",
)


def place_of_others(clean: Clean, rng: random.Random) -> Planted:
    suffix = rng.choice(["市", "县", "区", "镇", "乡", "村", "街道"])
    sentence = rng.choice(
        ["{}干部群众对此反映强烈。", "按照{}工作安排推进不力。", "有的干部到{}走访流于形式。"]
    )
    return _added(clean, rng, sentence.format(rng.choice(_FOREIGN) + suffix))


_RANK = re.compile("[市县区镇]|街道")


def unit_renamed(clean: Clean, rng: random.Random) -> Planted | None:
    own = clean.spec.unit[:2]
    if not _RANK.match(clean.spec.unit, 2):
        return None
    places = [m.start() for m in re.finditer(own, clean.text) if _RANK.match(clean.text, m.end())]
    start = rng.choice(places)
    return _edited(clean, start, start + 2, rng.choice(_FOREIGN))


def owner_of_others(clean: Clean, rng: random.Random) -> Planted:
    owner = rng.choice(
        [
            "水资源管理科",
            "国库支付科",
            "社会救助股",
            "河湖管护中心",
            "罚没收入股",
            "铁路护路办",
            "网格化服务科",
        ]
    )
    return _added(clean, rng, f"由{owner}{rng.choice(['牵头', '负责'])}逐项跟踪销号。")


def institution_of_others(clean: Clean, rng: random.Random) -> Planted:
    name = rng.choice(_FOREIGN) + rng.choice(
        ["林场", "水库", "小区", "卫生院", "社区", "养护站", "灌区", "工业园区", "幼儿园", "大桥"]
    )
    return _added(clean, rng, f"{name}的遗留问题拖而不决。")


def person_unknown(clean: Clean, rng: random.Random) -> Planted:
    name = rng.choice("张刘陈杨赵周吴孙朱郭"[:3] + "杨赵吴孙朱郭") + rng.choice(
        ["卫东", "建国", "志强", "海涛", "雪梅", "永福"]
    )
    role = rng.choice(["同志", "副局长", "主任", "书记", "科长"])
    return _added(clean, rng, f"{name}{role}没有按要求参加学习。")


def person_masked(clean: Clean, rng: random.Random) -> Planted:
    masks = ["李某", "某村", "XX镇", "张某某", "某县", "×县"]
    who = rng.choice([mask for mask in masks if mask not in clean.text])
    return _added(clean, rng, f"{who}反映的问题没有及时处理。")


def title_unknown(clean: Clean, rng: random.Random) -> Planted:
    title = rng.choice(
        ["河道采砂管理办法", "国库集中支付细则", "社会救助实施方案", "机关用车管理规定"]
    )
    return _added(clean, rng, f"落实《{title}》打了折扣。")


def brand_of_others(clean: Clean, rng: random.Random) -> Planted:
    brand = rng.choice(["五比五看", "红色管家", "清风水务", "九个一", "双联双促", "河长加警长"])
    what = rng.choice(["活动", "行动", "工作法", "机制", "工程"])
    return _added(clean, rng, f"推行“{brand}”{what}不够深入。")


def speaker_changed(clean: Clean, rng: random.Random) -> Planted:
    others = [
        "镇党委",
        "校党委",
        "乡党委",
        "公司党委",
        "厅党组",
        "处领导班子",
        "支委会",
        "学院党委",
    ]
    own = [o for o in others if o not in clean.text and o not in str(clean.spec)]
    sentence = rng.choice(["{}对此抓得不紧。", "{}满足于开过会、发过文。", "{}在担当上有差距。"])
    return _added(clean, rng, sentence.format(rng.choice(own)))


def level_changed(clean: Clean, rng: random.Random) -> Planted | None:
    unit = clean.spec.unit
    lower = [
        word
        for word in ("我镇", "我乡", "我村", "全镇", "我校", "我厂", "本镇")
        if word not in clean.text and word[1] not in unit
        and "村" not in unit and not ("街道" in unit and word[1] == "村")
    ]  # fmt: skip
    return _added(clean, rng, f"{rng.choice(lower)}干部学习不深。") if lower else None


def sector_changed(clean: Clean, rng: random.Random) -> Planted:
    sectors = [
        s for s in ("民政", "水务", "税务", "烟草", "气象", "供销", "体育") if s not in clean.text
    ]
    noun = rng.choice(["系统", "事业", "干部", "战线"])
    return _added(clean, rng, f"{rng.choice(sectors)}{noun}发展思路不清。")


# --- copying ------------------------------------------------------------------------------------


def _passage(rng: random.Random, text: str, length: int) -> str:
    lines = [line for line in text.split("\n") if len(line) > length + 60 and "习近平" not in line]
    line = rng.choice(lines)
    start = rng.randrange(20, len(line) - length)
    return line[start : start + length].strip("，。；：、“”")


def run_of_an_example(clean: Clean, rng: random.Random) -> Planted:
    passage = _passage(rng, rng.choice(clean.others), rng.randrange(46, 90))
    return _added(clean, rng, f"{passage}。", told=False)


def run_of_a_given_text(clean: Clean, rng: random.Random) -> Planted:
    source = "".join(rng.choice(_FILLER) for _ in range(900))
    start = rng.randrange(0, 800)
    planted = _added(clean, rng, f"{source[start : start + rng.randrange(34, 70)]}。", told=False)
    others = (OtherText("去年的材料", source), OtherText("别的材料", clean.others[0]))
    return replace(planted, context=replace(planted.context, others=others))


_FILLER = "山河湖海春夏秋冬东南西北风雨雷电金木水火土日月星辰花鸟虫鱼琴棋书画米面油盐"


def many_short_runs(clean: Clean, rng: random.Random) -> Planted:
    """Runs of fifteen to twenty-five characters all over the document."""
    source = "".join(rng.choice(_FILLER) for _ in range(3000))
    text = clean.text
    for place in sorted(_paragraph_ends(clean), reverse=True)[:12]:
        start = rng.randrange(0, 2900)
        text = text[:place] + source[start : start + rng.randrange(15, 26)] + "。" + text[place:]
    context = CheckContext(text, others=(OtherText("去年的材料", source),))
    return Planted(context, 0, len(text))


KINDS: dict[str, dict[str, Plant]] = {
    "W": {
        "members_out_of_order": members_out_of_order,
        "member_damaged": member_damaged,
        "name_with_a_wrong_character": name_with_a_wrong_character,
        "name_with_a_character_dropped": name_with_a_character_dropped,
        "verb_of_another": verb_of_another,
        "layouts_swapped": layouts_swapped,
        "wrong_wording": wrong_wording,
        "chain_out_of_order": chain_out_of_order,
        "quoted_term_bent": quoted_term_bent,
        "before_its_time": before_its_time,
        "congress_of_old": congress_of_old,
        "statute_repealed": statute_repealed,
        "statute_too_early": statute_too_early,
    },
    "N": {
        "figure_altered": figure_altered,
        "figure_altered_in_han": figure_altered_in_han,
        "unit_altered": unit_altered,
        "figures_swapped": figures_swapped,
        "deadline_altered": deadline_altered,
        "owner_altered": owner_altered,
        "share_wrong": share_wrong,
        "part_above_whole": part_above_whole,
        "change_wrong": change_wrong,
        "told_twice": told_twice,
        "approximated_twice": approximated_twice,
        "fall_in_multiples": fall_in_multiples,
        "day_impossible": day_impossible,
        "deadline_past": deadline_past,
        "whole_year_in_a_half": whole_year_in_a_half,
    },
    "U": {
        "place_of_others": place_of_others,
        "unit_renamed": unit_renamed,
        "owner_of_others": owner_of_others,
        "institution_of_others": institution_of_others,
        "person_unknown": person_unknown,
        "person_masked": person_masked,
        "title_unknown": title_unknown,
        "brand_of_others": brand_of_others,
        "speaker_changed": speaker_changed,
        "level_changed": level_changed,
        "sector_changed": sector_changed,
    },
    "C": {
        "run_of_an_example": run_of_an_example,
        "run_of_a_given_text": run_of_a_given_text,
        "many_short_runs": many_short_runs,
    },
}
"""By family's letter, by name."""
