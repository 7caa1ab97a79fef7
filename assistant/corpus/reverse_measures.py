"""The measures in a paragraph: what is to be done, by whom, until when."""

import re
from dataclasses import dataclass

from assistant.spec import Measure

_DUE = re.compile(
    r"(?:在|于|力争在?|确保在?|要在)?(?P<due>(?:(?:20\d\d|今|明|本|当)年)?(?:"
    r"\d{1,2}月(?:\d{1,2}日|份|底|末|初|[上中下]旬)?|年底|年末|年内|[上下]半年|[一二三四]季度末?"
    r")|20\d\d年)(?P<before>之?前|以前)"
)
_LASTING = re.compile("长期坚持|持续推进|立行立改|即知即改|立即整改")

_BODY = (
    "办公室|党委|党组|党工委|纪委|纪检组|总支|支部|委员(?!会)|书记|主任|局长|科长|大队|支队|总队"
    "|中心(?!组|任务|工作)|小组|专班|林场|农场|街道|公司|科(?!学|技)|股|室|处(?!理|罚|置|分|于)"
    "|部(?!门|署|分|属)|办(?!理|结|好|法|件|事|成)|站(?!位)|所(?!属|有|在)|队(?!伍)|局(?!属|面|部|限)"
    "|院|组(?!织|建|成)"
)
"""How names of sections and posts end."""
_OWNER_END = rf"(?!{_BODY}|公室|长|员|级|内|里|委|党|纪|领导|负责)"
_OWNER = rf"(?:[\u4e00-\u9fff、（）]{{1,16}}?)(?:{_BODY}){_OWNER_END}"
_NAMED_OWNER = re.compile(
    rf"由(?P<owner>{_OWNER}|[^，。；由在]{{2,16}}?(?=牵头|负责|组织|落实|承办|主抓|督办|具体|会同))在?"
)
_BARE_OWNER = re.compile(
    rf"^(?P<owner>{_OWNER})(?=$|在?$|将|把|对|按|会同|牵头|负责|组织|完成|建立|推行|开展|制定|制订|修订|实行|取消"
    "|追|清|督|逐|与|安排|落实|印发|健全|完善|举办|召开|指导|协调|每|补|编|做|核|启|出台|在)"
)
_ROLE = re.compile("^(?:负总责|牵头负责|具体负责|负责|牵头|落实|做到|承办|主抓)+")
_ROLE_ALONE = re.compile("(?:负总责|牵头|负责|组织|具体|落实|承办|主抓|实施|做到|抓好|督办|同志)*")
_DONE = re.compile(
    "(?:全部|全面|逐项|基本)?(?:完成|落实|办结|到位|整改|落实到位|完成整改|见效|取得实效)*"
)
_ADDRESSED = re.compile(r"^针对(?P<problem>.+?)(?:等|的|这一|这类|方面)?问题[，,：:。]?")


@dataclass(frozen=True)
class AnsweredProblem:
    """What a paragraph of measures says about the problem that it answers."""

    problem: str
    """The problem in the paragraph's words (针对…的问题); empty where it names none."""
    measures: tuple[Measure, ...]


def read_measures(claim: str, body: str) -> AnsweredProblem:
    """The measures of a point; where nobody and no day is named, the claim is what is done."""
    text = f"{claim}，{body}" if body else claim
    addressed = _ADDRESSED.match(text)
    if addressed:
        text = text[addressed.end() :]
    measures = _scheduled(text)
    if not measures:
        done = _first_clause(text) if addressed else claim.strip(" ，。；")
        measures = [Measure(do=done)] if done else []
    return AnsweredProblem(addressed["problem"] if addressed else "", tuple(measures))


def _scheduled(text: str) -> list[Measure]:
    """Measures that name who or when; details of supervision behind them are left out."""
    measures: list[Measure] = []
    owner = due = ""
    for unit in re.split("[；;。]", text):
        due, waiting = "", False
        dated = bool(_DUE.search(unit) or _LASTING.search(unit))
        for clause in re.split("[，,：]", unit):
            rest, clause_due = _take_due(clause)
            rest, clause_owner = _take_owner(rest, dated=dated)
            rest = "" if _ROLE_ALONE.fullmatch(rest) else _ROLE.sub("", rest)
            waiting = waiting or bool(clause_due) or (bool(clause_owner) and not due)
            owner, due = clause_owner or owner, clause_due or due
            if _DONE.fullmatch(rest):
                if rest and clause_due and measures and not measures[-1].due:
                    measures[-1] = measures[-1].model_copy(update={"due": clause_due})
                    waiting = False
                continue
            if waiting:
                measures.append(Measure(do=rest, owner=owner, due=due))
                waiting = False
    return measures


def _take_due(clause: str) -> tuple[str, str]:
    found = _DUE.search(clause)
    if not found:
        lasting = _LASTING.search(clause)
        return clause, lasting[0] if lasting else ""
    due = found["due"]
    # 前 is written by the plan behind a day; behind a month or year it belongs to the word.
    if not due.endswith(("底", "末", "日")):
        due += found["before"]
    return clause[: found.start()] + clause[found.end() :], due


def _take_owner(clause: str, *, dated: bool) -> tuple[str, str]:
    """A body without 由 before it counts as owner only where a day is set."""
    clause = _ROLE.sub("", clause) if clause.startswith("做到") else clause
    found = _NAMED_OWNER.search(clause) or (_BARE_OWNER.search(clause) if dated else None)
    if not found:
        return clause, ""
    return clause[: found.start()] + clause[found.end() :], found["owner"]


def _first_clause(text: str) -> str:
    return re.split("[，,；;。]", text.strip(" ，。；"), maxsplit=1)[0]
