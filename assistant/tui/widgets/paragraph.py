"""A paragraph on the screen: each sentence coloured by what it rests on."""

from difflib import SequenceMatcher

from textual.content import Content

from assistant.drafting.book import Paragraph
from assistant.drafting.examine import PlacedFinding

LEGEND = Content.assemble(
    ("■依据事实", "$text-success"), "　", "■一般叙述", "　", ("■要核实、要补", "$text-error")
)


def coloured(paragraph: Paragraph) -> Content:
    """The text as printed."""
    point = paragraph.point
    pieces: list[tuple[str, str] | str] = [(point.ordinal, "bold")]
    for sentence in point.sentences:
        if sentence.doubt:
            pieces += [(sentence.text, "$text-error"), ("【待核】", "bold $text-error")]
        elif sentence.facts:
            pieces.append((sentence.text, "$text-success"))
        else:
            pieces.append(sentence.text)
    pieces += [(f"【待补：{gap}】", "bold $text-error") for gap in point.gaps]
    return Content.assemble(*pieces)


def difference(old: str, new: str) -> Content:
    """What `new` takes out of `old` (struck) and puts in (green)."""
    pieces: list[tuple[str, str] | str] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(old[a:b])
            continue
        pieces += [(old[a:b], "strike $text-error"), (new[c:d], "bold $text-success")]
    return Content.assemble(*pieces)


def facts_beside(paragraph: Paragraph) -> Content:
    """The facts of a paragraph, used or not, and what is doubtful."""
    slot, point = paragraph.slot, paragraph.point
    lines: list[tuple[str, str] | str] = []
    if slot.facts:
        lines.append(("依据的事实\n", "bold"))
    for fact in slot.facts:
        missing = fact.id in point.unused
        lines.append(("×没写进去 ", "$text-error") if missing else ("✓", "$text-success"))
        lines.append(f"{fact.text}\n")
    if slot.context:
        lines.append(("说的是这些问题\n", "bold"))
        lines += [f"·{claim}\n" for claim in slot.context]
    for sentence in point.sentences:
        if sentence.doubt:
            lines += [("待核", "bold $text-error"), f"：{sentence.doubt}\n"]
    for gap in point.gaps:
        lines += [("待补", "bold $text-error"), f"：{gap}\n"]
    if paragraph.outdated:
        lines.append(("规格后来改过，这段还是您改时的内容，请对照事实看一看。\n", "$text-warning"))
    return Content.assemble(*lines) if lines else Content.styled("没有给事实", "dim")


def finding_row(placed: PlacedFinding) -> Content:
    """A finding as a row of a list."""
    finding = placed.finding
    style = {"错误": "$text-error", "警告": "$text-warning"}.get(finding.severity, "dim")
    fix = ("（回车改好）", "$text-success") if placed.fix else ""
    remedy = f"。{finding.remedy}" if finding.remedy else ""
    return Content.assemble((f"{finding.code}：", style), finding.message, remedy, fix)
