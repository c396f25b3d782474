"""The mails of a sign-up, built from the templates under `templates/newsletter/mail/`."""

from __future__ import annotations

import email.message
import email.policy
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.utils import format_datetime
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from insights.models import SiteSettings
from newsletter import tokens
from newsletter.addresses import ascii_address
from newsletter.models import ConfirmationMail, Subscriber


class WholeHeader(UnstructuredHeader, BaseHeader):
    """A header that stands on one line, in the clear, however long it is (RFC 5322 allows 998 letters)."""

    def fold(self, *, policy: email.policy.Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("list-unsubscribe", "list-unsubscribe-post", "message-id"):
    _HEADERS.map_to_type(_name, WholeHeader)


class Letter(EmailMultiAlternatives):
    """A mail whose headers for machines stay whole.

    Python breaks a word of more than 78 letters, such as a link with its token, into encoded words. Mail programs
    decode those in text for people, and in `List-Unsubscribe` they find no address any more.
    """

    def message(self, *, policy: email.policy.Policy | None = None) -> email.message.EmailMessage:
        modern = cast("email.policy.EmailPolicy", policy or email.policy.default)
        return super().message(policy=modern.clone(header_factory=_HEADERS))


def build(mail: ConfirmationMail) -> Letter:
    """The message of an outbox row: the question to confirm, or, to a reader on the list, that nothing is left to do.

    Both exist so that a sign-up does the same work whoever the address belongs to; which of the two it is, only the
    mailbox's owner learns. The Message-ID belongs to the row, so that a mailbox can tell a second copy.
    """
    subscriber = mail.subscriber
    is_on_list = subscriber.status == Subscriber.Status.CONFIRMED
    name = "already" if is_on_list else "confirm"
    host = urlsplit(settings.SITE_URL).hostname
    context = {
        "publication": SiteSettings.current(),
        "site_url": settings.SITE_URL,
        "host": host,
        "confirm_url": "" if is_on_list else tokens.confirmation_url(subscriber),
        "leave_url": tokens.leaving_url(subscriber),
    }
    headers = {
        "Message-ID": f"<{name}.{mail.uid.hex}@{host}>",
        "Date": format_datetime(timezone.now()),
        "Auto-Submitted": "auto-generated",
    }
    if is_on_list:
        headers["List-Unsubscribe"] = f"<{context['leave_url']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = Letter(
        subject=" ".join(render_to_string(f"newsletter/mail/{name}.subject.txt", context).split()),
        body=render_to_string(f"newsletter/mail/{name}.txt", context),
        from_email=settings.MAIL_FROM,
        to=[ascii_address(subscriber.email)],
        headers=headers,
    )
    message.attach_alternative(render_to_string(f"newsletter/mail/{name}.html", context), "text/html")
    return message
