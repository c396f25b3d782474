"""Subscribers of the newsletter.

We store dates, and the database computes the status from them, so the two cannot disagree. An erased subscriber has no
row, only a keyed hash on the suppression list. There is one newsletter; a second one would need a table of its own.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from itertools import batched, chain

from django.db import models, transaction
from django.db.models import Case, Q, Value, When
from django.utils import timezone

from newsletter.models.email_addresses import MAX_LENGTH, address_key, mask_email
from newsletter.models.suppression import Suppression, SuppressionKey
from newsletter.models.wording import CONFIRM_WORDING, LEAVE_WORDING

from .consents import Consent


def _new_nonce() -> str:
    return secrets.token_urlsafe(12)


# Suffix of the key of a duplicate row, once for each row before it; no email address contains a space.
SECOND_ROW = " (second row)"
MOST_ROWS = 4  # per email address, from its spellings before keys were canonical


def spelled_keys(key: str) -> list[str]:
    return [key + SECOND_ROW * count for count in range(MOST_ROWS)]


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def confirmed(self) -> SubscriberQuerySet:
        return self.filter(status="confirmed", erasure=None)

    def for_email(self, email: str) -> SubscriberQuerySet:
        """Filter by email address in any spelling, with the duplicate rows that an upgrade found."""
        return self.filter(address_key__in=spelled_keys(address_key(email)))

    def enter(self, email: str) -> Subscriber:
        """Return the row of an email address, created if missing; safe in parallel."""
        key = address_key(email)
        self.bulk_create([self.model(email=email, address_key=key)], ignore_conflicts=True)
        return self.get(address_key=key)

    def erase(self) -> int:
        """Delete all rows and data of these subscribers, except a hash against imports. Return the number of rows."""
        with transaction.atomic():
            rows = self.model._default_manager.order_by("pk").select_for_update(of=("self",))
            erased = sorted({key.partition(SECOND_ROW)[0] for key in self.values_list("address_key", flat=True)})
            found = [
                pk
                for some in batched(erased, 1000)
                for pk in rows.filter(address_key__in=chain(*map(spelled_keys, some))).values_list("pk", flat=True)
            ]
            Suppression.objects.add(*SuppressionKey.hash_keys(erased))
            self.model._default_manager.filter(pk__in=found).delete()
        return len(found)


class Subscriber(models.Model):
    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        CONFIRMED = "confirmed", "Confirmed"
        LEFT = "left", "Unsubscribed"
        BOUNCED = "bounced", "Bounced"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.CharField("email address", max_length=MAX_LENGTH)
    address_key = models.CharField(max_length=400, unique=True, editable=False)
    nonce = models.CharField(max_length=32, default=_new_nonce, editable=False)
    created_at = models.DateTimeField("signed up", default=timezone.now, db_index=True)
    confirmed_at = models.DateTimeField("confirmed", null=True, blank=True)
    left_at = models.DateTimeField("unsubscribed", null=True, blank=True)
    bounced_at = models.DateTimeField("bounced", null=True, blank=True)
    # Marked for erasure: deleted with the next batch, and gets no email meanwhile.
    erasure = models.ForeignKey("newsletter.Erasure", models.PROTECT, null=True, editable=False, related_name="readers")
    status = models.GeneratedField(
        expression=Case(
            # Unsubscribing is the subscriber's decision, so it takes precedence over a bounce.
            When(left_at__isnull=False, then=Value("left")),
            When(bounced_at__isnull=False, then=Value("bounced")),
            When(confirmed_at__isnull=False, then=Value("confirmed")),
            default=Value("pending"),
        ),
        output_field=models.CharField(max_length=10, choices=Status),
        db_persist=True,
    )

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["status", "-created_at"], name="subscriber_status")]
        permissions = [
            ("export_subscriber", "Can export subscribers"),
            ("import_subscriber", "Can import subscribers"),
        ]

    def __str__(self) -> str:
        # Not the email address: the admin writes this text into its log, which outlives an erasure.
        return f"subscriber {self.uid.hex[:8]}"

    @property
    def masked_email(self) -> str:
        return mask_email(self.email)

    @transaction.atomic
    def confirm(self, proof: str, *, at: dt.datetime | None = None) -> bool:
        """Confirm, also after leaving or a bounce. Return False if already confirmed, or left since `self` was read."""
        now = at or timezone.now()
        waiting = Q(confirmed_at__isnull=True) | Q(left_at__isnull=False) | Q(bounced_at__isnull=False)
        changed = Subscriber.objects.filter(waiting, pk=self.pk, nonce=self.nonce).update(
            confirmed_at=now, left_at=None, bounced_at=None
        )
        if changed:
            asked = self.consents.filter(what=Consent.What.ASKED).last()
            self.consents.create(
                what=Consent.What.CONFIRMED,
                happened_at=now,
                wording=CONFIRM_WORDING,
                proof=proof,
                **(asked.source if asked else {}),
            )
            Suppression.objects.filter(address_hash=SuppressionKey.hash_address(self.email)).delete()
        self.refresh_from_db()
        return bool(changed)

    @transaction.atomic
    def leave(self, proof: str) -> bool:
        """Unsubscribe, and invalidate older confirmation links by a new nonce. Return False if left before."""
        now = timezone.now()
        changed = Subscriber.objects.filter(pk=self.pk, left_at__isnull=True).update(left_at=now, nonce=_new_nonce())
        if changed:
            self.consents.create(what=Consent.What.LEFT, happened_at=now, wording=LEAVE_WORDING, proof=proof)
        self.refresh_from_db()
        return bool(changed)

    def bounce(self) -> None:
        self.bounced_at = timezone.now()
        self.save(update_fields=["bounced_at"])

    def erase(self) -> None:
        type(self).objects.filter(pk=self.pk).erase()
