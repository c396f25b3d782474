"""Moderation: approve or reject a comment, or mark it as spam; each decision may replace another.

A vote counts whether its comment is approved or rejected; spam removes it. A decision is one conditional UPDATE on the
state that the moderator saw (`changed_at`). So of two moderators the second gets an error.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from feedback import signals
from feedback.lookalike_names import resembles_staff
from feedback.models import Answer
from insights.signals import audit_event

# decision → the date field that it sets, and its verb in the audit log
DECISIONS = {
    "approve": ("approved_at", "approved a comment"),
    "reject": ("rejected_at", "rejected a comment"),
    "spam": ("spam_at", "marked feedback as spam"),
}


class Changed(Exception):
    """The answer changed since the moderator saw it, or is gone."""


class NoComment(Exception):
    """The answer is a vote alone: there is no comment to approve or to reject."""


@dataclass(frozen=True, slots=True)
class Tally:
    decided: int = 0
    changed: int = 0
    wordless: int = 0


@transaction.atomic
def moderate(pk: int, decision: str, *, seen: dt.datetime, actor: Any) -> Answer:
    """Decide on the answer `pk` as it stood at `seen`. Raise Changed or NoComment."""
    chosen, verb = DECISIONS[decision]
    answer = Answer.objects.select_related("article").filter(pk=pk, changed_at=seen).first()
    if answer is None:
        raise Changed
    if decision != "spam" and not answer.message:
        raise NoComment
    now = timezone.now()
    dates: dict[str, dt.datetime | None] = {name: None for name, _ in DECISIONS.values()} | {chosen: now}
    decided = Answer.objects.filter(pk=pk, changed_at=seen).update(
        **dates, decided_by=actor, changed_at=now, resembles_staff=resembles_staff(answer.name)
    )
    if not decided:
        raise Changed
    audit_event.send(
        sender=Answer,
        actor=actor,
        verb=verb,
        subject=answer.article.slug,
        details={"answer": str(answer.uid), "before": answer.status},
    )
    signals.answers_changed.send(sender=Answer, article=answer.article)
    answer.refresh_from_db()
    return answer


def decide_many(pks: Iterable[int], decision: str, *, seen: Mapping[int, dt.datetime], actor: Any) -> Tally:
    """Decide on each of `pks` that is unchanged since `seen`; count the others and leave them alone."""
    decided = changed = wordless = 0
    for pk in pks:
        try:
            if pk not in seen:
                raise Changed
            moderate(pk, decision, seen=seen[pk], actor=actor)
        except Changed:
            changed += 1
        except NoComment:
            wordless += 1
        else:
            decided += 1
    return Tally(decided, changed, wordless)
