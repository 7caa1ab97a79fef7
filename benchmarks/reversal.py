"""How well worked examples are read backwards: their documents against their specs.

python benchmarks/reversal.py [--misses]
"""

import time
from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer

from assistant.corpus.reverse import reverse_spec
from assistant.corpus.reverse_compare import Share, SpecComparison, compare_specs
from assistant.document.parse import parse
from assistant.settings import data_folder
from assistant.spec_file import read_spec

COLUMNS = [field.name for field in fields(SpecComparison) if field.name != "wrong"]


FEWSHOT = data_folder("fewshot")


def main(
    folder: Annotated[Path, typer.Option(help="folder of worked examples")] = FEWSHOT,
    misses: Annotated[bool, typer.Option(help="list what was missed or wrong")] = False,
) -> None:
    """Print a row for each document and one for all."""
    print("".join(f"{name:>15}" for name in ("", *COLUMNS)))
    total = dict.fromkeys(COLUMNS, Share(0, 0))
    start = time.perf_counter()
    for file in sorted(folder.glob("*/unit.yaml")):
        text = (file.parent / "document.md").read_text(encoding="utf-8")
        compared = compare_specs(read_spec(file), reverse_spec(parse(text)).spec)
        shares: dict[str, Share] = {name: getattr(compared, name) for name in COLUMNS}
        for name, share in shares.items():
            total[name] = Share(total[name].found + share.found, total[name].of + share.of)
        print(_row(file.parent.name, shares))
        if misses:
            print("\n".join(f"    {line}" for line in compared.wrong))
    print(_row("all", total))
    print(f"{time.perf_counter() - start:.2f} s")


def _row(name: str, shares: dict[str, Share]) -> str:
    cells = (f"{s.found}/{s.of} {s.value:.3f}" for s in shares.values())
    return f"{name[:15]:15}" + "".join(f"{cell:>15}" for cell in cells)


if __name__ == "__main__":
    typer.run(main)
