"""The fields of each section of the form, read off the spec as it stands."""

from collections.abc import Iterator
from typing import Any

from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Button, Static

from assistant.intake import aspect_index, items_key, problem_claims
from assistant.kinds import Aspect, DocumentKind
from assistant.spec import PLACEHOLDER, Location
from assistant.spec_edit import SpecEditor
from assistant.tui.widgets.fields import Field, NewItem, Note

FACT_EXAMPLE = "例：2023年6月抽查台账37份，有9份漏填"
CLAIM_EXAMPLE = "一句短语，不写数字，例：台账管理不够实"
_THOUGHT = "当时怎么想、怎么做的。例：总觉得报表齐了就行，没有问过用水的人"
_WAY = (
    "在左边用上下键选一项，回车到右边来填；填完一格按回车到下一格，Esc 回到左边。"
    "一项填好按 F8 到下一项，都填了按 F5 起草。填了就存，不用另外保存。"
)


def section_widgets(editor: SpecEditor, kind: DocumentKind, section: str) -> Iterator[Widget]:
    """What the form shows for a section."""
    if section.startswith("aspect:"):
        aspect = kind.aspect(section.removeprefix("aspect:"))
        if aspect:
            yield from _aspect(editor, kind, aspect)
        return
    yield from {
        "basics": _basics,
        "lead": _lead,
        "last_year": _last_year,
        "problems": _report_problems,
        "case": _case,
        "matters": _matters,
        "causes": _causes,
    }[section](editor, kind)


def _basics(editor: SpecEditor, kind: DocumentKind) -> Iterator[Widget]:
    yield _title(kind.name)
    if not kind.verified:
        yield _hint("方面的措辞未核对通知原文，请对照本单位收到的通知。")
    yield Note(("kind",))
    yield _short(editor, ("unit",), "单位全称", "如 云岭市水务局")
    yield _short(editor, ("speaker",), "自称", f"文中怎样称呼自己，不填为“{kind.speaker}”")
    yield _short(editor, ("date",), "成文日期", "如 2024-01-12")
    yield _short(editor, ("length",), "全文字数", f"不填约 {kind.length} 字")
    yield Static(_WAY, classes="dim way", markup=False)


def _lead(editor: SpecEditor, kind: DocumentKind) -> Iterator[Widget]:
    yield _title("导语里的数")
    yield _hint("不知道的先空着，初稿里会标出【待补】。")
    for key, number in kind.lead_numbers.items():
        yield Static(number.ask, markup=False, classes="question")
        yield _short(editor, ("lead", key), "　", "填整数")


def _last_year(editor: SpecEditor, kind: DocumentKind) -> Iterator[Widget]:
    part = kind.part("last_year")
    yield _title(part.heading if part else "")
    yield _hint("可以不写。上次查摆了多少问题，改了多少，还剩什么？")
    where: Location = ("last_year",)
    yield _short(editor, (*where, "problems"), "查摆问题", "个数，填整数")
    yield _short(editor, (*where, "resolved"), "已整改", "个数，填整数")
    yield from _texts(editor, (*where, "open"), "还没改到位的", "事项", "例：农村供水管网改造")
    yield from _texts(editor, (*where, "facts"), "整改了什么", "事实", FACT_EXAMPLE)
    yield from _drop(editor, where)


def _aspect(editor: SpecEditor, kind: DocumentKind, aspect: Aspect) -> Iterator[Widget]:
    key = items_key(kind)
    what = "做法" if key == "work" else "问题"
    least, most = kind.points_per_aspect
    yield _title(aspect.name)
    yield _hint(f"想一想：{aspect.ask}")
    if aspect.manifestation:
        yield _hint(f"每条{what}里都用上“{aspect.manifestation}”。")
    index = aspect_index(editor.data, aspect.name)
    if index is None:
        yield Note(("aspects",))
        yield Button("规格里缺这个方面，加进来", id="add-aspect", variant="primary")
        return
    where: Location = ("aspects", index)
    yield Note((*where, "name"))
    yield Note(where)
    items = editor.at((*where, key)) or []
    for j in range(len(items)):
        yield _item(editor, (*where, key, j), f"{what} {j + 1}", measured=key == "problems")
    yield Static(f"再写一条{what}（一般 {least}—{most} 条）", classes="group")
    yield NewItem((*where, key), what, f"写完按回车；F2有现成说法。{CLAIM_EXAMPLE}")
    yield Note((*where, key))
    yield Static("通知里标题的写法不同时填", classes="group")
    yield _short(editor, (*where, "heading"), "标题", aspect.heading)


def _report_problems(editor: SpecEditor, _kind: DocumentKind) -> Iterator[Widget]:
    yield _title("存在的问题")
    yield _hint("哪件事没有做好？整改措施会写进下一步打算。")
    items = editor.at(("problems",)) or []
    for j in range(len(items)):
        yield _item(editor, ("problems", j), f"问题 {j + 1}", measured=True)
    yield Static("再写一个问题", classes="group")
    yield NewItem(("problems",), "问题", CLAIM_EXAMPLE)
    yield Note(("problems",))


def _case(editor: SpecEditor, kind: DocumentKind) -> Iterator[Widget]:
    part = kind.part("case")
    yield _title(part.heading if part else "")
    yield _hint("通知要求剖析典型案例的才写。学习了哪个案例？对照自己查出了什么？")
    where: Location = ("case",)
    yield _line(editor, (*where, "title"), "案例", "案例名称")
    yield from _texts(editor, (*where, "facts"), "案情要点", "事实", "什么时候学的，案情如何")
    yield _line(editor, (*where, "reflection"), "对照", "本单位查出了什么同样的毛病")
    yield from _drop(editor, where)


