"""The links in our mails.

A token is signed, not stored: it names its purpose (the salt), the reader's random uid and, for a confirmation, the
reader's nonce, which is made anew when somebody leaves. Confirmations expire; the link to leave works for ever. Nothing
in a token counts up, and the address is not in it. Signatures follow SECRET_KEY and its fallbacks.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from newsletter.models import Subscriber

CONFIRM_SALT = "newsletter.confirm.v1"
LEAVE_SALT = "newsletter.unsubscribe.v1"
CONFIRM_AGE = dt.timedelta(hours=48)


class BrokenToken(Exception):
    """Not one of ours, or not whole any more."""


@dataclass(frozen=True)
class ConfirmationLink:
    uid: uuid.UUID
    nonce: str
    has_expired: bool


def confirmation_url(subscriber: Subscriber) -> str:
    """The absolute address behind which `subscriber` confirms."""
    token = signing.dumps({"u": subscriber.uid.hex, "n": subscriber.nonce}, salt=CONFIRM_SALT)
    return settings.SITE_URL + reverse("newsletter:confirm", args=[token])


def leaving_url(subscriber: Subscriber) -> str:
    """The absolute address behind which `subscriber` leaves."""
    token = signing.dumps({"u": subscriber.uid.hex}, salt=LEAVE_SALT)
    return settings.SITE_URL + reverse("newsletter:unsubscribe", args=[token])


def read_confirmation(token: str) -> ConfirmationLink:
    """What a confirmation link says. Raises BrokenToken."""
    try:
        value, has_expired = signing.loads(token, salt=CONFIRM_SALT, max_age=CONFIRM_AGE), False
    except signing.SignatureExpired:
        value, has_expired = _load(token, CONFIRM_SALT), True
    except Exception as error:
        raise BrokenToken from error
    return ConfirmationLink(_uid(value), str(value.get("n", "")), has_expired)


def read_leaving(token: str) -> uuid.UUID:
    """The uid of the reader who wants to leave. Raises BrokenToken."""
    return _uid(_load(token, LEAVE_SALT))


def _load(token: str, salt: str) -> Any:
    # Whatever is wrong with a stranger's token (signature, base64, zlib, JSON), it is simply not ours.
    try:
        return signing.loads(token, salt=salt)
    except Exception as error:
        raise BrokenToken from error


def _uid(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(value["u"])
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise BrokenToken from error
