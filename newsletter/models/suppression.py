"""Whom not to write to, known only by a keyed hash.

The key is a row of our own database, made once, and not derived from SECRET_KEY: a rotation of that secret would turn
every hash into noise, and people who had themselves erased would be written to again. In the database the key is the
same on every machine and travels with every backup. Against a thief of the whole database it does not help; there the
hash only spares the address from casual eyes. Revisit when the site gets a key store.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from django.db import models
from django.utils import timezone

from newsletter.addresses import address_key
from newsletter.querysets import SuppressionQuerySet


def _new_key() -> bytes:
    return secrets.token_bytes(32)


class SuppressionKey(models.Model):
    """The one key of all hashes in this app: 32 random bytes."""

    key = models.BinaryField(max_length=32, default=_new_key)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(name="suppression_key_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return "key of the suppression list"

    @classmethod
    def hash(cls, purpose: str, text: str) -> str:
        """The keyed hash of `text`, 64 hexadecimal digits; equal texts of different purposes differ."""
        return _hash(cls._key(), purpose, text)

    @classmethod
    def hash_address(cls, address: str) -> str:
        return cls.hash("address", address_key(address))

    @classmethod
    def hash_addresses(cls, addresses: list[str]) -> list[str]:
        """The hash of each address, in their order, with one look at the key."""
        return cls.hash_keys(map(address_key, addresses))

    @classmethod
    def hash_keys(cls, address_keys: Iterable[str]) -> list[str]:
        """The same for addresses whose key is known already."""
        key = cls._key()
        return [_hash(key, "address", address_key) for address_key in address_keys]

    @classmethod
    def _key(cls) -> bytes:
        row, _ = cls.objects.get_or_create(pk=1)
        return bytes(row.key)


def _hash(key: bytes, purpose: str, text: str) -> str:
    return hmac.new(key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


class Suppression(models.Model):
    """An address that imports and letters leave alone; only its owner, by confirming anew, takes it off."""

    address_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = SuppressionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.address_hash[:12]
