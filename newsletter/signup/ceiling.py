"""Site-wide limit of confirmation emails per window of time (`settings.CONFIRMATION_CEILING`).

A flood of fake sign-ups must not ruin the sender's reputation. The sign-up does not check the ceiling, so its response
stays the same. A worker takes a slot before it sends, under the lock of one row. Without a slot an email waits, and a
periodic task releases emails in order of request. A link is made when its email is sent, so its 48 hours begin then.
Bulk emails come after all sign-ups, get half of the ceiling at most, never alert, and wait without limit.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from insights.mail.outbox import KILLED, LEASE
from newsletter.models import ConfirmationCeiling, ConfirmationMail, ConfirmationSlot, StaffAlert
from newsletter.signup.alerts import alert

logger = logging.getLogger(__name__)

GIVEN_UP_AFTER = dt.timedelta(hours=24)
QUIET = dt.timedelta(hours=1)  # without a waiting email; the next one starts a new episode
TOO_LATE = "WaitedTooLong"
# Errors after which the server surely has no email: it refused it, or was not reached. After any other, such as a
# broken connection or a timeout of a mail service, the email may have been sent.
DID_NOT_LEAVE = {
    *("SMTPRecipientsRefused", "SMTPSenderRefused", "SMTPDataError", "SMTPConnectError", "SMTPHeloError"),
    *("SMTPAuthenticationError", "SMTPNotSupportedError", "ConnectionRefusedError", "gaierror"),
    *("AnymailRecipientsRefused", "AnymailInvalidAddress", "AnymailConfigurationError", "PermissionError"),
    "NoLongerPending",
}
BATCH = 1000
# Slot time of an email that is being sent: an attempt takes at most two leases.
SENDING = 2 * LEASE

State = ConfirmationMail.State


def window() -> dt.timedelta:
    return dt.timedelta(seconds=settings.CONFIRMATION_CEILING[1])


@transaction.atomic
def acquire_slot(mail_id: int) -> bool:
    """Give an email its slot. Return False, and let it wait, if it is not its turn."""
    ceiling = ConfirmationCeiling.objects.locked()
    mail = ConfirmationMail.objects.due(timezone.now()).filter(pk=mail_id).select_related("slot").first()
    if mail is None:
        return True  # not due, being sent or deleted: the attempt handles it
    now = ceiling.now
    if mail.slot and mail.slot.occupied_until > now and mail.trouble != KILLED:
        ConfirmationSlot.objects.filter(pk=mail.slot_id).update(occupied_until=now + SENDING + window())
        return True
    if mail.slot_id:  # a killed attempt may have sent its email: its slot stays occupied
        ConfirmationMail.objects.filter(pk=mail.pk).update(slot=None)
    if mail.pk in _next_in_line(now):
        _take_slot(mail, now)
        return True
    ConfirmationMail.objects.filter(pk=mail.pk).update(held_at=now)
    if not mail.is_bulk:
        _note_waiting(ceiling)
    return False


def settle_slot(mail_id: int) -> None:
    """Start the window of an email's slot, or free the slot if the server surely did not accept the email."""
    mail = ConfirmationMail.objects.filter(pk=mail_id, slot__isnull=False).exclude(state=State.SENDING).first()
    if mail is None:
        return
    slot = ConfirmationSlot.objects.filter(pk=mail.slot_id)
    if mail.state != State.SENT and mail.trouble.partition(" ")[0] in DID_NOT_LEAVE:
        slot.delete()
    else:
        slot.occupy_for(window())
        ConfirmationMail.objects.filter(pk=mail_id).update(slot=None)


def release_confirmations(enqueue: Callable[[ConfirmationMail], object]) -> None:
    """Release waiting emails, give up late ones, end the episode. Cheap if nothing waits."""
    _forget_slots()
    if ConfirmationMail.objects.without_slot().exists():
        give_up()
        release(enqueue)
    if ConfirmationCeiling.objects.quiet(timezone.now() - QUIET).exists():
        _end_episode()


@transaction.atomic
def release(enqueue: Callable[[ConfirmationMail], object]) -> int:
    now = ConfirmationCeiling.objects.locked().now
    waiting = ConfirmationMail.objects.filter(pk__in=_next_in_line(now), held_at__isnull=False)
    mails = list(waiting.order_by("is_bulk", "pk"))
    for mail in mails:
        _take_slot(mail, now)
        enqueue(mail)
    return len(mails)


def give_up() -> None:
    """Mark sign-ups as failed that have waited for a day, which limits the backlog of a flood. At most BATCH."""
    late = ConfirmationMail.objects.without_slot().filter(is_bulk=False, created_at__lt=timezone.now() - GIVEN_UP_AFTER)
    some = list(late.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if some:
        dropped = ConfirmationMail.objects.without_slot().filter(pk__in=some).update(
            state=State.FAILED, trouble=TOO_LATE, held_at=None
        )  # fmt: skip
        logger.warning("Confirmation emails not sent after waiting for a day: %d.", dropped)


def _next_in_line(now: dt.datetime) -> list[int]:
    """Return the ids of emails that may take a slot now: sign-ups first, each kind in order of request."""
    count = settings.CONFIRMATION_CEILING[0]
    free = min(count - ConfirmationSlot.objects.occupied(now).count(), BATCH)
    if free <= 0:
        return []
    waiting = ConfirmationMail.objects.waiting(timezone.now()).order_by("pk").values_list("pk", flat=True)
    line = list(waiting.filter(is_bulk=False)[:free])
    for_bulk = free - len(line) - count // 2
    return line + (list(waiting.filter(is_bulk=True)[:for_bulk]) if for_bulk > 0 else [])


def _take_slot(mail: ConfirmationMail, now: dt.datetime) -> None:
    slot = ConfirmationSlot.objects.create(occupied_until=now + SENDING + window())
    ConfirmationMail.objects.filter(pk=mail.pk).update(
        slot=slot,
        held_at=None,
        next_attempt_at=timezone.now(),  # so that its new task counts as just enqueued
    )


def _note_waiting(ceiling: ConfirmationCeiling) -> None:
    now = timezone.now()
    is_first = ceiling.began_at is None
    ConfirmationCeiling.objects.update(latest_at=now, began_at=now if is_first else ceiling.began_at)
    if is_first:
        count, seconds = settings.CONFIRMATION_CEILING
        logger.warning(
            "CONFIRMATION_CEILING reached: %d confirmation emails in %d seconds. More are waiting.", count, seconds
        )
        alert(StaffAlert.Kind.CEILING)


def _end_episode() -> None:
    if ConfirmationMail.objects.without_slot().filter(is_bulk=False).exists():
        return
    if ConfirmationCeiling.objects.quiet(timezone.now() - QUIET).update(began_at=None):
        logger.info("Confirmation emails are below the limit again.")


def _forget_slots() -> None:
    over = ConfirmationSlot.objects.over()
    if over.exists():  # an empty DELETE would still take SQLite's write lock
        over.delete()
