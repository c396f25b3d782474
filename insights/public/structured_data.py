"""JSON-LD (schema.org) for public pages, in a data block that no text in it can end."""

from __future__ import annotations

import json
import re
from functools import cache
from html import unescape
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from insights.models import Author, SiteSettings, Version
from insights.models.page_urls import page_url as path_of
from insights.public.absolute_urls import absolute_url
from insights.public.feed_entries import cover_of
from insights.public.share_images import ShareImage

DESCRIPTION = 200  # characters of a description taken from the text
_TAG = re.compile(r"<[^>]*>")
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def as_block(*things: dict[str, Any]) -> SafeString:
    values = {"@context": "https://schema.org", "@graph": things}
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 (escaped the line above)


def description_of(version: Version) -> str:
    """Return the SEO description, else the excerpt, else the first DESCRIPTION characters of the text."""
    written = version.seo_description or version.excerpt
    if written:
        return " ".join(written.split())
    start = unescape(_TAG.sub(" ", version.html[:3000].rpartition("<")[0]))
    return Truncator(" ".join(start.split())).chars(DESCRIPTION)


def news_article(version: Version, image: ShareImage) -> dict[str, Any]:
    url, cover = absolute_url(version.article.get_absolute_url()), cover_of(version)
    values = {
        "@type": "NewsArticle",
        "@id": f"{url}#article",
        "headline": version.title,
        "description": description_of(version),
        "datePublished": version.listed_at.isoformat() if version.listed_at else "",
        "dateModified": version.changed_at.isoformat(),
        "author": [_author(byline.author) for byline in version.bylines.all()] or [publisher()],
        "publisher": publisher(),
        "image": [image.url, *([cover.url] if cover else [])],
        "mainEntityOfPage": version.canonical_url or url,
        "articleSection": version.category.name if version.category else "",
        "keywords": [tag.name for tag in version.tags.all()],
        "wordCount": version.words,
        "inLanguage": "en",
    }
    return {key: value for key, value in values.items() if value}


def breadcrumbs(*steps: tuple[str, str]) -> dict[str, Any]:
    """Return a `BreadcrumbList` that starts at Insights; each step is a name and a path of this site."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": absolute_url(url)}
            for number, (name, url) in enumerate((("Insights", path_of("insights:list")), *steps), 1)
        ],
    }


def article_breadcrumbs(version: Version) -> dict[str, Any]:
    filed = [version.category] if version.category else []
    return breadcrumbs(
        *((row.name, row.get_absolute_url()) for row in filed), (version.title, version.article.get_absolute_url())
    )


def web_site() -> dict[str, Any]:
    site, home = SiteSettings.current(), f"{settings.SITE_URL}/"
    return {
        "@type": "WebSite",
        "@id": f"{home}#site",
        "url": home,
        "name": site.name,
        "description": site.introduction,
        "inLanguage": "en",
        "publisher": publisher(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{absolute_url(path_of('insights:search'))}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def profile_page(author: Author) -> dict[str, Any]:
    """Return a `ProfilePage` about the person, or about the publication if the byline has its name."""
    values = {
        **_author(author),
        "description": author.text or author.line,
        "image": absolute_url(author.avatar.file.url) if author.avatar else "",
    }
    return {
        "@type": "ProfilePage",
        "@id": f"{values['url']}#page",
        "url": values["url"],
        "mainEntity": {key: value for key, value in values.items() if value},
    }


def publisher() -> dict[str, Any]:
    site = SiteSettings.current()
    values = {
        "@type": "Organization",
        "name": site.name,
        "url": f"{settings.SITE_URL}/",
        "logo": absolute_url(site.logo.file.url) if site.logo else _mark(),
        "sameAs": [link["address"] for link in site.shown_social_links],
    }
    return {key: value for key, value in values.items() if value}


@cache
def _mark() -> str:
    return absolute_url(static("icons/apple-touch-icon.png"))


def _author(author: Author) -> dict[str, Any]:
    """Return the byline as a Person, or as an Organization if it has the publication's name."""
    kind = "Organization" if author.name == SiteSettings.current().name else "Person"
    return {"@type": kind, "name": author.name, "url": absolute_url(author.get_absolute_url())}
