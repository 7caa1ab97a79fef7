"""Taking documents into the store: how many a second, and how much memory.

python benchmarks/corpus_store.py [--documents 300] [--workers 2]
"""

import random
import re
import resource
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from assistant.corpus.store import open_store
from assistant.corpus.store_intake import take_in, unread
from assistant.examples.own import own_examples
from assistant.examples.store import shipped_examples
from assistant.kinds import get_kind
from assistant.markdown import render


def main(
    documents: Annotated[int, typer.Option(help="how many")] = 300,
    workers: Annotated[int, typer.Option(help="processes")] = 2,
) -> None:
    """Print documents a second, the memory of this process, and how fast examples are found."""
    texts = [render(example.draft) for example in shipped_examples()]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / "raw" / f"{i:05}.md" for i in range(documents)]
        (folder / "raw").mkdir()
        for i, file in enumerate(files):
            file.write_text(synthetic(texts[i % len(texts)], i), encoding="utf-8")
        with open_store(folder / "store") as store:
            start = time.perf_counter()
            kept = sum(t.outcome == "added" for t in take_in(files, store, workers=workers))
            took = time.perf_counter() - start
            print(f"{kept} of {documents} kept in {took:.1f} s, {documents / took:.1f} a second")
            print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")
            start = time.perf_counter()
            left = len(unread(files, store))
            print(f"again: {left} to read, told in {time.perf_counter() - start:.2f} s")
        start = time.perf_counter()
        found = own_examples(get_kind("minzhu-2024"), "云岭市水务局", folder=folder / "store")
        print(f"{len(found)} nearest in {time.perf_counter() - start:.2f} s")


def synthetic(text: str, seed: int) -> str:
    """A document of the same form that shares no sentence with it: its words in other characters.

    Headings, ordinals and the words that measures are told by keep their place.
    """
    chance = random.Random(seed)
    characters = sorted({ch for ch in text if "\u4e00" <= ch <= "\u9fff"})
    other = dict(zip(characters, chance.sample(characters, len(characters)), strict=True))

    def rewritten(line: str) -> str:
        if line.startswith("#"):
            return line
        kept = re.split(r"((?:^.是)|针对|的问题|由|牵头|\d+年|月底?前?|[个件条次份名家])", line)
        return "".join(
            part if i % 2 else "".join(other.get(ch, ch) for ch in part)
            for i, part in enumerate(kept)
        )

    return "\n".join(rewritten(line) for line in text.splitlines())


if __name__ == "__main__":
    typer.run(main)
