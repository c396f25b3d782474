"""What every template may use."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from insights.models import SiteSettings


def publication(request: HttpRequest) -> dict[str, Any]:
    """`publication`: the site settings, read when a template asks for them."""
    return {"publication": SimpleLazyObject(SiteSettings.current)}


def known_publication() -> SiteSettings:
    """Return the site settings for an error page, which may have to do without the database.

    While that is unavailable: what this process read last, or the host's name and nothing else.
    """
    try:
        return SiteSettings.current()
    except (DatabaseError, InterfaceError):
        host = urlsplit(settings.SITE_URL).hostname or ""
        unread = SiteSettings(pk=1, name=host, tagline="Temporarily unavailable", newsletter_name="Newsletter")
        return SiteSettings.last_known() or unread
