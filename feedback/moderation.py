"""What moderators decide about answers: approve, reject, mark as spam; each may follow another.

A comment is approved or rejected; its vote counts either way. Spam takes the vote along.

A decision names the state that the moderator saw (`changed_at`); it is one conditional UPDATE, so that what changed in
between is never decided unseen, and of two moderators at the same answer the second is told.
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

# decision → the moment it sets, and its word in the audit
DECISIONS = {
    "approve": ("approved_at", "approved an answer"),
    "reject": ("rejected_at", "rejected an answer"),
    "spam": ("spam_at", "marked an answer as spam"),
}


class Changed(Exception):
    """The answer is not what the moderator saw, or is gone."""


class NoComment(Exception):
    """The answer is a vote alone: there is no comment to approve or to reject."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How a decision on many went."""

    decided: int = 0
    changed: int = 0
    wordless: int = 0


@transaction.atomic
def moderate(pk: int, decision: str, *, seen: dt.datetime, actor: Any) -> Answer:
    """Decide about the answer `pk` as it stood at `seen`. Raises Changed or NoComment."""
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
    """Decide about each of `pks` that is still as it was `seen`; the others are left alone and told of."""
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
