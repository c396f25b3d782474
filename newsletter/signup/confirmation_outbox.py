"""Sending of confirmation emails, within the limits of an email address and the site-wide ceiling."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from insights.mail.message import MailMessage
from insights.mail.outbox import BATCH, LEASE, WAITS, Outbox
from newsletter.models import ConfirmationMail, MailAllowance, SignupNetwork, Subscriber, SuppressionKey
from newsletter.models.limits import MAIL_PAUSE
from newsletter.signup import ceiling
from newsletter.signup.confirmation_mail import build_confirmation_email

PROMPT = dt.timedelta(seconds=10)  # an email sent this soon after its request is not late


class NoLongerPending(Exception):
    """The recipient confirmed or left while a bulk email waited; it is not sent."""


class Confirmations(Outbox[ConfirmationMail]):
    rows = ConfirmationMail
    name = "Confirmation email"
    pause = MAIL_PAUSE

    def build(self, mail: ConfirmationMail) -> MailMessage:
        return build_confirmation_email(mail)

    def enqueue(self, mail: ConfirmationMail, *, run_after: dt.datetime | None = None) -> None:
        (send_confirmation.using(run_after=run_after) if run_after else send_confirmation).enqueue(mail.pk)

    def attempt(self, mail_id: int) -> str:
        """Try to send one email if it has a slot. Return “waiting” while the ceiling is reached."""
        if not ceiling.acquire_slot(mail_id):
            return "waiting"
        state = super().attempt(mail_id)
        if state not in {"not due", "taken over"}:  # another worker handles these
            ceiling.settle_slot(mail_id)
        return state

    def renew_lease(self, mail: ConfirmationMail) -> bool:
        """Renew also the pause of the email address, if the email is late. Raises NoLongerPending."""
        now = timezone.now()
        if mail.is_bulk and mail.subscriber.status != Subscriber.Status.PENDING:
            raise NoLongerPending
        if mail.is_bulk and mail.tries == 1:
            # No sign-up granted a bulk email. It counts from now on, so that a sign-up does not send a second one at
            # once.
            MailAllowance.objects.grant(SuppressionKey.hash_address(mail.subscriber.email), now)
        elif mail.tries > 1 or now - mail.created_at > PROMPT:
            MailAllowance.objects.postpone(SuppressionKey.hash_address(mail.subscriber.email), now)
        return super().renew_lease(mail)

    def is_permanent_failure(self, error: Exception) -> bool:
        return isinstance(error, NoLongerPending)

    def on_unknown_mailbox(self, mail: ConfirmationMail) -> None:
        """Mark a pending subscriber as bounced. A confirmed one has used the mailbox before."""
        if mail.subscriber.status == Subscriber.Status.PENDING:
            mail.subscriber.bounce()


CONFIRMATIONS = Confirmations()


@task(priority=50)  # a visitor waits for it, more than for a recalculation of all articles
def send_confirmation(mail_id: int) -> str:
    return CONFIRMATIONS.attempt(mail_id)


def enqueue(mail: ConfirmationMail) -> None:
    CONFIRMATIONS.enqueue(mail)


def requeue_confirmations() -> None:
    """Requeue emails of killed workers, release waiting ones and delete expired limits. Safe at any time."""
    CONFIRMATIONS.sweep()
    ceiling.release_confirmations(CONFIRMATIONS.enqueue)
    now = timezone.now()
    for limits in (MailAllowance.objects.outdated(now), SignupNetwork.objects.outdated(now)):
        if limits.exists():  # an empty DELETE would still take SQLite's write lock
            with transaction.atomic():
                rows = limits.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH]
                limits.model._default_manager.filter(pk__in=list(rows)).delete()


__all__ = ["CONFIRMATIONS", "LEASE", "WAITS", "enqueue", "requeue_confirmations", "send_confirmation"]
