"""Send queued emails: claim, send, mark, retry.

One task per attempt: claim (conditional UPDATE, a lease), connect, renew the lease, send, mark. If the server refused
the connection or asked to wait, a retry follows soon, with growing waits. If the connection was lost, the server may
have the email: the retry waits at least `pause`. An unknown mailbox gets no retry. The task is enqueued in the
transaction that makes an email due; `sweep` recovers the emails of killed workers.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Iterable
from typing import Any

from django.core.mail import EmailMultiAlternatives, mailers
from django.db import transaction
from django.utils import timezone

from insights.models.outbox import OutgoingMail

logger = logging.getLogger(__name__)

# Longer than all SMTP timeouts: at most 8 replies of 15 seconds each before the email, fewer after it.
LEASE = dt.timedelta(seconds=125)
WAITS = [dt.timedelta(seconds=seconds) for seconds in (15, 60, 300, 900, 3600, 10_800, 21_600, 43_200)]
GRACE = dt.timedelta(seconds=45)  # an email that is overdue by more has lost its task
KILLED = "WorkerKilled"  # `trouble` of an email whose worker was killed
BATCH = 100


class Outbox[Mail: OutgoingMail]:
    """Sender of one kind of email; subclasses define its rows, its message and its task."""

    rows: type[Mail]
    name = "Email"  # in the log
    pause = dt.timedelta()

    @property
    def mails(self) -> Any:
        return self.rows._default_manager.all()

    # Hooks of subclasses

    def build(self, mail: Mail) -> EmailMultiAlternatives:
        raise NotImplementedError

    def enqueue(self, mail: Mail, *, run_after: dt.datetime | None = None) -> None:
        """Enqueue the task that sends `mail`, in the caller's transaction."""
        raise NotImplementedError

    def renew_lease(self, mail: Mail) -> bool:
        """Renew the claim right before sending; return False if another worker has taken it."""
        return bool(self.mails.held(mail).update(leased_until=timezone.now() + LEASE))

    def may_have_been_sent(self, mail: Mail) -> bool:
        """Return whether a killed worker may have sent the email; then it is not sent again."""
        return False

    def is_permanent_failure(self, error: Exception) -> bool:
        """Return whether retries are useless, for a reason of this kind of email."""
        return False

    def on_unknown_mailbox(self, mail: Mail) -> None:
        """Handle an unknown recipient, in the transaction that marks the email as failed."""

    # Sending

    def attempt(self, mail_id: int) -> str:
        """Try to send one email; return its state. Errors of sending are stored without email addresses, not raised."""
        mail = self.mails.claim(mail_id, timezone.now(), LEASE)
        if mail is None:
            return "not due"
        connection = None
        try:
            connection = mailers.default  # may raise: a file backend looks for its folder
            connection.open()
            if not self.renew_lease(mail):
                return "taken over"
            connection.send_messages([self.build(mail)])
        except Exception as error:  # backends raise any error; no email may be lost
            return self._note_trouble(mail, error)
        else:
            self._note_success(mail)  # before closing: a kill from here on sends no second email
            return "sent"
        finally:
            _close(connection)

    def sweep(self) -> None:
        """Retry emails of killed workers, and enqueue overdue ones again; safe at any time."""
        now = timezone.now()
        for mail in self.mails.abandoned(now)[:BATCH]:
            self._retry(mail, now, KILLED, otherwise=OutgoingMail.State.UNKNOWN)
        for mail in self.mails.due(now - GRACE).order_by("next_attempt_at")[:BATCH]:
            with transaction.atomic():
                moved = self.mails.due(now - GRACE).filter(pk=mail.pk).update(next_attempt_at=now)
                if moved:
                    self.enqueue(mail)

    def _note_success(self, mail: Mail) -> None:
        self.mails.held(mail).update(
            state=OutgoingMail.State.SENT, sent_at=timezone.now(), trouble="", lease=None, leased_until=None
        )

    def _note_trouble(self, mail: Mail, error: Exception) -> str:
        now, trouble = timezone.now(), _name(error)
        logger.warning("%s %s, attempt %s: %s", self.name, mail.uid.hex[:8], mail.tries, trouble)
        if is_final(error) or self.is_permanent_failure(error):
            with transaction.atomic():
                failed = self.mails.held(mail).update(
                    state=OutgoingMail.State.FAILED, trouble=trouble, lease=None, leased_until=None
                )
                if failed and isinstance(error, smtplib.SMTPRecipientsRefused):
                    self.on_unknown_mailbox(mail)
            return "failed"
        pause = self.pause if isinstance(error, smtplib.SMTPServerDisconnected) else dt.timedelta()
        return self._retry(mail, now, trouble, otherwise=OutgoingMail.State.FAILED, at_least=pause)

    def _retry(
        self, mail: Mail, now: dt.datetime, trouble: str, *, otherwise: str, at_least: dt.timedelta = dt.timedelta()
    ) -> str:
        """Plan the next attempt of a claimed email, or give it up as `otherwise`. Return its state."""
        was_killed = trouble == KILLED
        if mail.tries > len(WAITS) or (was_killed and self.may_have_been_sent(mail)):
            state, due = otherwise, now
        elif was_killed:
            state, due = str(OutgoingMail.State.QUEUED), now
        else:
            state, due = str(OutgoingMail.State.QUEUED), now + max(WAITS[mail.tries - 1], at_least)
        with transaction.atomic():
            held = self.mails.held(mail).update(
                state=state, next_attempt_at=due, trouble=trouble, lease=None, leased_until=None
            )
            if held and state == OutgoingMail.State.QUEUED:
                self.enqueue(mail, run_after=due if due > now else None)
        return str(state)


def _close(connection: Any) -> None:
    if connection is None:
        return
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        logger.info("The connection to the mail server did not close properly.")


def is_final(error: Exception) -> bool:
    """Return whether retries are useless: the server refused this recipient or email permanently (5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _all_refused_for_good(code for code, _ in error.recipients.values())
    # Errors of our own login or sender affect all emails, so these wait until the error is fixed.
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def _all_refused_for_good(codes: Iterable[int]) -> bool:
    return all(code >= 500 for code in codes)


def _name(error: Exception) -> str:
    """Return the error's class and SMTP code; never its text, which may contain the email address."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((code for code, _ in error.recipients.values()), None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
