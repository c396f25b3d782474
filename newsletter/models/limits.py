"""How many mails an address gets, and how many addresses a network may sign up.

Counted in our own tables rather than in the cache, so that the limits hold across workers and machines, and by keyed
hashes, so that no address of a person or a network is kept in clear. Each limit is one conditional UPDATE or stands
behind one: whoever comes second waits for the row and then sees what the first has written. The allowance of an
address is no column of the subscriber: it outlives an erasure, and a confirmed row stays as it is when somebody
signs its address up again.
"""

from __future__ import annotations

import datetime as dt

from django.db import models

from newsletter.querysets import MailAllowanceQuerySet, SignupNetworkQuerySet

MAIL_PAUSE = dt.timedelta(minutes=10)  # at most one mail to an address in this time
MAIL_DAY = dt.timedelta(hours=24)  # and at most three in this
NETWORK_WINDOW = dt.timedelta(hours=1)
NETWORK_ADDRESSES = 10  # distinct addresses that a network may sign up in the window


class MailAllowance(models.Model):
    """The moments of the last three mails that an address was granted."""

    address_hash = models.CharField(max_length=64, unique=True)
    latest_at = models.DateTimeField(null=True, db_index=True)
    second_latest_at = models.DateTimeField(null=True)
    third_latest_at = models.DateTimeField(null=True)

    objects = MailAllowanceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.address_hash[:12]


class SignupNetwork(models.Model):
    """A network (/24 or /64) from which somebody signed up; its row is what parallel sign-ups queue at."""

    network_hash = models.CharField(max_length=64, unique=True)
    latest_at = models.DateTimeField(null=True, db_index=True)

    objects = SignupNetworkQuerySet.as_manager()

    def __str__(self) -> str:
        return self.network_hash[:12]


class SignupAddress(models.Model):
    """That a network signed this address up."""

    network = models.ForeignKey(SignupNetwork, models.CASCADE, related_name="addresses")
    address_hash = models.CharField(max_length=64)
    latest_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "address_hash"], name="signup_address_once")]

    def __str__(self) -> str:
        return self.address_hash[:12]
