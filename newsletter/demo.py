"""Subscribers of the demo publication: the same three hundred everywhere, at example domains that receive no email."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from insights.models import Article, Step
from insights.models.site import SIGNUP_NOTE
from newsletter.models import Consent, Subscriber, Suppression
from newsletter.models.email_addresses import address_key
from newsletter.models.wording import CONFIRM_WORDING, LEAVE_WORDING

READERS = 300
DAYS = 60
NAMESPACE = uuid.UUID("7a3c1f0e-52d4-5b61-9c8e-0d9f6b2a4e17")
HOSTS = ("example.com", "example.org", "example.net")
# fmt: off
COLORS = [
    "amber", "azure", "coral", "copper", "crimson", "ebony", "fawn", "golden", "green", "indigo", "ivory", "jade",
    "lilac", "ochre", "olive", "pearl", "ruby", "silver", "teal", "umber",
]
BIRDS = [
    "avocet", "bittern", "crane", "curlew", "dunlin", "egret", "finch", "gannet", "heron", "ibis", "jackdaw",
    "kestrel", "lapwing", "merlin", "nuthatch",
]
# fmt: on
PROOF = "made up for the demo"
STATES = ("confirmed",) * 14 + ("pending",) * 3 + ("left",) * 2 + ("bounced",)


@transaction.atomic
def load_demo_subscribers(tell: Callable[[str], None]) -> None:
    addresses = [
        f"{color}.{bird}@{HOSTS[(i + j) % 3]}" for i, color in enumerate(COLORS) for j, bird in enumerate(BIRDS)
    ]
    keys = set(Subscriber.objects.filter(address_key__in=addresses).values_list("address_key", flat=True))
    erased = Suppression.suppressed(addresses)
    sources, now = _sources(), timezone.now()
    readers: list[Subscriber] = []
    consents: list[Consent] = []
    for email in addresses:
        if email in keys or email in erased:
            continue
        reader, history = _reader(email, sources, now)
        readers.append(reader)
        consents += history
    Subscriber.objects.bulk_create(readers)
    Consent.objects.bulk_create(consents)
    tell(f"Subscribers: {len(readers)} added, {READERS - len(readers)} skipped (already there or erased).")


def _sources() -> list[dict[str, Any]]:
    step = Step.objects.filter(slug="newsletter").first()
    pages: list[dict[str, Any]] = [{"page": "/newsletter/"}]
    for article in Article.objects.published().order_by("slug"):
        version = article.live_version()
        pages.append(
            {
                "page": article.get_absolute_url(),
                "article": article,
                "article_slug": article.slug,
                "article_title": version.title if version else "",
                "step": step,
                "step_slug": step.slug if step else "",
            }
        )
    return pages


def _reader(email: str, sources: list[dict[str, Any]], now: dt.datetime) -> tuple[Subscriber, list[Consent]]:
    """Return a subscriber and consents; all values depend on the email address alone."""
    chance = random.Random(email)  # noqa: S311 (the same subscribers everywhere are intended)
    state = chance.choice(STATES)
    asked_at = now - dt.timedelta(days=DAYS * chance.random() ** 1.5, minutes=chance.randrange(1, 600))
    confirmed_at = asked_at + (now - asked_at) * min(0.5, chance.random() / 50)
    left_at = confirmed_at + (now - confirmed_at) * (0.1 + 0.8 * chance.random())
    reader = Subscriber(
        uid=uuid.uuid5(NAMESPACE, email),
        email=email,
        address_key=address_key(email),
        created_at=asked_at,
        confirmed_at=confirmed_at if state in {"confirmed", "left"} else None,
        left_at=left_at if state == "left" else None,
        bounced_at=confirmed_at if state == "bounced" else None,
    )
    source = chance.choice(sources) if chance.random() < 0.8 else sources[0]
    history = [_consent(reader, Consent.What.ASKED, asked_at, SIGNUP_NOTE, source)]
    if reader.confirmed_at:
        history.append(_consent(reader, Consent.What.CONFIRMED, confirmed_at, CONFIRM_WORDING, source))
    if reader.left_at:
        history.append(_consent(reader, Consent.What.LEFT, left_at, LEAVE_WORDING, {}))
    return reader, history


def _consent(reader: Subscriber, what: str, happened_at: dt.datetime, wording: str, source: dict[str, Any]) -> Consent:
    return Consent(subscriber=reader, what=what, happened_at=happened_at, wording=wording, proof=PROOF, **source)
