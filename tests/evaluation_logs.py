"""Logs for tests of the evaluation: real cases, systems' answers from a script."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from langchain_core.language_models import SimpleChatModel
from langchain_core.messages import BaseMessage
from pydantic import Field
from scripted import Scripted, scripted

from assistant.drafting.record import ModelIdentity
from assistant.evaluation.case import Case
from assistant.evaluation.log import EvaluationLog, Header, Settings, program
from assistant.evaluation.run import OpenBench
from assistant.evaluation.task import Bench
from assistant.examples.store import WorkedExample, shipped_examples
from assistant.kinds import get_kind
from assistant.markdown import render
from assistant.planner import make_plan
from assistant.spec import UnitSpec

IDENTITY = ModelIdentity(name="scripted", sha256="0" * 64)
EXAMPLES = {example.slug: example for example in shipped_examples()}
SELF_EXAMINATION, REPORT = "luyuan-linye-2024", "pingshan-weijian-2023"


def worked_case(example: WorkedExample) -> Case:
    """A worked example as a case for which nothing but itself is withheld."""
    return Case(
        id=example.slug,
        spec=example.spec,
        reference=render(example.draft),
        origin="worked",
        withheld=(example.slug,),
    )


def invented_case(spec: UnitSpec, case_id: str = "tiny") -> Case:
    """A case whose reference states the facts and nothing else."""
    plan = make_plan(spec, get_kind(spec.kind))
    facts = "\n".join(slot.stated for slot in plan.slots())
    return Case(id=case_id, spec=spec, reference=f"# {plan.title}\n\n{facts}\n", origin="worked")


class Answering(SimpleChatModel):
    """Drafts as `Scripted` does; to any other question it gives its next answer in turn."""

    drafting: Scripted
    answers: list[str] = Field(default_factory=list)
    """Begins anew when all were given."""
    asked: list[list[BaseMessage]] = Field(default_factory=list)
    fail_at: int | None = None
    """Number of the question, from 1, at which it fails."""

    @property
    def _llm_type(self) -> str:
        return "answering"

    def _call(self, messages: list[BaseMessage], *_: Any, **__: Any) -> str:
        self.asked.append(messages)
        if len(self.asked) == self.fail_at:
            raise KeyboardInterrupt
        if messages[-1].type == "ai":
            return self.drafting._call(messages)
        own = [m for m in self.asked if m[-1].type != "ai"]
        return self.answers[(len(own) - 1) % len(self.answers)]


def bench(spec: UnitSpec, *answers: str, fail_at: int | None = None) -> Bench:
    """A scripted model for a spec, one candidate a paragraph."""
    model = Answering(drafting=scripted(spec), answers=list(answers), fail_at=fail_at)
    return Bench(model, IDENTITY, Settings(candidates=1))


def opened(bench: Bench) -> OpenBench:
    """What opens this one for every round."""
    return lambda _: nullcontext(bench)


def header(**changes: Any) -> Header:
    """The header of a log made with the scripted model."""
    made: dict[str, Any] = {
        "created": "2024-01-02T03:04:05+08:00",
        "program": program(),
        "model": IDENTITY,
        "settings": Settings(candidates=1),
        "prompts": {"system.txt": "1" * 64},
    }
    return Header.model_validate({**made, **changes})


def begun_log(folder: Path, *cases: Case, examples: Sequence[WorkedExample] = ()) -> EvaluationLog:
    """A log with these cases and examples, nothing written yet."""
    log = EvaluationLog(folder)
    log.begin(header())
    log.add_cases(cases, examples)
    return log
