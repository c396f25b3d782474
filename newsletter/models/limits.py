"""Limits: emails per email address, and email addresses per network.

We count in tables instead of the cache, by keyed hashes, so limits hold across workers and servers. Each limit is one
conditional UPDATE or comes after one, so that a second request waits for the first. An allowance outlives an erasure.
"""

from __future__ import annotations

import datetime as dt

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

MAIL_PAUSE = dt.timedelta(minutes=10)  # minimum time between two emails to one email address
MAIL_DAY = dt.timedelta(hours=24)  # time for at most three
NETWORK_WINDOW = dt.timedelta(hours=1)
NETWORK_ADDRESSES = 10  # distinct email addresses per network and window


class MailAllowanceQuerySet(models.QuerySet["MailAllowance"]):
    def grant(self, address_hash: str, now: dt.datetime) -> bool:
        """Count one more email to the email address, if the limits allow it. Return whether they do."""
        self.bulk_create([self.model(address_hash=address_hash)], ignore_conflicts=True)
        has_rested = Q(latest_at__isnull=True) | Q(latest_at__lte=now - MAIL_PAUSE)
        has_room = Q(third_latest_at__isnull=True) | Q(third_latest_at__lte=now - MAIL_DAY)
        return bool(
            self.filter(has_rested, has_room, address_hash=address_hash).update(
                third_latest_at=F("second_latest_at"), second_latest_at=F("latest_at"), latest_at=now
            )
        )

    def postpone(self, address_hash: str, now: dt.datetime) -> None:
        """Restart the pause, because a granted email is sent later than it was granted."""
        self.filter(address_hash=address_hash).update(latest_at=Greatest(F("latest_at"), now))

    def outdated(self, now: dt.datetime) -> MailAllowanceQuerySet:
        return self.filter(Q(latest_at__isnull=True) | Q(latest_at__lte=now - MAIL_DAY))


class MailAllowance(models.Model):
    address_hash = models.CharField(max_length=64, unique=True)
    latest_at = models.DateTimeField(null=True, db_index=True)
    second_latest_at = models.DateTimeField(null=True)
    third_latest_at = models.DateTimeField(null=True)

    objects = MailAllowanceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.address_hash[:12]


class SignupNetworkQuerySet(models.QuerySet["SignupNetwork"]):
    @transaction.atomic
    def admit(self, network_hash: str, address_hash: str, now: dt.datetime) -> dt.timedelta | None:
        """Count an email address for a network. Return None, or how long the network has to wait."""
        # This UPDATE locks the row: no other sign-up of the network passes until this transaction ends.
        while not self.filter(network_hash=network_hash).update(latest_at=now):
            self.bulk_create([self.model(network_hash=network_hash, latest_at=now)], ignore_conflicts=True)
        network = self.get(network_hash=network_hash)
        recent = SignupAddress.objects.filter(network=network, latest_at__gt=now - NETWORK_WINDOW)
        others = recent.exclude(address_hash=address_hash).order_by("latest_at")
        granted = list(others.values_list("latest_at", flat=True))
        if len(granted) >= NETWORK_ADDRESSES:
            return granted[-NETWORK_ADDRESSES] + NETWORK_WINDOW - now
        SignupAddress.objects.bulk_create(
            [SignupAddress(network=network, address_hash=address_hash, latest_at=now)],
            update_conflicts=True,
            unique_fields=["network", "address_hash"],
            update_fields=["latest_at"],
        )
        return None

    def outdated(self, now: dt.datetime) -> SignupNetworkQuerySet:
        return self.filter(latest_at__lte=now - NETWORK_WINDOW)


class SignupNetwork(models.Model):
    """A network (/24 or /64) with sign-ups; its row serializes parallel ones."""

    network_hash = models.CharField(max_length=64, unique=True)
    latest_at = models.DateTimeField(null=True, db_index=True)

    objects = SignupNetworkQuerySet.as_manager()

    def __str__(self) -> str:
        return self.network_hash[:12]


class SignupAddress(models.Model):
    network = models.ForeignKey(SignupNetwork, models.CASCADE, related_name="addresses")
    address_hash = models.CharField(max_length=64)
    latest_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "address_hash"], name="signup_address_once")]

    def __str__(self) -> str:
        return self.address_hash[:12]
