"""Who counts as a reader, and counting one.

A reader is the IP address and browser under a random salt that lives for one day (UTC): exact within the day, and
nobody's afterwards, since the sweep deletes the salt. Chosen against a cookie (none is set on public pages) and against
storing addresses. Two people behind one address with the same browser are one reader. A network counts for a few
readers per article and day (`networks.py`): a browser's name is free to choose.
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
    """The visitor's network counts for no further reader of the article today."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A request's reader on one day: keyed hashes of IP address with browser, and of its networks."""

    day: dt.date
    key: bytes
    networks: tuple[bytes, ...]

    @classmethod
    def of(cls, request: HttpRequest) -> Visitor:
        """Return today's visitor; on another day the keys match no visitor."""
        day = today()
        row, _ = ReaderSalt.objects.get_or_create(day=day, defaults={"salt": secrets.token_bytes(32)})
        return cls._salted(request, row)

    @classmethod
    def known(cls, request: HttpRequest) -> Visitor:
        """Return today's visitor without writing anything; with an empty key before anyone was counted today."""
        row = ReaderSalt.objects.filter(day=today()).first()
        return cls._salted(request, row) if row else cls(today(), b"", ())

    @classmethod
    def _salted(cls, request: HttpRequest, row: ReaderSalt) -> Visitor:
        salt, peer = bytes(row.salt), request.META.get("REMOTE_ADDR", "")
        reader = f"{plain_address(peer) or peer}\n{request.headers.get('User-Agent', '')}"
        return cls(row.day, _keyed(salt, reader), tuple(_keyed(salt, network) for network in networks_of(peer)))

    def take_place(self, what: str, article: Article) -> None:
        """Count one more reader of the visitor's networks. Raises NoPlace; the caller rolls back to a savepoint."""
        if not count_network(what, article, self.day, self.networks):
            raise NetworkLimitReached


def today() -> dt.date:
    """The day of counting, in UTC: the same on every machine of an installation."""
    return timezone.now().astimezone(dt.UTC).date()


@transaction.atomic
def count_view(article: Article, visitor: Visitor) -> bool:
    """Count one view of `article`, once per reader and day, within the network's cap; return whether it counted.

    Exact under parallel requests: the unique row lets a reader in once, the database adds to the sums.
    """
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
    """Forget the readers and networks of earlier days; the sums stay. Asks first: a DELETE of nothing still locks."""
    salts = ReaderSalt.objects.filter(day__lt=today())
    if salts.exists():
        SeenToday.objects.filter(day__lt=today()).delete()
        NetworkToday.objects.filter(day__lt=today()).delete()
        salts.delete()


def _keyed(salt: bytes, text: str) -> bytes:
    return hmac.digest(salt, text.encode(errors="replace"), hashlib.sha256)[:KEY_BYTES]