def _matters(editor: SpecEditor, kind: DocumentKind) -> Iterator[Widget]:
    part = kind.part("matters")
    yield _title(part.heading if part else "")
    yield _hint("如意识形态责任制、中央八项规定精神、巡视巡察反馈整改。")
    for i, _ in enumerate(editor.at(("matters",)) or []):
        where: Location = ("matters", i)
        yield Vertical(
            _item_bar(f"事项 {i + 1}", where, movable=i > 0),
            _line(editor, (*where, "topic"), "事项", "例：意识形态工作责任制落实情况"),
            *_texts(editor, (*where, "facts"), "", "事实", FACT_EXAMPLE),
            classes="card",
        )
    yield NewItem(("matters",), "事项", "再写一个事项，写完按回车")


def _causes(editor: SpecEditor, kind: DocumentKind) -> Iterator[Widget]:
    part = kind.part("causes")
    yield _title(part.heading if part else "")
    yield _hint(
        "从思想上、主观上找。当时怎么想的，只有本单位自己知道，写一两句；"
        "再写这条原因导致了哪些问题（F2选）。"
    )
    causes = editor.at(("causes",)) or []
    if not causes and kind.causes:
        presets = "；".join(cause.claim for cause in kind.causes)
        yield _hint(f"不写就用：{presets}。")
    claims = problem_claims(editor.data)
    for i, _ in enumerate(causes):
        where: Location = ("causes", i)
        yield Vertical(
            _item_bar(f"原因 {i + 1}", where, movable=i > 0),
            _line(editor, (*where, "claim"), "原因", "例：宗旨意识树得不牢"),
            *_texts(editor, (*where, "facts"), "", "想法", _THOUGHT),
            *_texts(editor, (*where, "from"), "", "问题", "与问题的短语一字不差，F2 选"),
            classes="card",
        )
    yield NewItem(("causes",), "原因", "再写一条原因，写完按回车")
    if not claims:
        yield _hint("还没有写问题，先把各方面的问题写好。")


def _item(editor: SpecEditor, where: Location, title: str, *, measured: bool) -> Widget:
    """A problem or a work item."""
    widgets: list[Widget] = [
        _item_bar(title, where, movable=bool(where[-1])),
        _line(editor, (*where, "claim"), "短语", CLAIM_EXAMPLE),
        *_texts(editor, (*where, "facts"), "", "事实", f"何事、何时、多少。{FACT_EXAMPLE}"),
    ]
    if measured:
        for i, _ in enumerate(editor.at((*where, "measures")) or []):
            widgets += _measure(editor, (*where, "measures", i))
        widgets.append(NewItem((*where, "measures"), "措施", "再写一条做什么，写完按回车"))
        widgets.append(Note((*where, "measures")))
    return Vertical(*widgets, classes="card")


def _measure(editor: SpecEditor, where: Location) -> Iterator[Widget]:
    yield _line(editor, (*where, "do"), "措施", "做什么", removable=True)
    yield Horizontal(
        _short(editor, (*where, "owner"), "谁牵头", "科室或责任人"),
        _short(editor, (*where, "due"), "何时完成", "如 2024年3月底"),
        classes="pair",
    )


def _texts(
    editor: SpecEditor, where: Location, title: str, label: str, example: str
) -> Iterator[Widget]:
    """A list of texts, each with a field, and an empty line to go on."""
    if title:
        yield Static(title, classes="group")
    for i, _ in enumerate(editor.at(where) or []):
        yield _line(editor, (*where, i), label, example, removable=True)
    yield NewItem(where, label, f"写完按回车。{example}")
    yield Note(where)


def _item_bar(title: str, where: Location, *, movable: bool) -> Widget:
    buttons = [Button("删去", compact=True, classes="drop-item", name=_name(where))]
    if movable:
        buttons.insert(0, Button("上移", compact=True, classes="move-item", name=_name(where)))
    return Horizontal(Static(title, classes="group"), *buttons, classes="item-bar")


def _drop(editor: SpecEditor, where: Location) -> Iterator[Widget]:
    yield Note(where)
    if editor.at(where):
        yield Button("这一部分不写了", compact=True, classes="drop-item", name=_name(where))


def _name(where: Location) -> str:
    """A place as a button's name."""
    return "/".join(map(str, where))


def place_of(name: str) -> Location:
    """The place that a button's name tells."""
    return tuple(int(step) if step.isdigit() else step for step in name.split("/"))


def _short(editor: SpecEditor, where: Location, label: str, placeholder: str) -> Field:
    return Field(where, label, _value(editor, where), placeholder=placeholder, short=True)


def _line(
    editor: SpecEditor, where: Location, label: str, placeholder: str, *, removable: bool = False
) -> Field:
    return Field(where, label, _value(editor, where), placeholder=placeholder, removable=removable)


def _value(editor: SpecEditor, where: Location) -> str:
    value: Any = editor.at(where)
    text = "" if value is None or isinstance(value, list | dict) else str(value)
    return "" if text.startswith(PLACEHOLDER) else text


def _title(text: str) -> Static:
    return Static(text, classes="heading", markup=False)


def _hint(text: str) -> Static:
    return Static(text, classes="dim", markup=False)
