"""Template tags for the page frame, available in every template."""

import datetime as dt
from email.utils import parseaddr

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from config.page_assets import SCRIPT, STYLE
from insights.models import SiteSettings
from insights.models.page_urls import page_url
from insights.public.fragment_cache import fragment
from insights.public.site_html import logo_html
from insights.public.site_images import TAB, TOUCH, icon_url

register = template.Library()

_MARK = SafeString(
    '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="11"/><circle cx="13.2" cy="13.2" r="7.4"/>'
    '<path class="d" d="M14.6 14.6h.01"/></svg>'
)
_HEAD = mark_safe(f"<style>{STYLE}</style><script>{SCRIPT}</script>")  # noqa: S308 (our own files, hashed into the CSP)


@register.simple_tag
def page_assets() -> SafeString:
    return _HEAD


@register.simple_tag
def page_head(publication: SiteSettings) -> SafeString:
    icons = {"icon": icon_url(publication, TAB), "touch_icon": icon_url(publication, TOUCH)}
    return fragment("_head.html", name=publication.name, **icons)


@register.simple_tag
def site_icon(publication: SiteSettings) -> str:
    return icon_url(publication, TAB)


@register.simple_tag
def page_mark(publication: SiteSettings) -> SafeString:
    return logo_html(publication) or _MARK


@register.simple_tag
def page_foot(publication: SiteSettings) -> SafeString:
    return fragment(
        "_foot.html",
        name=publication.name,
        tagline=publication.tagline,
        newsletter_name=publication.newsletter_name,
        footer_text=publication.footer_text,
        social_links=tuple((link["label"], link["address"]) for link in publication.shown_social_links),
    )


@register.simple_tag
def path_of(name: str, *arguments: str) -> str:
    """Return the path of a page as `{% url %}` does, but cached: each page uses five."""
    return page_url(name, *arguments)


@register.simple_tag
def email_address() -> str:
    """Return the contact email address of the publication, which is the sender of its emails."""
    return parseaddr(settings.MAIL_FROM)[1]


@register.filter(expects_localtime=True)
def iso(at: dt.datetime | None) -> str:
    """Return a date and time for `<time datetime>`, to the second: HTML does not allow microseconds."""
    return at.isoformat(timespec="seconds") if at else ""


@register.filter("absolute")
def absolute_filter(path: str) -> str:
    """Return `path` below SITE_URL, whatever Host the request has."""
    return f"{settings.SITE_URL}{path}"
