"""Rerendering of stored versions after a change of the renderer or of a picture.

Each batch is a transaction, so that each version is either old or new. A text that would be refused today keeps its
HTML and is reported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.tasks import task

from insights import signals
from insights.models import Article, Step, Version
from insights.models.versions import VersionQuerySet
from insights.publishing.rendering import (
    COMPUTED_FIELDS,
    TextRefused,
    record_picture_uses,
    render_version,
    render_version_text,
)

BATCH = 100


@dataclass(slots=True)
class RerenderOutcome:
    done: int = 0
    changed: int = 0
    refused: list[str] = field(default_factory=list)


def rerender(versions: VersionQuerySet, tell: Callable[[int], None] = lambda done: None) -> RerenderOutcome:
    """Render each version again; the callback gets the number done after each batch."""
    outcome, last = RerenderOutcome(), 0
    while True:
        with transaction.atomic():
            rows = versions.select_for_update(of=("self",)).select_related("step", "pinned_step")
            batch = list(rows.filter(pk__gt=last).order_by("pk")[:BATCH])
            if not batch:
                return outcome
            _rerender_batch(batch, outcome)
        last = batch[-1].pk
        outcome.done += len(batch)
        tell(outcome.done)


@task()
def rerender_uses(picture: int) -> None:
    rerender(Version.objects.filter(picture_uses__picture=picture))


def _rerender_batch(batch: list[Version], outcome: RerenderOutcome) -> None:
    current = set(Version.objects.current().filter(pk__in=[v.pk for v in batch]).values_list("pk", flat=True))
    steps = list(Step.objects.in_use())
    changed = []
    for version in batch:
        before = [getattr(version, name) for name in COMPUTED_FIELDS]
        try:  # older versions keep the decision that readers saw
            pictures = render_version(version, steps) if version.pk in current else render_version_text(version)
        except TextRefused as refused:
            outcome.refused.append(f"{version.title} (version {version.pk}): {refused}")
            continue
        record_picture_uses(version, pictures)
        if [getattr(version, name) for name in COMPUTED_FIELDS] != before:
            changed.append(version)
    Version.objects.bulk_update(changed, COMPUTED_FIELDS)
    outcome.changed += len(changed)
    for article in Article.objects.filter(pk__in={v.article_id for v in changed if v.live_from is not None}):
        signals.article_changed.send(sender=Article, article=article)
