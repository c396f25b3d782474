"""Metadata in the head of a page, for search engines, feed readers and shared links."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from insights.models import SiteSettings, Version
from insights.models.page_urls import page_url
from insights.public.absolute_urls import absolute_url
from insights.public.feeds import FACET_ROWS
from insights.public.fragment_cache import digest_of, fragment_of
from insights.public.share_images import image_of, image_of_site
from insights.public.structured_data import (
    article_breadcrumbs,
    as_block,
    breadcrumbs,
    description_of,
    news_article,
    profile_page,
    web_site,
)

register = template.Library()


@register.simple_tag
def article_metadata(version: Version, is_preview: bool = False) -> SafeString:
    """Render the metadata of an article; a preview is hidden from search engines and social networks."""
    site = SiteSettings.current()
    digest = version.digest and version.digest + digest_of(site, site.logo, settings.SITE_URL)
    return fragment_of("insights/_metadata.html", digest, lambda: _of_article(version, is_preview))


def _of_article(version: Version, is_preview: bool) -> dict[str, Any]:
    url = absolute_url(version.article.get_absolute_url())
    known = {"canonical": version.canonical_url or url, "description": description_of(version), "is_hidden": is_preview}
    if is_preview:
        return known
    image = image_of(version)
    return known | {
        "kind": "article",
        "title": version.seo_title or version.title,
        "url": url,
        "site": SiteSettings.current().name,
        "image": image,
        "published": version.listed_at,
        "changed": version.changed_at,
        "section": version.category.name if version.category else "",
        "twin": page_url("insights:markdown", version.article.slug),
        "data": as_block(news_article(version, image), article_breadcrumbs(version)),
    }


@register.inclusion_tag("insights/_metadata.html")
def list_metadata(
    heading: str, path: str, *, facet: Any = None, kind: str = "", is_first: bool = True
) -> dict[str, Any]:
    """Render the metadata of a list; only its first page is indexed, since the content of others moves."""
    if not is_first:
        return {"is_hidden": True, "follows": True}
    site = SiteSettings.current()
    text = getattr(facet, "text", "") or (f"{site.name} on {heading}." if facet else site.introduction)
    steps = [(heading, path)] if facet else []
    return _of_page(heading, path, text) | {
        "data": as_block(*([profile_page(facet)] if kind == "author" else []), breadcrumbs(*steps)) if steps else "",
        "feeds": path if kind in FACET_ROWS else "",
    }


@register.inclusion_tag("insights/_metadata.html")
def front_metadata() -> dict[str, Any]:
    site = SiteSettings.current()
    return _of_page(f"{site.name}: {site.tagline}", "/", site.introduction) | {"data": as_block(web_site())}


@register.inclusion_tag("insights/_metadata.html")
def page_metadata(title: str, path: str, text: str) -> dict[str, Any]:
    return _of_page(title, path, text)


def _of_page(title: str, path: str, text: str) -> dict[str, Any]:
    url = f"{settings.SITE_URL}{path}"
    return {
        "canonical": url,
        "description": Truncator(" ".join(text.split())).chars(300),
        "kind": "website",
        "title": title,
        "url": url,
        "site": SiteSettings.current().name,
        "image": image_of_site(),
    }
