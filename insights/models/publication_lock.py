"""What readers get changes one deed at a time: to publish, to withdraw, to tell the pages around of it.

Each of these writes rows of an article and of its neighbours. Chosen: one lock for all of them, taken before the first
of those rows, against an order in which rows are locked, which two deeds that begin at different articles cannot keep:
PostgreSQL would end one of them as a deadlock. SQLite has one writer at a time anyway. Whoever writes a draft does not
wait here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.db import connection, transaction

_LOCK = 7_202_611  # any number that nothing else locks by


def serialized[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Do it in a transaction, when its turn has come."""

    @wraps(function)
    def done(*args: P.args, **options: P.kwargs) -> R:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            return function(*args, **options)

    return done
