"""Suppression list: email addresses that get no email, as keyed hashes.

The key is a row instead of a value derived from SECRET_KEY. A rotation of that secret would invalidate every hash, and
erased people would get email again. It does not protect against a thief of the whole database. Revisit this when the
site gets a key store.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable

from django.db import models
from django.utils import timezone

from newsletter.models.email_addresses import address_key, older_address_key


def _new_key() -> bytes:
    return secrets.token_bytes(32)


class SuppressionKey(models.Model):
    key = models.BinaryField(max_length=32, default=_new_key)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(name="suppression_key_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return "key of the suppression list"

    @classmethod
    def hash(cls, purpose: str, text: str) -> str:
        """Return the keyed hash of `text` in 64 hex digits; equal texts of different purposes differ."""
        return _hash(cls._key(), purpose, text)

    @classmethod
    def hash_address(cls, email: str) -> str:
        return cls.hash("address", address_key(email))

    @classmethod
    def hash_keys(cls, address_keys: Iterable[str]) -> list[str]:
        hash_key = cls.hasher()
        return [hash_key(address_key) for address_key in address_keys]

    @classmethod
    def hasher(cls) -> Callable[[str], str]:
        """Return a function from an address key to its hash, which reads the key only once."""
        key = cls._key()
        return lambda address_key: _hash(key, "address", address_key)

    @classmethod
    def _key(cls) -> bytes:
        row, _ = cls.objects.get_or_create(pk=1)
        return bytes(row.key)


def _hash(key: bytes, purpose: str, text: str) -> str:
    return hmac.new(key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def add(self, *hashes: str) -> None:
        self.bulk_create([self.model(address_hash=address_hash) for address_hash in hashes], ignore_conflicts=True)

    def among(self, hashes: list[str]) -> set[str]:
        return set(self.filter(address_hash__in=hashes).values_list("address_hash", flat=True))


class Suppression(models.Model):
    """An email address that is not written to and not imported, until its owner confirms again.

    A legacy hash is from before IDNA (`older_address_key`) and cannot be recomputed, so lookups use both keys. It may
    stand for two email addresses, so it stays when one of them confirms.
    """

    address_hash = models.CharField(max_length=64, unique=True)
    # Rows of an earlier release are legacy, also those that it adds during an upgrade.
    is_legacy = models.BooleanField(default=False, db_default=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = SuppressionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.address_hash[:12]

    @staticmethod
    def suppressed(addresses: list[str]) -> set[str]:
        """Return which of these email addresses are on the list, by their current key or a legacy one."""
        hash_key = SuppressionKey.hasher()
        present = {email: hash_key(address_key(email)) for email in addresses}
        older = {email: hash_key(older_address_key(email)) for email in addresses}
        found = Suppression.objects.among([*present.values()])
        legacy = Suppression.objects.filter(is_legacy=True).among([*older.values()])
        return {email for email in addresses if present[email] in found or older[email] in legacy}
