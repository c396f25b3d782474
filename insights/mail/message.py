"""Email with a subject, a text part and an HTML part."""

from __future__ import annotations

import email.message
import email.policy
from collections.abc import Mapping
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.utils import format_datetime, parseaddr
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone


class WholeHeader(UnstructuredHeader, BaseHeader):
    """Header on one unencoded line, however long (RFC 5322 allows 998 characters)."""

    def fold(self, *, policy: email.policy.Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("list-id", "list-unsubscribe", "list-unsubscribe-post", "message-id"):
    _HEADERS.map_to_type(_name, WholeHeader)


class MailMessage(EmailMultiAlternatives):
    # Python splits words of more than 78 characters, such as a link with a token, into encoded words.
    # Mail programs decode these in text, but not in `List-Unsubscribe`.
    def message(self, *, policy: email.policy.Policy | None = None) -> email.message.EmailMessage:
        modern = cast("email.policy.EmailPolicy", policy or email.policy.default)
        return super().message(policy=modern.clone(header_factory=_HEADERS))


def from_site(name: str) -> str:
    """Return the sender of emails to staff: the site's name with the email address of `MAIL_FROM`."""
    return str(Address(name, addr_spec=parseaddr(settings.MAIL_FROM)[1]))


def compose_email(
    name: str,
    context: Mapping[str, Any],
    *,
    to: str,
    message_id: str,  # before our host; fixed for each row, so that a mailbox recognizes a second copy
    headers: Mapping[str, str] | None = None,
    sender: str = "",  # `Name <email address>`; default: the newsletter's
) -> MailMessage:
    """Build the email `name` (`templates/<name>.subject.txt`, `.txt`, `.html`) to one recipient."""
    host = urlsplit(settings.SITE_URL).hostname
    known = {"site_url": settings.SITE_URL, "host": host, **context}
    message = MailMessage(
        subject=" ".join(render_to_string(f"{name}.subject.txt", known).split()),
        body=render_to_string(f"{name}.txt", known),
        from_email=sender or settings.MAIL_FROM,
        to=[to],
        headers={
            "Message-ID": f"<{message_id}@{host}>",
            "Date": format_datetime(timezone.now()),
            "Auto-Submitted": "auto-generated",
            **(headers or {}),
        },
    )
    message.attach_alternative(render_to_string(f"{name}.html", known), "text/html")
    return message
