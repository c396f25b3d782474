"""Rows for the database, made ready outside the lock and written in a few long statements under it.

`bulk_create` prepares each value while the transaction holds SQLite's write lock: half a minute for 100,000 readers
with their consents. Values that are ready beforehand, and one `executemany` for each table, take a few seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, models

from newsletter.models import Consent, Subscriber

type Values = tuple[Any, ...]

_MADE_BY_DATABASE = {"id", "status", "subscriber"}
_SUBSCRIBER = [field for field in Subscriber._meta.concrete_fields if field.name not in _MADE_BY_DATABASE]
_CONSENT = [field for field in Consent._meta.concrete_fields if field.name not in _MADE_BY_DATABASE]
MOMENTS = ("confirmed_at", "left_at", "bounced_at")


def subscriber_values(subscriber: Subscriber) -> Values:
    return _values(subscriber, _SUBSCRIBER)


def consent_values(address_key: str, consent: Consent) -> Values:
    """A consent of the reader with this key, who may be new in the same transaction and have no number yet."""
    return (address_key, *_values(consent, _CONSENT))


def news_values(pk: int, moments: dict[str, Any]) -> Values:
    """The moments to take over for a known reader; a moment that is not given stays as it is."""
    changed = Subscriber(**moments)
    return (*_values(changed, [Subscriber._meta.get_field(name) for name in MOMENTS]), pk)


def insert_subscribers(rows: Iterable[Values]) -> None:
    places = ", ".join(["%s"] * len(_SUBSCRIBER))
    _execute(f"INSERT INTO newsletter_subscriber ({_columns(_SUBSCRIBER)}) VALUES ({places})", rows)  # noqa: S608


def update_subscribers(rows: Iterable[Values]) -> None:
    news = ", ".join(f"{name} = COALESCE(%s, {name})" for name in MOMENTS)
    _execute(f"UPDATE newsletter_subscriber SET {news} WHERE id = %s", rows)  # noqa: S608


def insert_consents(rows: Iterable[Values]) -> None:
    reader = "(SELECT id FROM newsletter_subscriber WHERE address_key = %s)"
    places = ", ".join([reader, *["%s"] * len(_CONSENT)])
    _execute(f"INSERT INTO newsletter_consent (subscriber_id, {_columns(_CONSENT)}) VALUES ({places})", rows)  # noqa: S608


def _values(row: models.Model, fields: list[Any]) -> Values:
    return tuple(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields)


def _columns(fields: list[Any]) -> str:
    return ", ".join(connection.ops.quote_name(field.column) for field in fields)


def _execute(sql: str, rows: Iterable[Values]) -> None:
    some = list(rows)
    if some:
        with connection.cursor() as cursor:
            cursor.executemany(sql, some)
