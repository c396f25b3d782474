"""How a mail leaves the house, whatever it says.

One task for each attempt: claim (conditional UPDATE, a lease), open the connection, renew the lease, send, mark. What
may be tried again depends on what the mail server can have seen. Nothing, when it refused the connection or answered
that it would take the mail later: soon again, with growing waits. Perhaps everything, when the connection broke off in
the middle: not before `pause`. A mailbox that the server does not know: never. The task is enqueued in the transaction
that makes a mail due; `sweep` mends what a killed worker left behind.
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

# Longer than SMTP's own time limits add up to: at most 8 answers of 15 seconds each before the mail, fewer after.
LEASE = dt.timedelta(seconds=125)
WAITS = [dt.timedelta(seconds=seconds) for seconds in (15, 60, 300, 900, 3600, 10_800, 21_600, 43_200)]
GRACE = dt.timedelta(seconds=45)  # a mail that is overdue by so much has lost its task
KILLED = "WorkerKilled"  # the trouble of a mail whose worker ended without a word
BATCH = 100


class Outbox[Mail: OutgoingMail]:
    """The mails of one kind. A subclass says which rows they are, what they say, and which task tries to send one."""

    rows: type[Mail]
    name = "Mail"  # in the log
    pause = dt.timedelta()

    @property
    def mails(self) -> Any:
        """An `OutgoingMailQuerySet` of them all."""
        return self.rows._default_manager.all()

    # What a kind of mail says of itself

    def build(self, mail: Mail) -> EmailMultiAlternatives:
        """The message of `mail`."""
        raise NotImplementedError

    def enqueue(self, mail: Mail, *, run_after: dt.datetime | None = None) -> None:
        """Have a worker send `mail`, at once or later; part of the caller's transaction."""
        raise NotImplementedError

    def renew_lease(self, mail: Mail) -> bool:
        """Renew the claim right before the mail goes out; False when another worker has taken it over."""
        return bool(self.mails.held(mail).update(leased_until=timezone.now() + LEASE))

    def may_have_gone(self, mail: Mail) -> bool:
        """Of a mail whose worker was killed: whether it may have gone out, and must therefore not go again."""
        return False

    def is_permanent_failure(self, error: Exception) -> bool:
        """Whether no further attempt can help, for a reason of this kind of mail's own."""
        return False

    def on_unknown_mailbox(self, mail: Mail) -> None:
        """The server does not know the recipient; part of the transaction that marks the mail as failed."""

    # The walk

    def attempt(self, mail_id: int) -> str:
        """Try to send one mail. Returns the state it is in afterwards; raises nothing that could hold an address."""
        mail = self.mails.claim(mail_id, timezone.now(), LEASE)
        if mail is None:
            return "not due"
        connection = None
        try:
            connection = mailers.default  # which looks for its folder, where mails are files
            connection.open()
            if not self.renew_lease(mail):
                return "taken over"
            connection.send_messages([self.build(mail)])
        except Exception as error:  # mail services raise what they like, and a mail must not be lost by it
            return self._note_trouble(mail, error)
        else:
            self._note_success(mail)  # before the connection ends: a kill from here on sends no second mail
            return "sent"
        finally:
            _close(connection)

    def sweep(self) -> None:
        """Bring back what a killed worker held, or what lost its task. Cheap, and right at any time."""
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
        """Write down what became of a failed attempt, and plan the next where there is one."""
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
        """Plan the next attempt of a claimed mail, or give it up as `otherwise` after the last. Returns its state."""
        was_killed = trouble == KILLED
        if mail.tries > len(WAITS) or (was_killed and self.may_have_gone(mail)):
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
    """End the connection. The mail has been accepted or refused by now; a server's bad manners change nothing."""
    if connection is None:
        return
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        logger.info("The mail server broke off at the end of the connection.")


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
