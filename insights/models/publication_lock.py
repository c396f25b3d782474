"""One advisory lock for publishing, unpublishing and updating the pages beside an article.

We use one lock, taken before the first row, instead of an order of row locks. Actions that begin at different articles
cannot keep such an order: PostgreSQL would report a deadlock. SQLite has one writer anyway. Saving a draft does not
take this lock.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.db import connection, transaction

_LOCK = 7_202_611  # any number that no other lock uses


def serialized[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    @wraps(function)
    def done(*args: P.args, **options: P.kwargs) -> R:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            return function(*args, **options)

    return done
