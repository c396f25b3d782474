"""HTML from the site settings: the logo and the privacy text."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

from insights.markup import render
from insights.markup.picture_html import picture_html
from insights.models import SiteSettings

LOGO_BOX = (160, 32)  # CSS pixels within which a logo is shown


def logo_html(site: SiteSettings) -> SafeString:
    logo = site.logo
    if logo is None:
        return SafeString()
    scale = min(LOGO_BOX[0] / logo.width, LOGO_BOX[1] / logo.height)
    width, height = max(1, round(logo.width * scale)), max(1, round(logo.height * scale))
    html = picture_html(logo.file.url, logo.alt, width, height, logo.files, place="logo")
    return mark_safe(html)  # noqa: S308 (picture_html escapes what it is given)


def privacy_html(site: SiteSettings) -> SafeString:
    return mark_safe(render(site.privacy_text).html) if site.privacy_text else SafeString()  # noqa: S308 (sanitized)
