"""Check of the next step: warns about the default one, and about a confidence below WEAK."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from .findings import Draft, Finding, Level

WEAK = Decimal("0.30")
_CURE = "Name the topic in the title, the excerpt and the body."
_CURE_OR_PIN = "Pin a next step, or name the topic in the title, the excerpt and the body."


def check_step(draft: Draft) -> Iterator[Finding]:
    decision = draft.decision
    if decision is None or decision.source == "editor":
        return
    cure = _CURE_OR_PIN if draft.is_editors else _CURE
    if decision.source == "default":
        message = "No next step matches this text, so the default next step is used."
        yield Finding(Level.WARNING, "step", "pinned_step", message, cure)
    elif decision.confidence < WEAK:
        message = f"The next step “{decision.slug}” was chosen with low confidence ({decision.confidence})."
        yield Finding(Level.WARNING, "step", "pinned_step", message, cure)
