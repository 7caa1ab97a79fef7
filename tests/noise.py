"""Noise planted into clean documents, so that every instance is known and can be looked for.

A `Plant` replaces a stretch of a clean text by something noisy and says what cleaning has to make
of it. Planters never see the cleaner; the adverts are put together from what such sites write.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Plant:
    """One instance of noise."""

    start: int
    end: int
    noisy: str
    truth: str
    """What has to stand there after cleaning."""
    kind: str = ""


Planter = Callable[[random.Random, str], Iterator[Plant]]
"""Offers places in a clean text, in random order and without end or until there are no more."""

PLANTERS: dict[str, Planter] = {}


def planter(kind: str) -> Callable[[Planter], Planter]:
    """Register a kind of noise."""

    def register(function: Planter) -> Planter:
        PLANTERS[kind] = function
        return function

    return register


def _shuffled(dice: random.Random, pattern: str, text: str) -> Iterator[re.Match[str]]:
    found = list(re.finditer(pattern, text, re.MULTILINE))
    dice.shuffle(found)
    yield from found


_INSIDE = r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])"


def _inserted(pattern: str, noises: Callable[[random.Random], str], truth: str = "") -> Planter:
    def plant(dice: random.Random, text: str) -> Iterator[Plant]:
        for match in _shuffled(dice, pattern, text):
            yield Plant(match.start(), match.end(), noises(dice), truth)

    return plant


def _behind(pattern: str, noises: Callable[[random.Random], str]) -> Planter:
    def plant(dice: random.Random, text: str) -> Iterator[Plant]:
        for match in _shuffled(dice, pattern, text):
            yield Plant(match.end(), match.end(), noises(dice), "")

    return plant


def _one_of(*noises: str) -> Callable[[random.Random], str]:
    return lambda dice: dice.choice(noises)


def _replaced(pattern: str, new: Callable[[random.Random, str], str]) -> Planter:
    def plant(dice: random.Random, text: str) -> Iterator[Plant]:
        for match in _shuffled(dice, pattern, text):
            noisy = new(dice, match[0])
            if noisy != match[0]:
                yield Plant(match.start(), match.end(), noisy, match[0])

    return plant


def _own_line(lines: Callable[[random.Random], str]) -> Planter:
    """A line of noise between two paragraphs."""

    def plant(dice: random.Random, text: str) -> Iterator[Plant]:
        for match in _shuffled(dice, r"\n\n", text):
            yield Plant(match.start(), match.end(), f"\n\n{lines(dice)}\n\n", "\n\n")

    return plant


# --- characters ---

PLANTERS["zero-width"] = _inserted(
    _INSIDE, _one_of("\u200b", "\u200d", "\ufeff", "\u2060", "\u00ad")
)
PLANTERS["control"] = _inserted(_INSIDE, _one_of("\x07", "\x1f", "\x00", "\x9f", "\ue004"))
PLANTERS["emoji"] = _inserted(r"(?<=[。，])(?=[\u4e00-\u9fff])", _one_of("👉", "🔥", "✨", "➡️"))
PLANTERS["line-end"] = _replaced(r"\n\n", lambda _, old: old.replace("\n", "\r\n"))
PLANTERS["full-width-digits"] = _replaced(
    r"(?<!\d)\d+(?!\d)", lambda _, old: "".join(chr(ord(digit) + 0xFEE0) for digit in old)
)
_RADICALS = dict(
    zip(
        "一人入力口土大女子小工己手文方日月木止水火牛生用田目石立",
        "⼀⼈⼊⼒⼝⼟⼤⼥⼦⼩⼯⼰⼿⽂⽅⽇⽉⽊⽌⽔⽕⽜⽣⽤⽥⽬⽯⽴",
        strict=True,
    )
)
PLANTERS["radicals"] = _replaced(f"[{''.join(_RADICALS)}]", lambda _, old: _RADICALS[old])
PLANTERS["entities"] = _inserted(_INSIDE, _one_of("&nbsp;", "&#160;", "&ensp;"))
PLANTERS["quote-entities"] = _replaced("[“”]", lambda _, old: {"“": "&ldquo;", "”": "&rdquo;"}[old])

# --- layout ---

PLANTERS["inner-blank"] = _inserted(_INSIDE, _one_of(" ", "\u3000", "\u00a0", "  ", "\u2003"))
PLANTERS["indent"] = _inserted(r"(?<=\n\n)(?=[^#\n])", _one_of("\u3000\u3000", "    ", "\t"))
PLANTERS["trailing-blank"] = _inserted(r"(?<=[。])(?=\n)", _one_of(" ", "\u3000", "  ", "\t"))
PLANTERS["empty-lines"] = _replaced(r"\n\n", lambda dice, _: "\n" * dice.randint(3, 7))
PLANTERS["broken-line"] = _inserted(r"(?<=[，、])(?=[\u4e00-\u9fff])", _one_of("\n", "\n\n", " \n"))
PLANTERS["break-before-mark"] = _inserted(r"(?<=[\u4e00-\u9fff])(?=[，。；])", _one_of("\n"))
PLANTERS["ornament-line"] = _own_line(
    _one_of("==========", "----------------", "◆◆◆◆◆", "＊＊＊＊＊＊", "~~~~~~~~", "……………", "※ ※ ※")
)
PLANTERS["bullet"] = _inserted(r"(?<=\n\n)(?=[^#\n])", _one_of("● ", "■", "◆", "• ", "➢", "※"))
PLANTERS["page-number"] = _own_line(
    lambda dice: dice.choice(
        (
            "— {} —",
            "- {} -",
            "－{}－",
            "第 {} 页",
            "第{}页 共38页",
            "Page {} of 40",
            "{} / 40",
            "·{}·",
        )
    ).format(dice.randint(1, 37))
)
PLANTERS["page-break"] = _inserted(
    r"(?<=，[\u4e00-\u9fff]{9})(?=[\u4e00-\u9fff]{4})",
    lambda dice: f"\n\n{dice.choice(('— {} —', '第{}页 共9页'))}\n\n".format(dice.randint(1, 9)),
)

# --- punctuation ---

PLANTERS["half-mark"] = _replaced(
    "[，；：](?=[\u4e00-\u9fff])", lambda _, old: {"，": ",", "；": ";", "：": ":"}[old]
)
PLANTERS["half-stop"] = _replaced("(?<=[\u4e00-\u9fff])。", lambda _, _old: ".")
PLANTERS["half-brackets"] = _replaced(r"（[^（）\n]{1,20}）", lambda _, old: f"({old[1:-1]})")
PLANTERS["straight-quotes"] = _replaced(
    r"^[^“”\n]*“[^“”\n]*”[^“”\n]*$", lambda _, old: old.replace("“", '"').replace("”", '"')
)
PLANTERS["doubled-mark"] = _replaced(
    "[，。；]", lambda dice, old: old * dice.randint(2, 2 + (old != "。"))
)
PLANTERS["clashing-mark"] = _replaced(
    "。", lambda dice, _: dice.choice(("，。", "；。", "、。", "。，"))
)

# --- markers ---

_MARKS = (
    *("##paidbegin##", "##paidend##", "[vip]", "[/vip]", "[hide]"),
    *("【付费内容开始】", "{{paywall}}"),
)
PLANTERS["paid-in-heading"] = _inserted(r"(?<=^### （.）)", _one_of(*_MARKS))
PLANTERS["paid-in-text"] = _inserted(r"(?<=[。；])(?=[\u4e00-\u9fff])", _one_of(*_MARKS))
PLANTERS["paid-line"] = _own_line(
    _one_of("----以下内容付费可见----", "【以下为会员专享内容】", "##vipend##", "（登录后可见）")
)
PLANTERS["html-tag"] = _inserted(
    _INSIDE, _one_of("<br/>", "</p>", '<span style="color:red">', "<strong>", "<!-- ad -->")
)

# --- advertisements, contacts, web pages ---

_BRANDS = (
    *("秘书之家", "笔杆子天地", "老张公文", "文稿驿站"),
    *("材料人", "公文君", "写材料的小李", "青禾文秘"),
)


def _id(dice: random.Random) -> str:
    letters = "".join(dice.choices("abcdefghkmnwxyz", k=dice.randint(3, 6)))
    return letters + str(dice.randint(100, 99999))


def _spread(dice: random.Random, digits: str) -> str:
    """Digits with blanks or marks between them, as in adverts that hide from filters."""
    gap = dice.choice(("", " ", "-", " - ", "·"))
    if dice.random() < 0.5:
        return f"{digits[:3]}{gap}{digits[3:7]}{gap}{digits[7:]}"
    return (
        "".join(digit + (gap if dice.random() < 0.3 else "") for digit in digits[:-1]) + digits[-1]
    )


def _mobile(dice: random.Random) -> str:
    return _spread(dice, "1" + dice.choice("3578") + "".join(dice.choices("0123456789", k=9)))


def advert(dice: random.Random) -> str:
    """One advertising sentence."""
    brand, name, number = dice.choice(_BRANDS), _id(dice), str(dice.randint(10**6, 10**9))
    goods = dice.choice(("范文", "公文素材", "优质材料", "写作模板", "对照检查材料", "PPT课件"))
    return dice.choice(
        (
            f"更多{goods}请关注微信公众号“{brand}”",
            f"查看更多{goods}，请添加微信：{name}",
            f"【{brand}素材库】每日更新{goods}上千篇，会员一键下载，有意请联系{_mobile(dice)}",
            f"欢迎加入{brand}QQ群：{number}",
            f"扫描下方二维码关注{brand}，免费领取{goods}",
            f"本文来自公众号：{brand}",
            f"需要{goods}代写的朋友请加V信：{name}",
            f"获取完整{goods}请登录www.{name}.com",
            f"长按识别二维码，加入{brand}知识星球",
            f"原创代写各类公文，价格优惠，联系微信 {name}",
            f"公众号：{brand}，专注公文写作，每天分享{goods}",
            f"如需word版请联系客服QQ{number}",
            f"关注【{brand}】公众号，回复“{goods}”免费领取",
            f"{goods}尽在{brand}，终身会员仅需99元",
            "资料来源于网络，版权归原作者所有，如有侵权请联系删除",
            f"下载后可任意编辑修改，更多{goods}见主页",
            f"加微❤ {name} 进资料群",
            f"点击阅读原文，下载{goods}",
        )
    )


def _web_line(dice: random.Random) -> str:
    brand = dice.choice(_BRANDS)
    return dice.choice(
        (
            f"来源：{brand}网 时间：2023-0{dice.randint(1, 9)}-1{dice.randint(0, 9)} 08:30",
            f"时间:2023-07-0{dice.randint(1, 9)} 13:11:00 | 来源:{brand}网",
            f"责任编辑：{dice.choice('王李赵')}晓",
            f"上一篇：{dice.choice(('某镇述职报告', '乡镇半年总结', '心得体会三篇'))}",
            "下一篇：没有了",
            f"浏览次数：{dice.randint(100, 9999)}",
            "相关推荐：",
            "【打印本页】 【关闭窗口】",
            "版权声明：未经授权不得转载。",
            f"以下是小编为大家整理的{dice.randint(3, 9)}篇范文，欢迎阅读与收藏。",
            "希望对您有所帮助！",
            "本文档由用户上传，仅供学习参考，请勿用于商业用途。",
            "阅读原文",
            f"还剩 {dice.randint(2, 9)} 页未读，登录后查看全文",
        )
    )


PLANTERS["advert-line"] = _own_line(lambda dice: advert(dice) + dice.choice(("", "。", "！")))
PLANTERS["advert-twice"] = _own_line(lambda dice: "\n".join([advert(dice)] * 2))
PLANTERS["advert-glued"] = _inserted(r"(?<=。)(?=\n)", advert)
PLANTERS["advert-in-heading"] = _behind(
    r"^### [^\n]+$",
    lambda dice: dice.choice(
        ("更多范文请关注公众号：{}", "（公众号：{}）", "【关注公众号{}】")
    ).format(dice.choice(_BRANDS)),
)
PLANTERS["advert-bracket"] = _inserted(
    r"(?<=[\u4e00-\u9fff])(?=[，；])",
    lambda dice: dice.choice(
        ("（公众号：{}）", "【关注公众号{}】", "(更多材料请搜索{}公众号)")
    ).format(dice.choice(_BRANDS)),
)
PLANTERS["web-page"] = _own_line(_web_line)
PLANTERS["watermark"] = _inserted(
    _INSIDE,
    lambda dice: (
        f" {dice.choice(('www.', 'm.', ''))}{_id(dice)}.{dice.choice(('com', 'cn', 'net'))} "
    ),
)
PLANTERS["contact-line"] = _own_line(
    lambda dice: dice.choice(
        (
            f"联系人：张晓明 电话：{_mobile(dice)}",
            f"联系电话：{_mobile(dice)}",
            f"QQ：{dice.randint(10**6, 10**9)}  邮箱：{_id(dice)}@qq.com",
            f"微信号：{_id(dice)}",
            f"电话：0{dice.randint(311, 998)}-{dice.randint(2 * 10**6, 8 * 10**6)}",
        )
    )
)


def _masked(pattern: str, forms: Callable[[random.Random], tuple[str, str]]) -> Planter:
    def plant(dice: random.Random, text: str) -> Iterator[Plant]:
        for match in _shuffled(dice, pattern, text):
            noisy, truth = forms(dice)
            yield Plant(match.start(), match.end(), noisy, truth)

    return plant


_CLAUSE_END = r"(?<=[\u4e00-\u9fff])(?=，)"


def _phone_in_text(dice: random.Random) -> tuple[str, str]:
    label = dice.choice(("（受理电话", "，公布热线", "，值班手机"))
    close = "）" if label[0] == "（" else ""
    number = dice.choice((_mobile(dice), f"0597-{dice.randint(2 * 10**6, 8 * 10**6)}"))
    # Bracketed contact data falls, bracket and all.
    return f"{label}{number}{close}", "" if close else f"{label}××"


def _identity(dice: random.Random) -> tuple[str, str]:
    year, month, day = dice.randint(1950, 2004), dice.randint(1, 12), dice.randint(1, 28)
    number = f"35{dice.randint(1000, 9999)}{year}{month:02}{day:02}{dice.randint(100, 999)}"
    return f"，证件号{number}{dice.choice('0123456789X')}", "，证件号××"


def _name(dice: random.Random) -> tuple[str, str]:
    name = dice.choice("王李张刘陈杨赵黄周吴徐孙") + dice.choice(
        ("建国", "志强", "丽华", "伟", "晓军", "永福")
    )
    title = dice.choice(("局长", "副书记", "科长", "主任", "副镇长"))
    return dice.choice(
        (
            (f"，由{name}{title}负责", f"，由××{title}负责"),
            (f"，{name}同志牵头", "，××同志牵头"),
            (f"，{title}{name}带队检查", f"，{title}××带队检查"),
            (f"，{name[0]}{title}督办", f"，××{title}督办"),
        )
    )


def _blank(dice: random.Random) -> tuple[str, str]:
    blank = dice.choice(("**", "***", "*", "XX", "xx", "x", "○○", "____", "×", "□□", "＊＊"))
    before, behind = dice.choice((("，落实", "市长要求"), ("，会同", "局研究"), ("，涉及", "个村")))
    return f"{before}{blank}{behind}", f"{before}××{behind}"


PLANTERS["phone-in-text"] = _masked(_CLAUSE_END, _phone_in_text)
PLANTERS["identity-number"] = _masked(_CLAUSE_END, _identity)
PLANTERS["name"] = _masked(_CLAUSE_END, _name)
PLANTERS["placeholder"] = _masked(_CLAUSE_END, _blank)
PLANTERS["masked-figure"] = _masked(
    r"(?<=[\u4e00-\u9fff])\d+(?=[个次条件名])", lambda dice: (dice.choice(("**", "X", "××")), "××")
)

# --- titles and copies ---

PLANTERS["count-in-title"] = _behind(
    r"\A# [^\n]+",
    lambda dice: dice.choice(("（{}字）", "(约{}字)", "【全文{}字】", "（共{}字）")).format(
        dice.randint(2000, 9000)
    ),
)
PLANTERS["title-label"] = _inserted(
    r"(?<=\A# )", _one_of("【精品】", "【范文】", "（3篇）", "[最新]", "【2篇】", "（word版）")
)
PLANTERS["count-line"] = _own_line(lambda dice: f"（全文共{dice.randint(2000, 9000)}字）")


PLANTERS["copy"] = _replaced(r"\n\n[^#\n]{30,}(?=\n\n)", lambda _, old: old * 2)


@planter("running-head")
def _running_head(dice: random.Random, text: str) -> Iterator[Plant]:
    head = text.split("\n")[0].removeprefix("# ")
    gaps = list(re.finditer(r"\n\n", text))
    for match in sorted(dice.sample(gaps, 5), key=lambda m: m.start()):
        yield Plant(match.start(), match.end(), f"\n\n{head}\n\n", "\n\n")


def plant_all(dice: random.Random, text: str, kinds: list[str], each: int) -> list[Plant]:
    """Up to `each` instances of every kind, none within two characters of another."""
    taken: list[Plant] = []
    for kind in sorted(kinds, key=lambda kind: kind != "running-head"):  # needs at least three
        count = 0
        for plant in PLANTERS[kind](dice, text):
            if all(plant.end + 2 < other.start or other.end + 2 < plant.start for other in taken):
                taken.append(Plant(plant.start, plant.end, plant.noisy, plant.truth, kind))
                count += 1
            if count == (5 if kind == "running-head" else each):
                break
    return sorted(taken, key=lambda plant: plant.start)
