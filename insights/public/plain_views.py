"""Pages for programs: articles as Markdown, `llms.txt` and `robots.txt`."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from insights.exchange import string_yaml
from insights.exchange.body_urls import replace_picture_urls
from insights.markup.figures import REFERENCE
from insights.models import Byline, Picture, SiteSettings, Tag, Version
from insights.public.absolute_urls import absolute_url
from insights.public.feed_entries import cover_of
from insights.public.feeds import SHARED_SECONDS
from insights.public.redirects import Unpublished, successor

MARKDOWN = "text/markdown; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
LISTED = 1000  # articles in llms.txt; the sitemap has the rest

_SIGNS = re.compile(r"([\\`*_\[\]<>#])")


@require_safe
@cache_control(public=True, max_age=0, s_maxage=SHARED_SECONDS)
@conditional_page
def markdown_twin(request: HttpRequest, slug: str) -> HttpResponse:
    """Return an article as Markdown with front matter; redirect an old slug, or 410 if unpublished."""
    version = (
        Version.objects.readable()
        .filter(article__slug=slug)
        .select_related("article", "category", "series", "cover")
        .prefetch_related(
            Prefetch("bylines", Byline.objects.select_related("author")), Prefetch("tags", Tag.objects.order_by("name"))
        )
        .first()
    )
    if version is None:
        try:
            target = successor("article", slug)
        except Unpublished:
            return HttpResponse("This article is no longer available.\n", status=410, content_type=PLAIN)
        return redirect(reverse("insights:markdown", args=[target.slug]), permanent=True)
    head = string_yaml.write_yaml({key: value for key, value in _facts(version).items() if value})
    response = HttpResponse(f"---\n{head}---\n{_body(version.body)}", content_type=MARKDOWN)
    # Search engines should index the HTML page, not this copy.
    canonical = version.canonical_url or absolute_url(version.article.get_absolute_url())
    response["Link"] = f'<{canonical}>; rel="canonical"'
    return response


def _facts(version: Version) -> dict[str, Any]:
    assert version.listed_at is not None
    cover = cover_of(version)
    return {
        "title": version.title,
        "url": absolute_url(version.article.get_absolute_url()),
        "id": str(version.article.uid),
        "date": version.listed_at.isoformat(),
        "updated": max(version.changed_at, version.listed_at).isoformat(),
        "category": version.category.name if version.category else "",
        "authors": [byline.author.name for byline in version.bylines.all()],
        "tags": [tag.name for tag in version.tags.all()],
        "series": version.series.title if version.series else "",
        "series_part": str(version.series_part or ""),
        "excerpt": version.excerpt,
        "cover": cover.url if cover else "",
        "cover_alt": cover.alt if cover else "",
        "cover_caption": version.cover_caption if cover else "",
        "cover_credit": version.cover_credit if cover else "",
        "canonical": version.canonical_url,
    }


def _body(text: str) -> str:
    spellings = {match.group(): match.group(1).lower() for match in REFERENCE.finditer(text)}
    pictures = Picture.objects.filter(uid__in=set(spellings.values())) if spellings else []
    urls = {str(picture.uid): absolute_url(picture.file.url) for picture in pictures}
    return replace_picture_urls(text, {spelling: urls[uid] for spelling, uid in spellings.items() if uid in urls})


@require_safe
@cache_control(public=True, max_age=0, s_maxage=SHARED_SECONDS)
@conditional_page
def llms(request: HttpRequest) -> HttpResponse:
    site = SiteSettings.current()
    newest = Version.objects.readable().newest_first().select_related("article")
    lines = [
        f"# {_line(site.name)}",
        "",
        f"> {_line(site.introduction)}",
        "",
        "Every article is also available as Markdown: replace the last slash of its URL with `.md`. "
        f"All articles: {absolute_url('/sitemap.xml')}",
        "",
        "## Articles",
        "",
    ]
    for version in newest.only("title", "excerpt", "article__slug")[:LISTED]:
        url = absolute_url(reverse("insights:markdown", args=[version.article.slug]))
        summary = f": {_line(version.excerpt)}" if version.excerpt else ""
        lines.append(f"- [{_line(version.title)}]({url}){summary}")
    lines += [
        "",
        "## Optional",
        "",
        f"- [Atom feed]({absolute_url(reverse('insights:atom'))}): the newest articles with their full text",
        f"- [JSON Feed]({absolute_url(reverse('insights:json'))}): the same articles as JSON",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type=PLAIN)


def _line(text: str) -> str:
    """Return `text` on one line, with Markdown characters escaped."""
    return _SIGNS.sub(r"\\\1", " ".join("".join(sign if sign.isprintable() else " " for sign in text).split()))


@require_safe
@cache_control(public=True, max_age=0, s_maxage=SHARED_SECONDS)
@conditional_page
def robots(request: HttpRequest) -> HttpResponse:
    closed = "".join(f"Disallow: {path}\n" for path in settings.ROBOTS_KEEP_OUT)
    text = f"User-agent: *\n{closed}\nSitemap: {absolute_url('/sitemap.xml')}\n"
    return HttpResponse(text, content_type=PLAIN)
