"""Export of subscribers as CSV, in constant memory.

We read plain values in the driver's form: to build model instances and parse dates took most of an export's time.
"""

from __future__ import annotations

import csv
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import batched
from json.encoder import encode_basestring  # in C: JSON text in quotes that is not limited to ASCII
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import Expression, ExpressionWrapper, F, Q, TextField
from django.db.models.functions import Cast

from insights.signals import audit_event
from newsletter.models import Consent, Subscriber
from newsletter.models.subscribers import SubscriberQuerySet
from newsletter.subscribers.csv_cells import guarded
from newsletter.subscribers.csv_columns import COLUMNS, CONSENT_FIELDS, DATE_COLUMNS

CHUNK = 1000  # rows in memory at a time


class Writable(Protocol):
    def write(self, text: str, /) -> object: ...


class _Line:
    def write(self, line: str) -> str:
        return line


@transaction.atomic
def record_export(subscribers: SubscriberQuerySet, *, actor: Any, details: dict[str, Any]) -> int:
    """Commit the audit log entry of an export, before any row is sent. Return the number of rows."""
    count = subscribers.count()
    verb, details = "exported subscribers", {**details, "count": count}
    audit_event.send(sender=Subscriber, actor=actor, verb=verb, subject="subscribers", details=details)
    return count


def csv_lines(subscribers: SubscriberQuerySet) -> Iterator[str]:
    """Yield the file line by line, header first, in order of creation."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    dates = {f"raw_{name}": _raw(name) for name in DATE_COLUMNS}
    rows = subscribers.order_by("pk").annotate(**dates, raw_uid=_raw("uid"))
    columns = rows.values_list("pk", "email", "status", *dates, "raw_uid")
    for some in batched(columns.iterator(chunk_size=CHUNK), CHUNK):
        consents = _consents([row[0] for row in some])
        for row in some:
            yield writer.writerow(_cells(row, consents[row[0]]))


def write_csv(
    subscribers: SubscriberQuerySet, stream: Writable, *, watch: Callable[[Iterable[str]], Iterable[str]] = iter
) -> int:
    """Write the file to `stream`; `watch` wraps the lines. Return the number of subscribers."""
    count = -1
    for line in watch(csv_lines(subscribers)):
        stream.write(line)
        count += 1
    return count


def _raw(name: str) -> Expression:
    """Return a column in its cheapest form: text in UTC from SQLite, the driver's object from PostgreSQL."""
    if connection.vendor == "sqlite":
        return Cast(F(name), TextField())  # SQLite would parse a bare column by its declared type
    return ExpressionWrapper(F(name), output_field=TextField())


def _consents(subscribers: list[int]) -> dict[int, list[Any]]:
    """Return the consents by subscriber, oldest first: id, type, date, then texts in the order of CONSENT_FIELDS."""
    texts = [name for name, _ in CONSENT_FIELDS.values()]
    first, last = subscribers[0], subscribers[-1]
    is_dense = last - first < 2 * len(subscribers)  # then a range costs less than a list
    theirs = Q(subscriber__gte=first, subscriber__lte=last) if is_dense else Q(subscriber__in=subscribers)
    rows = Consent.objects.filter(theirs).annotate(raw=_raw("happened_at"))
    found: dict[int, list[Any]] = defaultdict(list)
    for consent in rows.order_by("happened_at", "pk").values_list("subscriber_id", "what", "raw", *texts):
        found[consent[0]].append(consent)
    return found


def _cells(row: tuple[Any, ...], consents: list[Any]) -> list[str]:
    _, email, status, created_at, confirmed_at, left_at, bounced_at, uid = row
    source, proof, history = _NO_SOURCE, _NO_PROOF, []
    for consent in consents:
        _, what, happened_at, page, article, title, step, wording, how = consent
        at = _iso(happened_at)
        if what == "asked":
            source = (guarded(page), guarded(article), guarded(title), guarded(step))
        elif what == "confirmed":
            proof = (at, guarded(wording), guarded(how))
        history.append(f'{{"what":"{what}","at":"{at}"{_json(consent)}}}')
    return [
        guarded(email),
        status,
        _iso(created_at),
        _iso(confirmed_at) if confirmed_at else "",
        _iso(left_at) if left_at else "",
        _iso(bounced_at) if bounced_at else "",
        *source,
        *proof,
        _uuid(uid),
        f"[{','.join(history)}]",
    ]


_NO_SOURCE, _NO_PROOF = ("", "", "", ""), ("", "", "")
_KEYS = [(number, f',"{key}":') for number, key in enumerate(CONSENT_FIELDS, 3)]


def _json(consent: tuple[Any, ...]) -> str:
    return "".join([key + encode_basestring(consent[number]) for number, key in _KEYS if consent[number]])


def _iso(value: str | dt.datetime) -> str:
    return f"{value[:10]}T{value[11:]}+00:00" if isinstance(value, str) else value.isoformat()


def _uuid(value: str | uuid.UUID) -> str:
    if isinstance(value, str):
        return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"
    return str(value)
