"""Check of the next step: warns about the default one, and about a confidence below WEAK."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from .findings import Draft, Finding, Level

WEAK = Decimal("0.30")
_CURE = "Let title, excerpt and text name what it is about."
_CURE_OR_PIN = "Pin a step, or let title, excerpt and text name what it is about."


def check_step(draft: Draft) -> Iterator[Finding]:
    decision = draft.decision
    if decision is None or decision.source == "editor":
        return
    cure = _CURE_OR_PIN if draft.is_editors else _CURE
    if decision.source == "default":
        message = "No step's rule fits this text, so that the default one follows it."
        yield Finding(Level.WARNING, "step", "pinned_step", message, cure)
    elif decision.confidence < WEAK:
        message = f"The step “{decision.slug}” was chosen with little confidence ({decision.confidence})."
        yield Finding(Level.WARNING, "step", "pinned_step", message, cure)
