"""The review copy: what a reviewer is told beside the text, and the legend of facts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.checks.findings import Finding
from assistant.export.manuscript import MARK, Heading, Manuscript, Paragraph, SourceFact


@dataclass(frozen=True)
class Remark:
    """A comment on the characters `start` to `end` of a block."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Reference:
    """Numbers of facts, printed small and raised behind a character of a block."""

    at: int
    text: str


@dataclass(frozen=True)
class Review:
    """What a review copy adds to a manuscript; blocks are named by their place in it."""

    remarks: dict[int, tuple[Remark, ...]]
    references: dict[int, tuple[Reference, ...]]
    legend: list[str]


def make_review(manuscript: Manuscript, findings: Iterable[Finding]) -> Review:
    """The review of a manuscript; `findings` have their places in `manuscript.plain`."""
    remarks: defaultdict[int, list[Remark]] = defaultdict(list)
    references: dict[int, tuple[Reference, ...]] = {}
    for number, block in enumerate(manuscript.blocks):
        if isinstance(block, Paragraph):
            remarks[number] += _mark_remarks(block, manuscript.facts)
            references[number] = tuple(_references(block))
    for number, remark in _finding_remarks(manuscript, findings):
        remarks[number].append(remark)
    return Review(
        remarks={number: tuple(found) for number, found in remarks.items()},
        references=references,
        legend=list(_legend(manuscript)),
    )


def _spans(block: Paragraph) -> Iterator[tuple[int, int]]:
    """Where each passage stands in its block."""
    start = len(block.heading.plain) if block.heading else 0
    for passage in block.passages:
        yield start, start + len(passage.text)
        start += len(passage.text)


def _mark_remarks(block: Paragraph, facts: tuple[SourceFact, ...]) -> Iterator[Remark]:
    for passage, (start, end) in zip(block.passages, _spans(block), strict=True):
        for mark in MARK.findall(passage.text):
            if mark == "【待核】":
                why = f"未能核实：{passage.doubt}" if passage.doubt else "这句话需要核实"
                numbers = passage.facts or block.facts
                told = "".join(
                    f"\n〔{fact.number}〕{fact.text}" for fact in facts if fact.number in numbers
                )
                source = "本句依据的事实：" if passage.facts else "本段可用的事实："
                yield Remark(start, end, f"{why}。{f'{source}{told}' if told else ''}")
            else:
                missing = mark.removeprefix("【待补").removesuffix("】").lstrip("：")
                yield Remark(start, end, f"请补充{missing or '缺少的内容'}，补好后删去这个标记。")


def _references(block: Paragraph) -> Iterator[Reference]:
    for passage, (_, end) in zip(block.passages, _spans(block), strict=True):
        if passage.facts:
            yield Reference(end, "".join(f"〔{number}〕" for number in passage.facts))


def _finding_remarks(
    manuscript: Manuscript, findings: Iterable[Finding]
) -> Iterator[tuple[int, Remark]]:
    starts = []
    offset = len(manuscript.title) + 1
    for block in manuscript.blocks:
        starts.append(offset)
        offset += len(block.plain) + 1
    for finding in findings:
        if finding.place is None or MARK.search(finding.excerpt):
            continue
        at = max(finding.place.start, starts[0] if starts else 0)
        number = max((n for n, start in enumerate(starts) if start <= at), default=None)
        if number is None:
            continue
        block, start = manuscript.blocks[number], at - starts[number]
        # A finding about the title or about a whole part is told where the text begins.
        end = min(max(finding.place.end - starts[number], start + 1), len(block.plain))
        remedy = f"\n{finding.remedy}" if finding.remedy else ""
        text = f"{finding.severity} {finding.code}：{finding.message}{remedy}"
        yield number, Remark(min(start, end - 1), end, text)


def _legend(manuscript: Manuscript) -> Iterator[str]:
    yield "审阅说明（定稿时删去本页）"
    if manuscript.facts:
        yield "文中〔〕内的编号表示该句所依据的事实；没有编号的句子没有事实依据，请着重审读。"
        places = _places(manuscript)
        for fact in manuscript.facts:
            where = "、".join(places.get(fact.number, ())) if fact.used else ""
            yield f"〔{fact.number}〕{fact.text}——{f'见{where}' if where else '未写入正文'}"
    unfinished = manuscript.unfinished
    yield f"待补、待核之处：{len(unfinished)} 处。"


def _places(manuscript: Manuscript) -> dict[int, list[str]]:
    """Under which headings each fact is used."""
    found: dict[int, list[str]] = {}
    path: list[Heading] = []
    for block in manuscript.blocks:
        if isinstance(block, Heading):
            path = [heading for heading in path if heading.level < block.level] + [block]
            continue
        where = "".join(heading.number.rstrip("、.") for heading in path) or "导语"
        for passage in block.passages:
            for number in passage.facts:
                if where not in found.setdefault(number, []):
                    found[number].append(where)
    return found
