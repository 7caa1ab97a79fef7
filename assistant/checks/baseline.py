"""A baseline: findings that are known and shall not be told again."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from assistant.checks.files import CheckedFile
from assistant.checks.findings import Finding
from assistant.errors import InputError, reason
from assistant.files import write_private

Baseline = Counter[str]
"""How often each known finding occurs, by its fingerprint."""


def fingerprint(file: CheckedFile, finding: Finding) -> str:
    """The same for the same fault in the same words, also when lines before it change."""
    line = ""
    if finding.place:
        start = file.text.rfind("\n", 0, finding.place.start) + 1
        end = file.text.find("\n", finding.place.start)
        line = file.text[start : end if end >= 0 else len(file.text)]
    content = "\0".join((file.path.name, finding.code, finding.excerpt, line))
    return hashlib.sha256(content.encode(errors="surrogatepass")).hexdigest()[:32]


def write_baseline(path: Path, files: Iterable[CheckedFile]) -> int:
    """Keep every finding of the files as known; how many they are."""
    known = Counter(fingerprint(file, finding) for file in files for finding in file.findings)
    try:
        write_private(path, json.dumps({"version": 1, "known": known}, indent=1) + "\n")
    except OSError as error:
        raise InputError(f"写不进 {path}：{reason(error)}。") from None
    return known.total()


def read_baseline(path: Path) -> Baseline:
    """The known findings of a baseline file.

    Raises:
        InputError: it cannot be read or is no baseline.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Counter({str(key): int(count) for key, count in data["known"].items()})
    except OSError as error:
        raise InputError(f"读不到 {path}：{reason(error)}。") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InputError(
            f"{path} 不是基线文件。", hint="基线由 assistant check --baseline 第一次运行时生成。"
        ) from None


def without_known(file: CheckedFile, known: Baseline) -> CheckedFile:
    """The file with only the findings that `known` does not hold; those found are used up."""
    left = []
    for finding in file.findings:
        key = fingerprint(file, finding)
        if known[key] > 0:
            known[key] -= 1
        else:
            left.append(finding)
    return CheckedFile(file.path, file.text, tuple(left), file.unread)
