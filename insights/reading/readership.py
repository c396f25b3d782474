"""Who counts as a reader, and counting one.

A reader is the network address and browser under a random salt that lives for one day (UTC): exact within the day, and
nobody's afterwards, since the sweep deletes the salt. Chosen against a cookie (none is set on public pages) and against
storing addresses. Two people behind one address with the same browser are one reader.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets

from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from insights.models import Article, DailyViews, ReaderSalt, SeenToday

KEY_BYTES = 16


def today() -> dt.date:
    """The day of counting, in UTC: the same on every machine of an installation."""
    return timezone.now().astimezone(dt.UTC).date()


def reader_key(request: HttpRequest, day: dt.date) -> bytes:
    """16 bytes that stand for the request's reader on `day`, and for nobody on another."""
    row, _ = ReaderSalt.objects.get_or_create(day=day, defaults={"salt": secrets.token_bytes(32)})
    reader = f"{request.META.get('REMOTE_ADDR', '')}\n{request.headers.get('User-Agent', '')}"
    return hmac.digest(bytes(row.salt), reader.encode(errors="replace"), hashlib.sha256)[:KEY_BYTES]


@transaction.atomic
def count_view(article: Article, reader_key: bytes, day: dt.date) -> bool:
    """Count one view of `article`, once per reader and day; whether it counted.

    Exact however many arrive at once: the unique row lets a reader in once, the sums are added to by the database.
    """
    try:
        with transaction.atomic():
            SeenToday.objects.create(article=article, day=day, reader=reader_key)
    except IntegrityError:
        return False
    days = DailyViews.objects.filter(article=article, day=day)
    if not days.update(views=F("views") + 1):
        DailyViews.objects.get_or_create(article=article, day=day)
        days.update(views=F("views") + 1)
    Article.objects.filter(pk=article.pk).update(views=F("views") + 1)
    return True


def sweep() -> None:
    """Forget the readers of earlier days; how many they were stays. Asks first: a DELETE of nothing still locks."""
    salts = ReaderSalt.objects.filter(day__lt=today())
    if salts.exists():
        SeenToday.objects.filter(day__lt=today()).delete()
        salts.delete()
