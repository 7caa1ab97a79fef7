"""The rules explained: one on the screen, all in docs/rules.md."""

from collections.abc import Iterator

from assistant.checks.registry import FAMILIES, all_rules, family_of
from assistant.checks.rule import Rule, Sample
from assistant.errors import InputError
from assistant.kinds import nearest

_HEAD = """# 规则

本文由 `make docs` 从程序里的规则生成，不要手改。

- **错误**必须改，有错误时 `assistant check` 的退出码是 1；**警告**多半要改；**提示**供参考。
- “可自动修改”的，`--fix` 会改；其余只提建议。
- 在 `.md` 里写一行 `<!-- check: ignore T201 -->`，下一行不查这条规则；写在一行末尾，只管这一行；
  `<!-- check: ignore-file T201 -->` 管全文。代号可以写几个，也可以只写字母（`T` 即整类）。
- 规则所用的数据可以用自己的文件增补：`--rules FILE`，或在用户文件夹的 `settings.yaml` 里写
  `rules: 文件路径`。
  文件按数据的名称分节，映射按键合并，键后留空即删去，列表接在后面：

```yaml
typos:                 # 错 → 对
  pairs: {某某湖: 某某湖区, 帐户: }
phrases:
  slogans: [走在前列]
```
"""


def explain(code: str) -> str:
    """A rule with its reason and examples.

    Raises:
        InputError: there is no such rule.
    """
    rules = all_rules()
    rule = rules.get(code.upper())
    if rule is None:
        raise InputError(
            f"没有“{code}”这条规则。",
            hint=nearest(code.upper(), list(rules)) + "全部规则见 assistant rule。",
        )
    return "\n".join(_lines(rule))


def _lines(rule: Rule) -> Iterator[str]:
    yield f"{rule.code} {rule.name}（{rule.severity}，{family_of(rule).name}）"
    yield rule.why
    if rule.fixable:
        yield "可用 --fix 自动修改。"
    for title, examples in (("不对", rule.bad), ("对", rule.good)):
        yield f"{title}："
        yield from (f"  {shown(example)}" for example in examples)


def shown(example: str | Sample) -> str:
    """An example in one line; of a long one what it is like."""
    if isinstance(example, Sample) and example.note:
        return f"（{example.note}）"
    text = example if isinstance(example, str) else example.text
    line = " ⏎ ".join(line.strip() for line in text.splitlines() if line.strip())
    visible = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line)
    return visible if len(visible) <= 120 else visible[:119] + "…"


def overview() -> str:
    """Every rule in one line, by family."""
    lines: list[str] = []
    for family in FAMILIES:
        rules = [rule for rule in all_rules().values() if family_of(rule) == family]
        if rules:
            lines.append(f"{family.letter} {family.name}：")
            lines += [f"  {rule.code}  {rule.severity}  {rule.name}" for rule in rules]
    return "\n".join(lines)


def handbook() -> str:
    """All rules as Markdown."""
    lines = [_HEAD]
    for family in FAMILIES:
        rules = [rule for rule in all_rules().values() if family_of(rule) == family]
        if not rules:
            continue
        lines += [f"## {family.name}（{family.letter}）", ""]
        for rule in rules:
            fixable = "，可自动修改" if rule.fixable else ""
            lines += [f"### {rule.code} {rule.name}（{rule.severity}{fixable}）", "", rule.why, ""]
            lines += [f"- 不对：`{_code(example)}`" for example in rule.bad]
            lines += [f"- 对：`{_code(example)}`" for example in rule.good]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _code(example: str | Sample) -> str:
    return shown(example).replace("`", "ˋ")


if __name__ == "__main__":
    print(handbook(), end="")
