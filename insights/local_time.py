"""Datetimes for the admin: in the site's time zone, plus the user's own if it differs."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from insights.models import SiteSettings


def publication_zone() -> zoneinfo.ZoneInfo:
    """Return the site's time zone; UTC if this server does not know it."""
    try:
        return zoneinfo.ZoneInfo(SiteSettings.current().time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


def format_local(value: dt.datetime, user: Any = None) -> str:
    """Return “May 25, 2026, 09:00 CEST”, and “, 03:00 your time” for a `user` in another zone."""
    local = timezone.localtime(value, publication_zone())
    text = date_format(local, "DATETIME_FORMAT")
    name = getattr(user, "time_zone", "")
    if not name:
        return text
    own = timezone.localtime(value, zoneinfo.ZoneInfo(name))
    if own.utcoffset() == local.utcoffset():
        return text
    return f"{text}, {date_format(own, 'H:i' if own.date() == local.date() else 'F j, H:i')} your time"
