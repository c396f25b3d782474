"""Emails of a sign-up, from the templates in `templates/newsletter/mail/`."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from insights.mail.message import MailMessage, compose_email
from insights.models import SiteSettings
from newsletter import tokens
from newsletter.models import ConfirmationMail, Subscriber


def build_confirmation_email(mail: ConfirmationMail) -> MailMessage:
    """Return a request to confirm or, to a confirmed subscriber, a notice, so that all sign-ups do the same work."""
    subscriber = mail.subscriber
    is_on_list = subscriber.status == Subscriber.Status.CONFIRMED
    name = "already" if is_on_list else "confirm"
    context = {
        "publication": SiteSettings.current(),
        "confirm_url": "" if is_on_list else tokens.confirmation_url(subscriber),
        "leave_url": tokens.leaving_url(subscriber),
        "is_bulk": mail.is_bulk,
    }
    headers = {}
    if is_on_list or mail.is_bulk:
        headers["List-Id"] = f"<newsletter.{urlsplit(settings.SITE_URL).hostname}>"
        headers["List-Unsubscribe"] = f"<{context['leave_url']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return compose_email(
        f"newsletter/mail/{name}",
        context,
        to=subscriber.email,
        message_id=f"{name}.{mail.uid.hex}",
        headers=headers,
    )
