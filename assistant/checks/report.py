"""Findings as text for people, as JSON and SARIF for programs."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.checks.files import CheckedFile
from assistant.checks.findings import Finding, Severity
from assistant.checks.registry import all_rules

_AROUND = 12
"""Characters shown on either side of the place."""
_SHOWN = 40
"""A longer place is cut in the middle."""


def text_lines(file: CheckedFile) -> Iterator[str]:
    """The findings of a file, three lines each."""
    unit = "段" if file.path.suffix.lower() == ".docx" else "行"
    for finding in file.findings:
        rule = all_rules()[finding.code]
        where = ""
        if place := finding.place:
            where = f" 第{place.line}{unit}第{place.column}字"
        yield f"{file.path}{where} {finding.severity} {finding.code} {rule.name}"
        yield f"    {_marked(file.text, finding)}"
        remedy = f"；{finding.remedy}" if finding.remedy else ""
        can_fix = "（可用 --fix 修改）" if finding.fix else ""
        yield f"    {finding.message}{remedy}{can_fix}"


def _marked(text: str, finding: Finding) -> str:
    place = finding.place
    if not place:
        return finding.excerpt
    before = text[max(place.start - _AROUND, 0) : place.start].rpartition("\n")[2]
    after = text[place.end : place.end + _AROUND].partition("\n")[0]
    shown = text[place.start : place.end]
    if len(shown) > _SHOWN:
        shown = f"{shown[: _SHOWN // 2]}……{shown[-_SHOWN // 4 :]}"
    return " ".join(f"{before}▶{shown}◀{after}".split())


def statistics(files: Sequence[CheckedFile]) -> Iterator[str]:
    """How many findings of each severity and rule, most frequent rules first."""
    findings = [finding for file in files for finding in file.findings]
    if not findings:
        yield f"查了{len(files)}份材料，没有发现问题。"
        return
    by_severity = Counter(finding.severity for finding in findings)
    counts = "、".join(f"{severity} {by_severity[severity]} 处" for severity in Severity)
    fixable = sum(1 for finding in findings if finding.fix)
    yield f"查了{len(files)}份材料：{counts}；其中 {fixable} 处可用 --fix 修改。"
    for code, count in Counter(finding.code for finding in findings).most_common():
        yield f"  {count:5}  {code}  {all_rules()[code].name}"


def to_json(files: Sequence[CheckedFile]) -> str:
    """Every finding with its place; offsets count characters from 0, lines and columns from 1."""
    return json.dumps(
        {
            "version": 1,
            "files": [
                {
                    "path": str(file.path),
                    "unread": file.unread or None,
                    "findings": [_as_data(finding) for finding in file.findings],
                }
                for file in files
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def _as_data(finding: Finding) -> dict[str, Any]:
    place, fix = finding.place, finding.fix
    return {
        "code": finding.code,
        "name": all_rules()[finding.code].name,
        "severity": finding.severity.value,
        "message": finding.message,
        "remedy": finding.remedy,
        "excerpt": finding.excerpt,
        "line": place and place.line,
        "column": place and place.column,
        "start": place and place.start,
        "end": place and place.end,
        "fix": fix and {"start": fix.start, "end": fix.end, "new": fix.new},
    }


_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}


def to_sarif(files: Sequence[CheckedFile]) -> str:
    """SARIF 2.1.0, which editors and build servers read."""
    rules = list(all_rules().values())
    index = {rule.code: i for i, rule in enumerate(rules)}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "assistant check",
                        "rules": [
                            {
                                "id": rule.code,
                                "name": rule.name,
                                "shortDescription": {"text": rule.name},
                                "fullDescription": {"text": rule.why},
                                "defaultConfiguration": {"level": _LEVELS[rule.severity]},
                            }
                            for rule in rules
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(file, finding, index[finding.code])
                    for file in files
                    for finding in file.findings
                ],
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2)


def _result(file: CheckedFile, finding: Finding, rule_index: int) -> dict[str, Any]:
    remedy = f"；{finding.remedy}" if finding.remedy else ""
    location: dict[str, Any] = {"artifactLocation": {"uri": file.path.as_posix()}}
    if place := finding.place:
        location["region"] = {
            "startLine": place.line,
            "startColumn": place.column,
            "charOffset": place.start,
            "charLength": place.end - place.start,
        }
    return {
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message + remedy},
        "locations": [{"physicalLocation": location}],
    }
