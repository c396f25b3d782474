"""A mail as it is sent: made from a subject, a text and an HTML part, with headers that stay whole."""

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
    """A header that stands on one line, in the clear, however long it is (RFC 5322 allows 998 letters)."""

    def fold(self, *, policy: email.policy.Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("list-id", "list-unsubscribe", "list-unsubscribe-post", "message-id"):
    _HEADERS.map_to_type(_name, WholeHeader)


class MailMessage(EmailMultiAlternatives):
    """A mail whose headers for machines stay whole.

    Python breaks a word of more than 78 letters, such as a link with its token, into encoded words. Mail programs
    decode those in text for people, and in `List-Unsubscribe` they find no address any more.
    """

    def message(self, *, policy: email.policy.Policy | None = None) -> email.message.EmailMessage:
        modern = cast("email.policy.EmailPolicy", policy or email.policy.default)
        return super().message(policy=modern.clone(header_factory=_HEADERS))


def from_site(name: str) -> str:
    """Return the sender of an email to staff: the site's name with the address that all emails come from."""
    return str(Address(name, addr_spec=parseaddr(settings.MAIL_FROM)[1]))


def compose_email(
    name: str,
    context: Mapping[str, Any],
    *,
    to: str,
    message_id: str,
    headers: Mapping[str, str] | None = None,
    sender: str = "",
) -> MailMessage:
    """The mail `name` (`templates/<name>.subject.txt`, `.txt`, `.html`) to one recipient, sent by no person.

    `message_id` is the part before our host; it belongs to the mail's row, so that a mailbox knows a second copy.
    `sender`: `Name <address>`, by default the newsletter's.
    """
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
