"""At most so many confirmation emails of the whole site in a window of time (`settings.CONFIRMATION_CEILING`).

A flood of made-up sign-ups from many networks must not become a flood of emails that ruins the sender's reputation. The
sign-up itself knows nothing of the ceiling: its answer and its time stay the same. A worker asks for a slot before it
sends; counting and taking are one step under the lock of one row, right across workers and servers. An email without a
slot waits in its row, without a task, and a sweep releases waiting emails in the order of their requests. Its link is
written when it is sent, so that the link's 48 hours begin then.

Emails that staff send to many (`is_bulk`) come after all sign-ups, take half of the ceiling at most, never alert, and
wait as long as it takes. A sign-up that has waited for a day is given up: that bounds what a flood leaves behind, and
people who still want the newsletter sign up again.
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
QUIET = dt.timedelta(hours=1)  # without a waiting email; then the next one is a new episode
TOO_LATE = "WaitedTooLong"
# Troubles after which the server has no email: it refused it, or was never reached. After any other, such as a broken
# connection or a mail service that did not answer in time, it may have left.
DID_NOT_LEAVE = {
    *("SMTPRecipientsRefused", "SMTPSenderRefused", "SMTPDataError", "SMTPConnectError", "SMTPHeloError"),
    *("SMTPAuthenticationError", "SMTPNotSupportedError", "ConnectionRefusedError", "gaierror"),
    *("AnymailRecipientsRefused", "AnymailInvalidAddress", "AnymailConfigurationError", "PermissionError"),
    "NoLongerPending",
}
BATCH = 1000
# A sending holds its slot meanwhile; longer than the two leases of an attempt is none.
SENDING = 2 * LEASE

State = ConfirmationMail.State


def window() -> dt.timedelta:
    return dt.timedelta(seconds=settings.CONFIRMATION_CEILING[1])


@transaction.atomic
def acquire_slot(mail_id: int) -> bool:
    """Give an email its slot. Returns False, and lets it wait, when it is not its turn yet."""
    ceiling = ConfirmationCeiling.objects.locked()
    mail = ConfirmationMail.objects.due(timezone.now()).filter(pk=mail_id).select_related("slot").first()
    if mail is None:
        return True  # it is not due, being sent or gone: the attempt finds out
    now = ceiling.now
    if mail.slot and mail.slot.occupied_until > now and mail.trouble != KILLED:
        ConfirmationSlot.objects.filter(pk=mail.slot_id).update(occupied_until=now + SENDING + window())
        return True
    if mail.slot_id:  # an attempt that was killed may have sent: its slot stays occupied
        ConfirmationMail.objects.filter(pk=mail.pk).update(slot=None)
    if mail.pk in _next_in_line(now):
        _take_slot(mail, now)
        return True
    ConfirmationMail.objects.filter(pk=mail.pk).update(held_at=now)
    if not mail.is_bulk:
        _note_waiting(ceiling)
    return False


def settle_slot(mail_id: int) -> None:
    """Let the window of an email's slot begin now; free the slot of an email that the server surely did not take."""
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
    """Release waiting emails whose turn has come, give up what waited too long, end the episode. Cheap when idle."""
    _forget_slots()
    if ConfirmationMail.objects.without_slot().exists():
        give_up()
        release(enqueue)
    if ConfirmationCeiling.objects.quiet(timezone.now() - QUIET).exists():
        _end_episode()


@transaction.atomic
def release(enqueue: Callable[[ConfirmationMail], object]) -> int:
    """Give slots to the emails that are first in line, and enqueue those that waited. Returns how many."""
    now = ConfirmationCeiling.objects.locked().now
    waiting = ConfirmationMail.objects.filter(pk__in=_next_in_line(now), held_at__isnull=False)
    mails = list(waiting.order_by("is_bulk", "pk"))
    for mail in mails:
        _take_slot(mail, now)
        enqueue(mail)
    return len(mails)


def give_up() -> None:
    """Drop sign-ups that have waited for a day, some at a time."""
    late = ConfirmationMail.objects.without_slot().filter(is_bulk=False, created_at__lt=timezone.now() - GIVEN_UP_AFTER)
    some = list(late.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if some:
        dropped = ConfirmationMail.objects.without_slot().filter(pk__in=some).update(
            state=State.FAILED, trouble=TOO_LATE, held_at=None
        )  # fmt: skip
        logger.warning("%d confirmation emails waited for a day and were given up.", dropped)


def _next_in_line(now: dt.datetime) -> list[int]:
    """The emails that may have a slot now, sign-ups first, each kind in the order of request."""
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
    """Remember that a sign-up has to wait; alert staff when it is the first of an episode."""
    now = timezone.now()
    is_first = ceiling.began_at is None
    ConfirmationCeiling.objects.update(latest_at=now, began_at=now if is_first else ceiling.began_at)
    if is_first:
        count, seconds = settings.CONFIRMATION_CEILING
        logger.warning(
            "Confirmation emails reached their ceiling of %d in %d seconds; more of them wait.", count, seconds
        )
        alert(StaffAlert.Kind.CEILING)


def _end_episode() -> None:
    if ConfirmationMail.objects.without_slot().filter(is_bulk=False).exists():
        return
    if ConfirmationCeiling.objects.quiet(timezone.now() - QUIET).update(began_at=None):
        logger.info("Confirmation emails are below their ceiling again.")


def _forget_slots() -> None:
    over = ConfirmationSlot.objects.over()
    if over.exists():  # an empty DELETE would still take SQLite's write lock
        over.delete()
