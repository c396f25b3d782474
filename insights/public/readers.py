"""Reader counting: one view per reader, article and day.

A reader is a hash of IP address and User-Agent with a random salt per UTC day. A periodic task deletes the salt, so old
readers are anonymous. We use this instead of a cookie and instead of storing IP addresses. Two people with the same IP
address and browser are one reader. A network counts for few readers (`networks.py`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from insights.models import Article, DailyViews, NetworkToday, ReaderSalt, SeenToday
from insights.public.networks import count_network, networks_of, plain_address

KEY_BYTES = 16


class NetworkLimitReached(Exception):
    """The visitor's network has reached its limit for the article today."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Reader behind a request on one day: keyed hashes of IP address with User-Agent, and of its networks."""

    day: dt.date
    key: bytes
    networks: tuple[bytes, ...]

    @classmethod
    def of(cls, request: HttpRequest) -> Visitor:
        """Return today's visitor, and create the salt of the day if it is missing."""
        day = today()
        row, _ = ReaderSalt.objects.get_or_create(day=day, defaults={"salt": secrets.token_bytes(32)})
        return cls._salted(request, row)

    @classmethod
    def known(cls, request: HttpRequest) -> Visitor:
        """Return today's visitor without writing; the key is empty if today has no salt yet."""
        row = ReaderSalt.objects.filter(day=today()).first()
        return cls._salted(request, row) if row else cls(today(), b"", ())

    @classmethod
    def _salted(cls, request: HttpRequest, row: ReaderSalt) -> Visitor:
        salt, peer = bytes(row.salt), request.META.get("REMOTE_ADDR", "")
        reader = f"{plain_address(peer) or peer}\n{request.headers.get('User-Agent', '')}"
        return cls(row.day, _keyed(salt, reader), tuple(_keyed(salt, network) for network in networks_of(peer)))

    def take_place(self, what: str, article: Article) -> None:
        """Count one more reader. Raise NetworkLimitReached; the caller must roll back to a savepoint."""
        if not count_network(what, article, self.day, self.networks):
            raise NetworkLimitReached


def today() -> dt.date:
    """Return the date in UTC, so that all servers count the same day."""
    return timezone.now().astimezone(dt.UTC).date()


@transaction.atomic
def count_view(article: Article, visitor: Visitor) -> bool:
    """Count one view per reader and day, within the cap; return whether it counted. Safe in parallel requests."""
    day = visitor.day
    try:
        with transaction.atomic():
            SeenToday.objects.create(article=article, day=day, reader=visitor.key)
            visitor.take_place("views", article)
    except (IntegrityError, NetworkLimitReached):
        return False
    days = DailyViews.objects.filter(article=article, day=day)
    if not days.update(views=F("views") + 1):
        DailyViews.objects.get_or_create(article=article, day=day)
        days.update(views=F("views") + 1)
    Article.objects.filter(pk=article.pk).update(views=F("views") + 1)
    return True


def forget_earlier_days() -> None:
    """Delete readers and networks of earlier days. Check first, as an empty DELETE still locks."""
    salts = ReaderSalt.objects.filter(day__lt=today())
    if salts.exists():
        SeenToday.objects.filter(day__lt=today()).delete()
        NetworkToday.objects.filter(day__lt=today()).delete()
        salts.delete()


def _keyed(salt: bytes, text: str) -> bytes:
    return hmac.digest(salt, text.encode(errors="replace"), hashlib.sha256)[:KEY_BYTES]
