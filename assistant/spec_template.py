"""The spec that `assistant new` writes: a form in YAML that explains itself.

A line that begins with `#` and one blank explains. One that begins with `#` and none or two
belongs to an optional block, which counts once each of its `#` is deleted.
"""

from collections.abc import Iterator
from datetime import date

from assistant.kinds import Aspect, DocumentKind
from assistant.spec import PLACEHOLDER


def spec_template(kind: DocumentKind, today: date | None = None) -> str:
    """A spec of `kind` to be filled in: no facts, placeholders where something must stand."""
    blocks = [
        _header(kind),
        _head(kind, today or date.today()),
        _lead(kind),
        _last_year(kind),
        _aspects(kind),
        _problems(kind),
        _case(kind),
        _matters(kind),
        _causes(kind),
    ]
    written = ["\n".join(block) for block in map(list, blocks) if block]
    return "\n\n".join(written) + "\n"


def _header(kind: DocumentKind) -> Iterator[str]:
    yield f"# 规格：{kind.name}"
    yield "#"
    yield "# 怎么填"
    yield f"# 1. 把“{PLACEHOLDER}…”换成本单位的情况；冒号后面留一个空格，行首的空格照原样。"
    yield "# 2. 事实写在 facts 下面，一条一行，以“- ”开头，写清数字、时间、地点。"
    yield "# 　 程序只用这里写的事实，不会编造。"
    yield "# 3. 数字一律用半角（37、91.3%），不用全角；不用 Tab 键。"
    yield "# 4. 一时没有的留空，初稿里会标出【待补】；整条不需要的，整条删去。"
    yield "# 5. “# ”开头的行是说明，可以不管。“#”后面紧跟内容的几行是可选部分，"
    yield "# 　 需要时把这几行开头的“#”都删去再填。"
    yield "#"
    yield "# 填好后运行（unit.yaml 换成本文件的名字）："
    yield "# assistant generate --spec unit.yaml"


def _head(kind: DocumentKind, today: date) -> Iterator[str]:
    day = max(today, kind.valid_from)
    if kind.valid_to:
        day = min(day, kind.valid_to)
    dated = "；题目和正文里的年份由它而定" if "{year}" in kind.title else ""
    yield f"kind: {kind.id}"
    yield f"unit: {PLACEHOLDER}单位全称"
    yield f"speaker: {kind.speaker}  # 文中怎样自称"
    yield f"date: {day}  # 成文日期，请改成实际的{dated}"
    yield f"length: {kind.length}  # 全文约多少字"


def _lead(kind: DocumentKind) -> Iterator[str]:
    yield "# 导语里的数，写在冒号后面（前面留一个空格）"
    yield "lead:"
    for key, number in kind.lead_numbers.items():
        yield f"  {key}:  # {number.ask}"


def _last_year(kind: DocumentKind) -> Iterator[str]:
    part = kind.part("last_year")
    if part is None:
        return
    yield f"# 可选：{part.heading}"
    yield "#last_year:"
    yield f"#  problems: {PLACEHOLDER}个数  # 上次查摆问题多少个"
    yield f"#  resolved: {PLACEHOLDER}个数  # 其中已整改到位多少个"
    yield "#  open:  # 还没有整改到位的，一条一行"
    yield f"#    - {PLACEHOLDER}事项"
    yield "#  facts:  # 整改做了什么、到什么程度，一条一行；没有就删去这两行"
    yield f"#    - {PLACEHOLDER}事实"


def _aspects(kind: DocumentKind) -> Iterator[str]:
    least, most = kind.points_per_aspect
    what, key = ("做法", "work") if kind.genre == "report" else ("问题", "problems")
    yield f"# 各方面的{what}，每个方面{least}至{most}条；加一条就把从“- claim”起的几行再抄一遍。"
    yield "# 方面的名称（name）不要改；通知里标题的写法不同时，在 name 下面加一行 heading: 标题。"
    yield "aspects:"
    for aspect in kind.aspects:
        yield f"  - name: {aspect.name}"
        yield f"    # 想一想：{aspect.ask}"
        if aspect.manifestation:
            yield f"    # 每条问题里都用上“{aspect.manifestation}”"
        yield f"    {key}:"
        if kind.genre == "report":
            yield from _work("      ")
        else:
            yield from _problem("      ", aspect)


def _work(indent: str) -> Iterator[str]:
    yield f"{indent}- claim: {PLACEHOLDER}做法，一句话，不写数字"
    yield f"{indent}  facts:"
    yield f"{indent}    # 例：- 2023年3月召开专题会2次，排查廉政风险点17个"


def _problem(indent: str, aspect: Aspect | None) -> Iterator[str]:
    example = "" if aspect and aspect.manifestation else "  # 例：台账管理不够实"
    yield f"{indent}- claim: {PLACEHOLDER}问题，一句话，不写数字{example}"
    yield f"{indent}  facts:"
    yield f"{indent}    # 例：- 2023年6月抽查台账37份，有9份漏填"
    yield f"{indent}  measures:"
    yield f"{indent}    - do: {PLACEHOLDER}整改举措"
    yield f"{indent}      owner:  # 责任科室或责任人"
    yield f"{indent}      due:  # 完成时限，例：2024年3月底"


def _problems(kind: DocumentKind) -> Iterator[str]:
    part = kind.part("problems")
    if part is None or part.by_aspect:
        return
    yield f"# {part.heading}；measures 写进下一步打算"
    yield "problems:"
    yield from _problem("  ", None)


def _case(kind: DocumentKind) -> Iterator[str]:
    part = kind.part("case")
    if part is None:
        return
    yield f"# 可选：{part.heading}"
    yield "#case:"
    yield f"#  title: {PLACEHOLDER}案例名称"
    yield "#  facts:  # 案情要点，一条一行"
    yield f"#    - {PLACEHOLDER}事实"
    yield f"#  reflection: {PLACEHOLDER}对照案例，本单位查出了什么"


def _matters(kind: DocumentKind) -> Iterator[str]:
    part = kind.part("matters")
    if part is None:
        return
    yield f"# 可选：{part.heading}，如意识形态责任制、中央八项规定精神、巡视巡察反馈整改"
    yield "#matters:"
    yield f"#  - topic: {PLACEHOLDER}事项"
    yield "#    facts:"
    yield f"#      - {PLACEHOLDER}事实"


def _causes(kind: DocumentKind) -> Iterator[str]:
    part = kind.part("causes")
    if part is None:
        return
    yield f"# 可选：{part.heading}。不写就用下面这几条，由程序对应到括号里各方面的问题；"
    yield "# 要自己写，from 下面一条一行，与上面问题的 claim 一字不差。"
    yield "#causes:"
    for cause in kind.causes:
        yield f"#  - claim: {cause.claim}"
        yield "#    facts:  # 可以不写：当时怎么想、怎么做的，一条一行，用自己的话，不写数字"
        yield f"#      - {PLACEHOLDER}想法"
        yield f"#    from:  # （{'；'.join(cause.aspects)}）"
        yield f"#      - {PLACEHOLDER}问题"
