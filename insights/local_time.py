"""Moments as the desk tells them: in the publication's zone, which is named, and beside it in the account's own."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from insights.models import SiteSettings


def publication_zone() -> zoneinfo.ZoneInfo:
    """The zone of the site settings; UTC where this machine does not know its name."""
    try:
        return zoneinfo.ZoneInfo(SiteSettings.current().time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


def format_local(value: dt.datetime, user: Any = None) -> str:
    """“25 May 2026, 09:00 CEST”; to a `user` whose own clock shows another hour then “…, 03:00 for you”."""
    local = timezone.localtime(value, publication_zone())
    text = date_format(local, "DATETIME_FORMAT")
    name = getattr(user, "time_zone", "")
    if not name:
        return text
    own = timezone.localtime(value, zoneinfo.ZoneInfo(name))
    if own.utcoffset() == local.utcoffset():
        return text
    return f"{text}, {date_format(own, 'H:i' if own.date() == local.date() else 'j M, H:i')} for you"
