"""The adjectives and the many-row verbs of the letter's rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import batched, chain
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from insights.models.outbox import OutgoingMailQuerySet
from newsletter.models.email_addresses import address_key

if TYPE_CHECKING:
    from newsletter.models import (  # noqa: F401
        ConfirmationCeiling,
        ConfirmationMail,
        ConfirmationSlot,
        Consent,
        MailAllowance,
        SignupNetwork,
        Subscriber,
        Suppression,
    )

# Behind the key of a row whose address another row has as well, once for each of those; no address holds a blank.
SECOND_ROW = " (second row)"
MOST_ROWS = 4  # of one address, in its spellings before canonical addresses


def spelled_keys(key: str) -> list[str]:
    """The keys under which rows of the address with this key may stand."""
    return [key + SECOND_ROW * count for count in range(MOST_ROWS)]


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def confirmed(self) -> SubscriberQuerySet:
        """Those who get the letter."""
        return self.filter(status="confirmed", erasure=None)

    def for_address(self, email: str) -> SubscriberQuerySet:
        """The one with this address in any spelling, or none; with it the rows that an upgrade found to be the same."""
        return self.filter(address_key__in=spelled_keys(address_key(email)))

    def enter(self, email: str) -> Subscriber:
        """The row of an address, made if there is none; right when two do so at once."""
        key = address_key(email)
        self.bulk_create([self.model(email=email, address_key=key)], ignore_conflicts=True)
        return self.get(address_key=key)

    def erase(self) -> int:
        """Delete everything that is held about these readers, with all rows of their addresses. Returns how many rows.

        A keyed hash keeps imports from bringing an address back.
        """
        from newsletter.models import Suppression, SuppressionKey

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


class ConsentQuerySet(models.QuerySet["Consent"]):
    def confirmations(self, since: dt.datetime) -> ConsentQuerySet:
        """The sign-ups that were confirmed from `since` on."""
        return self.filter(what="confirmed", happened_at__gte=since)

    def update(self, **values: Any) -> int:
        """Refused but for what a deleted article or step does to its links."""
        if not set(values) <= {"article", "step"}:
            raise TypeError("A consent is written once.")
        return super().update(**values)


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def add(self, *hashes: str) -> None:
        self.bulk_create([self.model(address_hash=address_hash) for address_hash in hashes], ignore_conflicts=True)

    def among(self, hashes: list[str]) -> set[str]:
        """Those of `hashes` that are on the list."""
        return set(self.filter(address_hash__in=hashes).values_list("address_hash", flat=True))


class MailAllowanceQuerySet(models.QuerySet["MailAllowance"]):
    def grant(self, address_hash: str, now: dt.datetime) -> bool:
        """Whether one more mail may go to the address; if so, it is counted, in the same statement."""
        from newsletter.models.limits import MAIL_DAY, MAIL_PAUSE

        self.bulk_create([self.model(address_hash=address_hash)], ignore_conflicts=True)
        has_rested = Q(latest_at__isnull=True) | Q(latest_at__lte=now - MAIL_PAUSE)
        has_room = Q(third_latest_at__isnull=True) | Q(third_latest_at__lte=now - MAIL_DAY)
        return bool(
            self.filter(has_rested, has_room, address_hash=address_hash).update(
                third_latest_at=F("second_latest_at"), second_latest_at=F("latest_at"), latest_at=now
            )
        )

    def postpone(self, address_hash: str, now: dt.datetime) -> None:
        """A granted mail goes out later than it was granted: its pause begins now."""
        self.filter(address_hash=address_hash).update(latest_at=Greatest(F("latest_at"), now))

    def outdated(self, now: dt.datetime) -> MailAllowanceQuerySet:
        """Those that limit nothing any more."""
        from newsletter.models.limits import MAIL_DAY

        return self.filter(Q(latest_at__isnull=True) | Q(latest_at__lte=now - MAIL_DAY))


class SignupNetworkQuerySet(models.QuerySet["SignupNetwork"]):
    @transaction.atomic
    def admit(self, network_hash: str, address_hash: str, now: dt.datetime) -> dt.timedelta | None:
        """Count an address for a network. Returns None, or how long the network has to wait.

        The UPDATE of the network's row is the gate: until this transaction ends, no other sign-up of the network
        passes it, so that what is counted behind it stays true.
        """
        from newsletter.models.limits import NETWORK_ADDRESSES, NETWORK_WINDOW, SignupAddress

        while not self.filter(network_hash=network_hash).update(latest_at=now):
            self.bulk_create([self.model(network_hash=network_hash, latest_at=now)], ignore_conflicts=True)
        network = self.get(network_hash=network_hash)
        recent = SignupAddress.objects.filter(network=network, latest_at__gt=now - NETWORK_WINDOW)
        others = recent.exclude(address_hash=address_hash).order_by("latest_at")
        moments = list(others.values_list("latest_at", flat=True))
        if len(moments) >= NETWORK_ADDRESSES:
            return moments[-NETWORK_ADDRESSES] + NETWORK_WINDOW - now
        SignupAddress.objects.bulk_create(
            [SignupAddress(network=network, address_hash=address_hash, latest_at=now)],
            update_conflicts=True,
            unique_fields=["network", "address_hash"],
            update_fields=["latest_at"],
        )
        return None

    def outdated(self, now: dt.datetime) -> SignupNetworkQuerySet:
        from newsletter.models.limits import NETWORK_WINDOW

        return self.filter(latest_at__lte=now - NETWORK_WINDOW)


class ConfirmationMailQuerySet(OutgoingMailQuerySet):
    def queue(self, subscriber: Subscriber, *, is_bulk: bool = False) -> ConfirmationMail | None:
        """Add an email to `subscriber`; None while an earlier one is under way.

        One of many (`is_bulk`) waits for its slot from the beginning and needs no task. When its recipient signs up
        meanwhile, it is a sign-up like any other.
        """
        mail = self.model(subscriber=subscriber, is_bulk=is_bulk, held_at=timezone.now() if is_bulk else None)
        self.bulk_create([mail], ignore_conflicts=True)
        found = self.filter(uid=mail.uid).first()
        if found is None and not is_bulk:
            self.filter(subscriber=subscriber, state="queued").update(is_bulk=False)
        return found

    def queue_bulk(self, subscribers: Sequence[int]) -> int:
        """Add an email to each of these subscribers' numbers, as `queue` does with `is_bulk`. Return how many."""
        now = timezone.now()
        mails = [self.model(subscriber_id=pk, is_bulk=True, held_at=now) for pk in subscribers]
        self.bulk_create(mails, ignore_conflicts=True)
        return self.filter(uid__in=[mail.uid for mail in mails]).count()

    def due(self, now: dt.datetime) -> Self:
        """Without those that the ceiling makes wait: a sweep releases them."""
        return super().due(now).filter(held_at=None)

    def waiting(self, now: dt.datetime) -> Self:
        """Those that are due and have no slot yet."""
        return super().due(now).filter(slot=None)

    def without_slot(self) -> Self:
        """Those that the ceiling makes wait."""
        return self.filter(state="queued", slot=None, held_at__isnull=False)

    def with_recipient(self) -> ConfirmationMailQuerySet:
        return self.select_related("subscriber")


class ConfirmationCeilingQuerySet(models.QuerySet["ConfirmationCeiling"]):
    def locked(self) -> Any:
        """The one row, held until the transaction ends, with the time of the database as `now`."""
        rows = self.select_for_update().annotate(now=Now()).filter(pk=1)
        while (row := rows.first()) is None:
            self.bulk_create([self.model(pk=1)], ignore_conflicts=True)
        return row

    def quiet(self, since: dt.datetime) -> ConfirmationCeilingQuerySet:
        """The row, when an episode goes on in which no email had to wait since then."""
        return self.filter(began_at__isnull=False, latest_at__lt=since)


class ConfirmationSlotQuerySet(models.QuerySet["ConfirmationSlot"]):
    def occupied(self, now: dt.datetime) -> ConfirmationSlotQuerySet:
        return self.filter(occupied_until__gt=now)

    def over(self) -> ConfirmationSlotQuerySet:
        return self.filter(occupied_until__lte=Now())

    def occupy_for(self, time: dt.timedelta) -> None:
        """Let each be occupied for so long from now on."""
        self.update(occupied_until=Now() + time)
