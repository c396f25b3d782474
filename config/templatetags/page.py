"""Tags of the page's frame, available in every template."""

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
    """The inlined style sheet and theme switch, byte for byte what the CSP's hashes stand for."""
    return _HEAD


@register.simple_tag
def page_head(publication: SiteSettings) -> SafeString:
    """What every page's head ends with: the feeds, the icons, the script."""
    icons = {"icon": icon_url(publication, TAB), "touch_icon": icon_url(publication, TOUCH)}
    return fragment("_head.html", name=publication.name, **icons)


@register.simple_tag
def site_icon(publication: SiteSettings) -> str:
    """The path of the icon that is made of the publication's logo; empty without one."""
    return icon_url(publication, TAB)


@register.simple_tag
def page_mark(publication: SiteSettings) -> SafeString:
    """The publication's logo, or the drawn mark."""
    return logo_html(publication) or _MARK


@register.simple_tag
def page_foot(publication: SiteSettings) -> SafeString:
    """The foot of every page."""
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
    """The path of a page, as `{% url %}` gives it, but remembered: each page of ours asks for five."""
    return page_url(name, *arguments)


@register.simple_tag
def email_address() -> str:
    """Where readers reach the publication: the address that its mails come from."""
    return parseaddr(settings.MAIL_FROM)[1]


@register.filter(expects_localtime=True)
def iso(at: dt.datetime | None) -> str:
    """Return a date and time as `<time datetime>` takes it: to the second, since HTML knows no microseconds."""
    return at.isoformat(timespec="seconds") if at else ""


@register.filter("absolute")
def absolute_filter(path: str) -> str:
    """`path` under the site's public address, whatever Host the request named."""
    return f"{settings.SITE_URL}{path}"
