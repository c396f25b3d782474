"""Readers as CSV, in constant memory."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from django.db import transaction

from insights.signals import deed_done
from newsletter.models import Consent, Subscriber
from newsletter.querysets import SubscriberQuerySet

from .cells import guarded
from .columns import COLUMNS, CONSENT_FIELDS, MOMENTS

CHUNK = 500  # rows that are in memory at a time


class Writable(Protocol):
    def write(self, text: str, /) -> object: ...


class _Line:
    """Where csv writes a line, so that the writer hands it back."""

    def write(self, line: str) -> str:
        return line


@transaction.atomic
def record_export(subscribers: SubscriberQuerySet, *, actor: Any, details: dict[str, Any]) -> int:
    """Write the audit entry of an export and commit it; call this before any row leaves. Return the number of rows."""
    count = subscribers.count()
    verb, details = "exported subscribers", {**details, "count": count}
    deed_done.send(sender=Subscriber, actor=actor, verb=verb, subject="subscribers", details=details)
    return count


def csv_lines(subscribers: SubscriberQuerySet) -> Iterator[str]:
    """The file line by line, header first, in the order in which the rows were made."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    rows = subscribers.order_by("pk").prefetch_related("consents")
    for subscriber in rows.iterator(chunk_size=CHUNK):
        yield writer.writerow([guarded(value) for value in _values(subscriber)])


def write_csv(
    subscribers: SubscriberQuerySet, stream: Writable, *, watch: Callable[[Iterable[str]], Iterable[str]] = iter
) -> int:
    """Write the file to `stream`; `watch` may look at the lines as they pass. Returns the number of readers."""
    count = -1
    for line in watch(csv_lines(subscribers)):
        stream.write(line)
        count += 1
    return count


def _values(subscriber: Subscriber) -> list[str]:
    consents = list(subscriber.consents.all())
    asked = _last(consents, Consent.What.ASKED)
    confirmed = _last(consents, Consent.What.CONFIRMED)
    return [
        subscriber.email,
        subscriber.status,
        *(_moment(getattr(subscriber, name)) for name in MOMENTS),
        *([asked.page, asked.article_slug, asked.article_title, asked.step_slug] if asked else [""] * 4),
        *([_moment(confirmed.happened_at), confirmed.wording, confirmed.proof] if confirmed else [""] * 3),
        str(subscriber.uid),
        json.dumps([_history(consent) for consent in consents], ensure_ascii=False, separators=(",", ":")),
    ]


def _last(consents: list[Consent], what: str) -> Consent | None:
    return next((consent for consent in reversed(consents) if consent.what == what), None)


def _history(consent: Consent) -> dict[str, str]:
    texts = {key: getattr(consent, name) for key, (name, _) in CONSENT_FIELDS.items() if getattr(consent, name)}
    return {"what": consent.what, "at": _moment(consent.happened_at), **texts}


def _moment(moment: dt.datetime | None) -> str:
    return moment.astimezone(dt.UTC).isoformat() if moment else ""
