"""Decisions about the next step of a version, stored as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import models

from insights.models import Step, Version
from insights.next_step.scoring import Decision, StepRule, Text, Weight, choose_step


def step_rules(steps: Iterable[Step]) -> list[StepRule]:
    """Return the rules in the order of `steps`; a step without a rule can only be pinned or default."""
    return [
        StepRule(
            slug=step.slug,
            keywords=tuple(step.rule.keyword_list),
            weights={
                "title": Weight(step.rule.title_weight, step.rule.title_cap),
                "excerpt": Weight(step.rule.excerpt_weight, step.rule.excerpt_cap),
                "content": Weight(step.rule.content_weight, step.rule.content_cap),
            },
            threshold=step.threshold,
        )
        for step in steps
        if hasattr(step, "rule")
    ]


def decide_next_step(version: Version, steps: Sequence[Step]) -> None:
    """Set the next step of a rendered version; `steps` are active, in the editors' order. Saves nothing."""
    by_slug: Mapping[str, Step] = {step.slug: step for step in steps}
    pinned = version.pinned_step if version.pinned_step_id else None
    default = next((step.slug for step in steps if step.is_default), "")
    decision = choose_step(
        step_rules(steps),
        Text(version.title, version.excerpt, version.search_text),
        default=default,
        pinned=pinned.slug if pinned else "",
    )
    version.step = pinned or by_slug.get(decision.slug)
    version.decision = decision.as_json()


def decision_of(version: Version) -> Decision:
    return Decision.from_json(version.decision)


def fallback_decision(steps: models.QuerySet[Step]) -> tuple[Step | None, Decision]:
    """Return the default step and its decision, for versions whose step was deleted."""
    step = steps.filter(is_default=True).first()
    return step, Decision("default", step.slug if step else "none")
