"""The gates that a written paragraph must pass before it is kept.

Each gate is a small function from a text and its slot to findings. An error makes a candidate
fall; a warning only weighs against it.
"""

from assistant.checks.findings import Finding
from assistant.checks.gates.context import Gate, GateContext
from assistant.checks.gates.form import (
    LEAK_RUN,
    examples_not_leaked,
    formulations_kept,
    instructions_not_echoed,
    length_fits,
    no_debris,
    no_loop,
    no_structure,
    sentence_ends,
    turns_once,
)
from assistant.checks.gates.genre import (
    claim_not_restated,
    negation_carried_on,
    no_blame,
    no_excuse,
    no_praise,
    no_remedy,
    not_empty_talk,
    weighed_rightly,
)
from assistant.checks.gates.truth import (
    events_given,
    facts_not_retold,
    facts_said_once,
    facts_used,
    figures_supported,
    instances_given,
    names_given,
    no_derived_quantity,
    no_frequency,
    omissions_given,
    own_words,
    places_given,
    quotations_given,
)

__all__ = ["GATES", "LEAK_RUN", "Gate", "GateContext", "judge"]

GATES: tuple[Gate, ...] = (
    figures_supported,
    no_derived_quantity,
    no_frequency,
    facts_used,
    facts_said_once,
    facts_not_retold,
    examples_not_leaked,
    instructions_not_echoed,
    no_structure,
    sentence_ends,
    no_loop,
    length_fits,
    no_praise,
    no_remedy,
    no_debris,
    quotations_given,
    no_excuse,
    no_blame,
    omissions_given,
    events_given,
    formulations_kept,
    turns_once,
    names_given,
    instances_given,
    places_given,
    claim_not_restated,
    weighed_rightly,
    negation_carried_on,
    not_empty_talk,
    own_words,
)


def judge(text: str, context: GateContext) -> list[Finding]:
    """Everything the gates find in a paragraph (without its ordinal)."""
    return [finding for gate in GATES for finding in gate(text, context)]
