"""Signed links of our emails; nothing is stored.

A token is its data and 128 bits of a keyed hash, in base64 digits. A confirmation has its time, the start of a uid, and
a fingerprint of the nonce, which changes when the subscriber leaves. Links to unsubscribe never expire. We do not use
Django's signed JSON because such a link has 150 characters. Ours has at most 78 (for a host of up to 15), and stays on
one line in text mail programs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from newsletter.models import Subscriber

CONFIRM_AGE = dt.timedelta(hours=48)
CONFIRM_SALT = "newsletter.confirm.v1"  # of the longer links
LEAVE_SALT = "newsletter.unsubscribe.v1"

_CONFIRM, _LEAVE = "newsletter.confirm.v2", "newsletter.unsubscribe.v2"
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_SIGNATURE = 128  # bits
# Bits of a confirmation. The first 40 of a random uid find the row with one index lookup.
_UID, _NONCE, _TIME = 40, 16, 20
_STEP = dt.timedelta(minutes=10)
_EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # 20 bits of steps last until 2045
_LEAVE_BITS = 130  # a whole uid, and two bits that fill the last digit


class BrokenToken(Exception):
    """Not a token of ours, or a damaged one."""


@dataclass(frozen=True)
class ConfirmationLink:
    subscriber: Subscriber | None
    is_good: bool


def confirmation_url(subscriber: Subscriber) -> str:
    steps = max(0, (timezone.now() - _EPOCH) // _STEP) % 2**_TIME
    said = (subscriber.uid.int >> (128 - _UID)) << (_NONCE + _TIME) | _fingerprint(subscriber) << _TIME | steps
    token = _signed(said, _UID + _NONCE + _TIME, _CONFIRM)
    return settings.SITE_URL + reverse("newsletter:confirm", args=[token])


def leaving_url(subscriber: Subscriber) -> str:
    token = _signed(subscriber.uid.int, _LEAVE_BITS, _LEAVE)
    return settings.SITE_URL + reverse("newsletter:unsubscribe", args=[token])


def read_confirmation(token: str) -> ConfirmationLink:
    if ":" in token:
        return _read_longer(token)
    said = _unsigned(token, _UID + _NONCE + _TIME, _CONFIRM)
    made_at = _EPOCH + said % 2**_TIME * _STEP
    subscriber = _row(said >> (_NONCE + _TIME))
    if subscriber is None:
        return ConfirmationLink(None, is_good=False)
    is_same = _fingerprint(subscriber) == (said >> _TIME) % 2**_NONCE
    has_left = subscriber.left_at is not None and subscriber.left_at >= made_at + _STEP
    is_recent = timezone.now() - made_at <= CONFIRM_AGE
    return ConfirmationLink(subscriber, is_good=is_same and is_recent and not has_left)


def read_leaving(token: str) -> uuid.UUID:
    if ":" in token:
        return _uid(_load(token, LEAVE_SALT))
    try:
        return uuid.UUID(int=_unsigned(token, _LEAVE_BITS, _LEAVE))
    except ValueError as error:
        raise BrokenToken from error


def _fingerprint(subscriber: Subscriber) -> int:
    digest = hashlib.sha256(subscriber.uid.bytes + subscriber.nonce.encode()).digest()
    return int.from_bytes(digest) >> (256 - _NONCE)


def _row(uid_start: int) -> Subscriber | None:
    """Return the subscriber whose uid starts with these bits; None if there are two (one case in a million lists)."""
    rest = 128 - _UID
    first = uuid.UUID(int=uid_start << rest)
    last = uuid.UUID(int=((uid_start + 1) << rest) - 1)
    found = list(Subscriber.objects.filter(uid__gte=first, uid__lte=last).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


# Numbers as text


def _signed(said: int, bits: int, purpose: str) -> str:
    """Return a number of `bits` bits and its signature as text; together they fill whole digits."""
    number = said << _SIGNATURE | _signature(said, bits, purpose, settings.SECRET_KEY)
    return "".join(_DIGITS[number >> place & 63] for place in range(bits + _SIGNATURE - 6, -1, -6))


def _unsigned(token: str, bits: int, purpose: str) -> int:
    """Return the number of a token with a valid signature. Raises BrokenToken."""
    if len(token) * 6 != bits + _SIGNATURE or not set(token) <= set(_DIGITS):
        raise BrokenToken
    number = 0
    for digit in token:
        number = number << 6 | _DIGITS.index(digit)
    said, signature = number >> _SIGNATURE, (number % 2**_SIGNATURE).to_bytes(16)
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if hmac.compare_digest(signature, _signature(said, bits, purpose, key).to_bytes(16)):
            return said
    raise BrokenToken


def _signature(said: int, bits: int, purpose: str, key: str) -> int:
    value = said.to_bytes((bits + 7) // 8)
    return int.from_bytes(salted_hmac(purpose, value, secret=key, algorithm="sha256").digest()[: _SIGNATURE // 8])


# Longer links of earlier releases


def _read_longer(token: str) -> ConfirmationLink:
    try:
        value, has_expired = signing.loads(token, salt=CONFIRM_SALT, max_age=CONFIRM_AGE), False
    except signing.SignatureExpired:
        value, has_expired = _load(token, CONFIRM_SALT), True
    except Exception as error:
        raise BrokenToken from error
    subscriber = Subscriber.objects.filter(uid=_uid(value)).first()
    is_same = subscriber is not None and str(value.get("n", "")) == subscriber.nonce
    return ConfirmationLink(subscriber, is_good=is_same and not has_expired)


def _load(token: str, salt: str) -> Any:
    # Any error of a token (signature, base64, zlib, JSON) means that it is not ours.
    try:
        return signing.loads(token, salt=salt)
    except Exception as error:
        raise BrokenToken from error


def _uid(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(value["u"])
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise BrokenToken from error
