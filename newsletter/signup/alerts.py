"""Alerts to staff by email; they do not count against the ceiling."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db import models
from django.tasks import task
from django.urls import reverse
from django.utils import timezone

from insights.mail.message import MailMessage, compose_email, from_site
from insights.mail.outbox import LEASE, Outbox
from insights.models import SiteSettings, User
from newsletter.models import StaffAlert


class AlertRecipientLeft(Exception):
    """The account can no longer log in."""


class StaffAlerts(Outbox[StaffAlert]):
    rows = StaffAlert
    name = "Staff alert"

    def build(self, mail: StaffAlert) -> MailMessage:
        count, seconds = settings.CONFIRMATION_CEILING
        site = SiteSettings.current()
        context = {
            "publication": site,
            "recipient": mail.recipient,
            "count": count,
            "minutes": seconds / 60,
            "admin_url": settings.SITE_URL + reverse("admin:index"),
        }
        name = f"newsletter/mail/alert_{mail.kind}"
        sender = from_site(site.name)
        return compose_email(name, context, to=mail.recipient.email, message_id=f"alert.{mail.uid.hex}", sender=sender)

    def enqueue(self, mail: StaffAlert, *, run_after: dt.datetime | None = None) -> None:
        (send_alert.using(run_after=run_after) if run_after else send_alert).enqueue(mail.pk)

    def renew_lease(self, mail: StaffAlert) -> bool:
        if not (mail.recipient.is_active and mail.recipient.is_staff):
            raise AlertRecipientLeft
        return bool(self.mails.held(mail).update(leased_until=timezone.now() + LEASE))

    def is_permanent_failure(self, error: Exception) -> bool:
        return isinstance(error, AlertRecipientLeft)


STAFF_ALERTS = StaffAlerts()


@task(priority=60)  # before the many emails that it may be about
def send_alert(mail_id: int) -> str:
    return STAFF_ALERTS.attempt(mail_id)


def requeue_alerts() -> None:
    STAFF_ALERTS.sweep()


def alert(kind: str) -> None:
    alerts = [StaffAlert(kind=kind, recipient=account) for account in in_charge()]
    for mail in StaffAlert.objects.bulk_create(alerts):
        STAFF_ALERTS.enqueue(mail)


def in_charge() -> models.QuerySet[User]:
    return ModelBackend().with_perm("newsletter.change_subscriber").filter(is_staff=True)
