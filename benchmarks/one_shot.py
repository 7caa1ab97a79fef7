"""One prompt with all facts and "write the document", beside our draft of the same spec.

python benchmarks/one_shot.py --spec examples/shuiwu-2023-theme.yaml [--draft drafts/demo]
"""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from langchain_core.messages import HumanMessage, SystemMessage

from assistant.evaluation.scores import score
from assistant.kinds import get_kind
from assistant.llm.open import open_model, verified_model
from assistant.offline import forbid_tracing
from assistant.plan import Plan, make_plan
from assistant.spec_file import read_spec


def main(
    spec: Annotated[Path, typer.Option(help="unit.yaml")],
    draft: Annotated[Path | None, typer.Option(help="folder of our draft")] = None,
    model: Annotated[str | None, typer.Option(help="model name or GGUF file")] = None,
    max_tokens: Annotated[int, typer.Option(help="most tokens of the answer")] = 3500,
    out: Annotated[Path | None, typer.Option(help="write the one-shot text here")] = None,
) -> None:
    """Print the scores of both as JSON."""
    forbid_tracing()
    unit = read_spec(spec)
    plan = make_plan(unit, get_kind(unit.kind))
    with open_model(verified_model(model)) as chat_model:
        start = time.perf_counter()
        answer = chat_model.invoke(
            [SystemMessage("你是机关单位的文字秘书。"), HumanMessage(request(plan))],
            max_tokens=max_tokens,
            seed=1,
        )
        seconds = time.perf_counter() - start
    text = str(answer.text)
    if out:
        out.write_text(text, encoding="utf-8")
    results = {"one-shot": asdict(score(text, plan)) | {"seconds": round(seconds, 1)}}
    if draft:
        run = json.loads((draft / "run.json").read_text(encoding="utf-8"))
        ours = (draft / "draft.md").read_text(encoding="utf-8")
        results["ours"] = asdict(score(ours, plan)) | {"seconds": run["totals"]["seconds"]}
    print(json.dumps(results, ensure_ascii=False, indent=2))


def request(plan: Plan) -> str:
    """Outline, facts and the order to write."""
    return "\n".join(_request(plan))


def _request(plan: Plan) -> Iterator[str]:
    lead = plan.lead
    yield f"请写一份完整的《{plan.title}》，约{plan.length}字。"
    yield "标题和小标题照下面的提纲，事实和数字全部写进去，不要编造数字。"
    yield "问题、原因、措施用一是、二是分条。"
    yield f"导语：{lead.opening}（{'，'.join(fact.text for fact in lead.facts)}）{lead.ending}"
    for part in plan.parts:
        yield part.number + part.heading
        for section in part.sections:
            if section.heading:
                yield section.number + section.heading
            for slot in section.slots:
                told = "；".join([*(f.text for f in slot.facts), *slot.context])
                yield f"- {slot.claim}：{told}"
    yield f"结尾：{plan.closing}"


if __name__ == "__main__":
    typer.run(main)
