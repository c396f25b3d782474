"""How a confirmation mail leaves the house.

One task for each attempt: claim (conditional UPDATE, a lease), open the connection, renew the lease, send, mark. What
may be tried again depends on what the mail server can have seen. Nothing, when it refused the connection or answered
that it would take the mail later: soon again, with growing waits. Perhaps everything, when the connection broke off in
the middle: not before the pause that an address has between two mails. A mailbox that the server does not know: never.
The task is enqueued in the transaction that makes a mail due; `sweep` mends what a killed worker left behind.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Iterable

from django.core.mail import mailers
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from newsletter.mail import build
from newsletter.models import ConfirmationMail, MailAllowance, SignupNetwork, Subscriber, SuppressionKey
from newsletter.models.limits import MAIL_PAUSE

logger = logging.getLogger(__name__)

# Longer than SMTP's own time limits add up to: at most 8 answers of 15 seconds each before the mail, fewer after.
LEASE = dt.timedelta(seconds=125)
WAITS = [dt.timedelta(seconds=seconds) for seconds in (15, 60, 300, 900, 3600, 10_800, 21_600, 43_200)]
GRACE = dt.timedelta(seconds=45)  # a mail that is overdue by so much has lost its task
BATCH = 100


@task(priority=50)  # somebody waits for it; a recomputation of all articles does not mind
def send_confirmation(mail_id: int) -> str:
    """Try to send one mail. Returns the state it is in afterwards; raises nothing that could hold an address."""
    mail = ConfirmationMail.objects.claim(mail_id, timezone.now(), LEASE)
    if mail is None:
        return "not due"
    connection = mailers.default
    try:
        connection.open()
        if not _goes_now(mail):
            return "taken over"
        connection.send_messages([build(mail)])
    except Exception as error:  # mail services raise what they like, and a mail must not be lost by it
        return _note_trouble(mail, error)
    else:
        _note_success(mail)  # before the connection ends: a kill from here on sends no second mail
        return "sent"
    finally:
        _close(connection)


def enqueue(mail: ConfirmationMail, *, run_after: dt.datetime | None = None) -> None:
    """Have a worker send `mail`, at once or later; part of the caller's transaction."""
    (send_confirmation.using(run_after=run_after) if run_after else send_confirmation).enqueue(mail.pk)


def sweep() -> None:
    """Bring back what a killed worker held, and forget limits that have run out. Cheap, and right at any time."""
    now = timezone.now()
    for mail in ConfirmationMail.objects.abandoned(now)[:BATCH]:
        _retry(mail, now, "WorkerKilled", otherwise=ConfirmationMail.State.UNKNOWN)
    for mail in ConfirmationMail.objects.due(now - GRACE).order_by("next_attempt_at")[:BATCH]:
        with transaction.atomic():
            moved = ConfirmationMail.objects.due(now - GRACE).filter(pk=mail.pk).update(next_attempt_at=now)
            if moved:
                enqueue(mail)
    for limits in (MailAllowance.objects.outdated(now), SignupNetwork.objects.outdated(now)):
        if limits.exists():  # an empty DELETE would still take SQLite's write lock
            with transaction.atomic():
                rows = limits.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH]
                limits.model._default_manager.filter(pk__in=list(rows)).delete()


def _goes_now(mail: ConfirmationMail) -> bool:
    """Renew the claim right before the mail goes out; a late mail also renews the pause of its address."""
    now = timezone.now()
    if mail.tries > 1:
        MailAllowance.objects.postpone(SuppressionKey.hash_address(mail.subscriber.email), now)
    return bool(ConfirmationMail.objects.held(mail).update(leased_until=now + LEASE))


def _note_success(mail: ConfirmationMail) -> None:
    ConfirmationMail.objects.held(mail).update(
        state=ConfirmationMail.State.SENT, sent_at=timezone.now(), trouble="", lease=None, leased_until=None
    )


def _close(connection: object) -> None:
    """End the connection. The mail has been accepted or refused by now; a server's bad manners change nothing."""
    try:
        connection.close()  # type: ignore[attr-defined]
    except (OSError, smtplib.SMTPException):
        logger.info("The mail server broke off at the end of the connection.")


def _note_trouble(mail: ConfirmationMail, error: Exception) -> str:
    """Write down what became of a failed attempt, and plan the next where there is one."""
    now, trouble = timezone.now(), _name(error)
    logger.warning("Confirmation mail %s, attempt %s: %s", mail.uid.hex[:8], mail.tries, trouble)
    if is_final(error):
        with transaction.atomic():
            failed = ConfirmationMail.objects.held(mail).update(
                state=ConfirmationMail.State.FAILED, trouble=trouble, lease=None, leased_until=None
            )
            if failed and isinstance(error, smtplib.SMTPRecipientsRefused):
                _note_bounce(mail.subscriber)
        return "failed"
    pause = MAIL_PAUSE if isinstance(error, smtplib.SMTPServerDisconnected) else dt.timedelta()
    return _retry(mail, now, trouble, otherwise=ConfirmationMail.State.FAILED, at_least=pause)


def _retry(
    mail: ConfirmationMail, now: dt.datetime, trouble: str, *, otherwise: str, at_least: dt.timedelta = dt.timedelta()
) -> str:
    """Plan the next attempt of a claimed mail, or give it up as `otherwise` after the last. Returns its state."""
    if mail.tries > len(WAITS):
        state, due = otherwise, now
    elif trouble == "WorkerKilled":
        state, due = ConfirmationMail.State.QUEUED, now
    else:
        state, due = ConfirmationMail.State.QUEUED, now + max(WAITS[mail.tries - 1], at_least)
    with transaction.atomic():
        held = ConfirmationMail.objects.held(mail).update(
            state=state, next_attempt_at=due, trouble=trouble, lease=None, leased_until=None
        )
        if held and state == ConfirmationMail.State.QUEUED:
            enqueue(mail, run_after=due if due > now else None)
    return str(state)


def _note_bounce(subscriber: Subscriber) -> None:
    """A mailbox that does not exist: so far nobody has confirmed from it. A confirmed reader gets the doubt."""
    if subscriber.status == Subscriber.Status.PENDING:
        subscriber.bounce()


def is_final(error: Exception) -> bool:
    """Whether another attempt is pointless: the server refused this recipient or this mail for good (5xx).

    Trouble with our own login or sender concerns every mail, so those wait until it is mended.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _all_refused_for_good(code for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def _all_refused_for_good(codes: Iterable[int]) -> bool:
    return all(code >= 500 for code in codes)


def _name(error: Exception) -> str:
    """The kind of an error, with SMTP's code where there is one; never its text, which may hold the address."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((code for code, _ in error.recipients.values()), None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
