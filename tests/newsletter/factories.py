"""Factories for the newsletter's rows."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.utils import timezone

from insights.models.site import SIGNUP_NOTE
from insights.text.email_addresses import canonical
from newsletter.models import Consent, Subscriber
from newsletter.models.email_addresses import address_key
from newsletter.models.wording import CONFIRM_WORDING, PROOF_FORM, PROOF_LINK

_numbers = count(1)


def make_subscriber(email: str = "", *, status: str = "pending", **fields: Any) -> Subscriber:
    """Make a subscriber in one of the four states, with the consents that lead there."""
    email = email or f"reader{next(_numbers)}@example.com"
    now = timezone.now()
    dates = {
        "pending": {},
        "confirmed": {"confirmed_at": now},
        "left": {"confirmed_at": now, "left_at": now},
        "bounced": {"bounced_at": now},
    }[status]
    row = Subscriber.objects.create(**{"email": canonical(email), "address_key": address_key(email), **dates, **fields})
    row.consents.create(what=Consent.What.ASKED, wording=SIGNUP_NOTE, proof=PROOF_FORM)
    if row.confirmed_at:
        row.consents.create(what=Consent.What.CONFIRMED, wording=CONFIRM_WORDING, proof=PROOF_LINK)
    return row
