"""Context processor for all templates, and the site settings for error pages."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from insights.models import SiteSettings


def publication(request: HttpRequest) -> dict[str, Any]:
    return {"publication": SimpleLazyObject(SiteSettings.current)}


def known_publication() -> SiteSettings:
    """Return the site settings for an error page; without the database, the last known ones or defaults."""
    try:
        return SiteSettings.current()
    except (DatabaseError, InterfaceError):
        host = urlsplit(settings.SITE_URL).hostname or ""
        unread = SiteSettings(pk=1, name=host, tagline="Temporarily unavailable", newsletter_name="Newsletter")
        return SiteSettings.last_known() or unread
