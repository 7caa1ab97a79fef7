"""The cleaning rules one by one, and what holds for all of them: places, idempotence, no loss."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.corpus.clean import clean
from assistant.corpus.rules import RULES
from assistant.text.names import find_named_officials
from assistant.text.sentences import han

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"


def cleaned(text: str) -> str:
    return clean(text, RULES).text


@pytest.mark.parametrize(
    ("rule", "raw", "clean_text"),
    [
        ("line-end", "一\r\n二\u2028三", "一\n二\n三"),
        ("unseen", "学\u200b得\x07不\ufeff深", "学得不深"),
        ("entity", "学得&ldquo;不深&rdquo;&nbsp;不透", "学得“不深”不透"),
        ("look-alike", "２０２３年⼯作", "2023年工作"),
        ("full-point", "增长9．5%", "增长9.5%"),
        ("marker", "（四）##paidbegin##担当作为方面。内容##paidend##", "（四）担当作为方面。内容"),
        ("marker", "[hide]学得不深[/hide]，<br/>干得不实", "学得不深，干得不实"),
        ("page-number", "学得不深，认识不\n\n— 3 —\n\n到位。", "学得不深，认识不到位。"),
        (
            "page-number",
            "（一）突出政治建设，压实责任\n\n— 3 —\n\n局党组坚持以学为先。",
            "（一）突出政治建设，压实责任\n\n局党组坚持以学为先。",
        ),
        ("page-number", "学得不深。\n第 3 页 共 9 页\n干得不实。", "学得不深。\n干得不实。"),
        ("paragraph-break", "如下。\u3000\u3000一、问题", "如下。\n一、问题"),
        ("bullet", "● 学得不深。\n- 干得不实。", "学得不深。\n干得不实。"),
        ("emphasis", "**一、主要问题**\n学得不深。", "一、主要问题\n学得不深。"),
        ("inner-blank", "学 得\u3000不 深 Word 2016 版", "学得不深Word 2016版"),
        ("advert", "学得不深。更多范文请关注公众号：某某。", "学得不深。"),
        ("contact-line", "学得不深。\n联系人：张三  电话：138 0013 8000", "学得不深。\n"),
        ("contact", "公布监督电话0597-2281234，接受评议。", "公布监督电话××，接受评议。"),
        ("contact", "做好各项 m.example5.com 工作。", "做好各项工作。"),
        ("contact", "身份证350102199001011234的申请人", "身份证××的申请人"),
        ("title-note", "对照检查材料（5350字）\n正文。", "对照检查材料\n正文。"),
        ("title-note", "【精品】对照检查材料（3篇）\n正文。", "对照检查材料\n正文。"),
        ("count-line", "一。\n二。\n三。\n（全文共5350字）", "一。\n二。\n三。\n"),
        ("broken-line", "学得不深，\n干得不实\n。", "学得不深，干得不实。"),
        ("ornament", "学得不深。\n======\n◆◆◆\n干得不实。", "学得不深。\n干得不实。"),
        ("edge-blank", "\u3000\u3000学得不深。 \n", "学得不深。\n"),
        ("empty-line", "\n\n一\n\n\n\n二\n\n", "一\n\n二\n"),
        ("half-mark", "学得不深,干得不实;共3项:已改", "学得不深，干得不实；共3项：已改"),
        ("half-stop", "学得不深.干得不实.", "学得不深。干得不实。"),
        ("dots", "学习、调研...等--总之", "学习、调研……等——总之"),
        ("half-pair", '(一)落实"一岗双责"(试行)', "（一）落实“一岗双责”（试行）"),
        ("placeholder", "学习共**次，增长*%，按x市长要求", "学习共××次，增长××%，按××市长要求"),
        ("name", "由张建国局长负责，书记李志强带队", "由××局长负责，书记××带队"),
        ("clash", "学得不深，。干得不实。。真的！！", "学得不深。干得不实。真的！"),
        ("dangling", "学得不深，\n", "学得不深。\n"),
        ("copy", "学得不深，用得不够，做得不实。\n" * 2, "学得不深，用得不够，做得不实。\n"),
    ],
)
def test_each_rule(rule: str, raw: str, clean_text: str) -> None:
    result = clean(raw, RULES)
    assert result.text == clean_text
    assert rule in {change.rule for change in result.changes}


@pytest.mark.parametrize(
    "text",
    [
        "完成投资3,800.5万元，比例为1:3，上午9:30开会。",
        "系统由V2.0升级，见附件.docx和APP、Word,Excel。",
        "二〇二三年，3×6米的展板2块，X射线机1台。",
        "习近平总书记、习近平同志、雷锋同志、局党组书记、向书记汇报、全体同志。",
        "12345热线办结率98.7%，投入13800000000元。",
        "一是会同环保局。\n责任单位：办公室\n二是会同住建局。\n责任单位：办公室\n责任单位：办公室",
        "单位\t人数\n甲局\t12\n乙局\t8",
        "真的吗？！——“不一定……”",
        "# 标题\n\n## 一、问题\n\n### （一）学习方面\n\n一是学得不深。\n",
        "秘密★1年",
        "☑完成 ✓达标".replace(" ", "，"),
    ],
)
def test_what_only_looks_like_noise_stays(text: str) -> None:
    assert cleaned(text) == text


def test_names_are_told_from_words() -> None:
    text = "安全科长、水利局长、金融局长、项目经理、包村书记、高校长、何书记、主任高度重视"
    assert list(find_named_officials(text)) == []


def wrapped(paragraphs: list[str], width: int, indent: str) -> str:
    """Paragraphs as a page of `width` Chinese characters prints them."""
    lines = []
    for paragraph in paragraphs:
        line, cells = "", 0
        for char in indent + paragraph:
            cells += 1 if char.isascii() else 2
            if cells > 2 * width:
                lines.append(line)
                line, cells = "", 1 if char.isascii() else 2
            line += char
        lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize("indent", ["\u3000\u3000", ""])
@pytest.mark.parametrize("width", [22, 28, 35, 40])
def test_lines_of_a_printed_page_become_paragraphs_again(width: int, indent: str) -> None:
    paragraphs = [
        "按照通知要求，局党组集中学习8次，征求意见37条，谈心谈话52人次，现将情况报告如下。",
        "一、存在的主要问题",
        "（一）理论学习方面",
        "一是学用结合不够紧。2023年集中学习14次，有9次只是通读文件，没有联系防汛业务谈打算。",
        "二是检查督促不够严。半年只查了1次学习笔记，抽到的23本里有7本是补抄的，局党组没有追问。",
        "三是成果转化不够实。班子成员领题调研8个课题，到年底只有3个形成办法，难题没有解开。",
    ]
    raw = wrapped(paragraphs, width, indent)
    assert cleaned(raw).split("\n") == paragraphs


def test_page_headers_fall_and_the_title_stays() -> None:
    title = "云岭市水务局民主生活会对照检查材料"
    page = "一是学得不深，用得不够。\n— {} —\n" + title + "\n"
    raw = title + "\n" + "".join(page.format(i) for i in range(1, 5)) + "二是干得不实。"
    assert cleaned(raw).count(title) == 1


BODY = st.lists(
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=4, max_size=30),
    min_size=1,
    max_size=5,
).map(lambda clauses: "，".join(clauses) + "。")
NOISE = st.sampled_from(
    [
        *("\u200b", " ", "\u3000\u3000", "\r\n", "\n\n\n", "&nbsp;", "<br/>", "##paidend##"),
        *("[vip]", "（公众号：某某）", "\n— 3 —\n", "\n======\n", ",", "，，", "**", "XX", "🔥"),
        *("\n更多范文请关注公众号：某某\n", "13800138000", " www.example.com ", "\x00", "\ufeff"),
        *("\n联系电话：0597-2281234\n", "＊", "..."),
    ]
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(BODY, NOISE), max_size=12).map("".join))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert not clean(cleaned(text), RULES).changes


@settings(deadline=None, max_examples=60)
@given(
    st.text(
        st.one_of(
            st.sampled_from("，。、；：！？,.;:!?()（）“”\"'*×xX_#-—…\n\t \u3000"),
            st.sampled_from("一二三是第页共【】1290党员公众号"),
            st.characters(),
        ),
        max_size=120,
    )
)
def test_any_text_comes_to_rest_with_all_places_known(text: str) -> None:
    result = clean(text, RULES)
    assert not clean(result.text, RULES).changes
    assert len(result.starts) == len(result.ends) == len(result.text)
    assert all(0 <= a <= b <= len(text) for a, b in zip(result.starts, result.ends, strict=True))
    assert list(result.starts) == sorted(result.starts)
    for change in result.changes:
        assert 0 <= change.start <= change.end <= len(text)
        assert change.line == text.count("\n", 0, change.start) + 1
    # Whatever is missing or different lies within a change.
    covered = {i for change in result.changes for i in range(change.start, change.end)}
    kept = {a for a, b, c in zip(result.starts, result.ends, result.text, strict=True)
            if b == a + 1 and text[a] == c}  # fmt: skip
    assert kept | covered == set(range(len(text)))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(BODY, min_size=1, max_size=6), st.lists(NOISE, min_size=7, max_size=7))
def test_body_sentences_survive_any_noise_between_them(body: list[str], noise: list[str]) -> None:
    raw = noise[0] + "".join(s + n for s, n in zip(body, noise[1:], strict=False))
    left = han(cleaned(raw))
    for sentence in body:
        assert han(sentence) in left


@pytest.mark.parametrize(
    "text",
    ["（" * 20000, "[" * 20000, "**" * 10000, "1 " * 20000, "<!--" * 5000, "\n \n" * 9000,
     "- " * 20000, "一" * 50000, "\ud800" * 100, "a@" * 10000, "“" * 9999 + '"', "=-" * 20000],
    ids=lambda text: repr(text[:4]),
)  # fmt: skip
def test_hostile_texts_are_cleaned_too(text: str) -> None:
    assert len(cleaned(text)) <= 2 * len(text)


DEBRIS = re.compile(r"paid|公众号|客服|哒哒|svip|[!#&*<=>@\[\]^_`{|}~]|AAA|cwk|\d{6}")


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the raw documents are not here")
@pytest.mark.parametrize("number", ["000", "001", "002", "004"])
def test_real_documents(number: str) -> None:
    (file,) = CORPUS.glob(f"{number}*.txt")
    raw = file.read_text(encoding="utf-8")
    result = clean(raw, RULES)
    assert not DEBRIS.search(result.text)
    # Every Chinese character that is gone is one of an advertisement or of the count in the title.
    kept = {s for s, c in zip(result.starts, result.text, strict=True) if raw[s] == c}
    gone = [
        c for c in result.changes for i in range(c.start, c.end) if han(raw[i]) and i not in kept
    ]
    gone = [change for change in gone if change.before.strip()]  # around them empty lines fall
    assert {change.rule for change in gone} <= {"advert", "title-note"}
    if number != "004":
        assert not gone
