"""Tags of the page's frame, available in every template."""

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from config.page_assets import SCRIPT, STYLE
from insights.fragments import fragment
from insights.models import SiteSettings

register = template.Library()

_HEAD = mark_safe(f"<style>{STYLE}</style><script>{SCRIPT}</script>")  # noqa: S308 (our own files, hashed into the CSP)


@register.simple_tag
def page_assets() -> SafeString:
    """The inlined style sheet and theme switch, byte for byte what the CSP's hashes stand for."""
    return _HEAD


@register.simple_tag
def page_head(publication: SiteSettings) -> SafeString:
    """What every page's head ends with: the feeds, the icons, the script."""
    return fragment("_head.html", name=publication.name)


@register.simple_tag
def page_foot(publication: SiteSettings) -> SafeString:
    """The foot of every page."""
    return fragment(
        "_foot.html", name=publication.name, tagline=publication.tagline, letter_name=publication.letter_name
    )


@register.filter
def absolute(path: str) -> str:
    """`path` under the site's public address, whatever Host the request named."""
    return f"{settings.SITE_URL}{path}"
