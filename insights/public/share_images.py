"""Share image of an article: its title beside its cover or a line drawing.

We draw an image at the first request and store it, instead of a task at publication. So no article lacks an image, and
unshared images are never drawn. The URL contains a hash of the content, so caches may keep the image. The view checks
on each request that the article is public. Files older than KEPT are deleted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe
from PIL import Image

from insights.covers.share_card import FIGURE_SIZE, LOGO_BOX, SIZE, Card, draw_card
from insights.markup.picture_html import CENTRE
from insights.models import Byline, SiteSettings, Version
from insights.models.page_urls import page_url
from insights.public.redirects import successor
from insights.public.site_images import open_picture
from insights.public.stored_images import FOLDER, cached_png

FORMAT = "2"  # part of every URL: increase it when the drawing changes
KEPT = dt.timedelta(days=30)
EVERY_SECONDS = 3600.0
SECONDS = 86_400  # max-age: seconds in the browser cache
SHARED_SECONDS = 60  # s-maxage: seconds until a shared cache checks again that the article is public

_next_look = 0.0


@dataclass(frozen=True, slots=True)
class ShareImage:
    url: str
    alt: str
    width: int = SIZE[0]
    height: int = SIZE[1]


def card_of(version: Version) -> Card:
    """Return the card of an article; `article`, `category` and `bylines` must be loaded."""
    names = [byline.author.name for byline in version.bylines.all()]
    site, cover = SiteSettings.current(), version.cover
    return Card(
        seed=version.article.slug,
        site=site.name,
        label=version.category.name if version.category else "Insight",
        title=version.title,
        byline=" and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else ""))),
        cover=(cover.file.name or "") if cover else "",
        focus=(cover.focal_x, cover.focal_y) if cover else CENTRE,
        logo=_logo(site),
    )


def card_of_site() -> Card:
    site = SiteSettings.current()
    return Card(seed=site.name, site=site.name, label=site.tagline, title=site.headline, logo=_logo(site))


def _logo(site: SiteSettings) -> str:
    return (site.logo.file.name or "") if site.logo else ""


def digest(card: Card) -> str:
    return hashlib.blake2b(f"{FORMAT}{card!r}".encode(), digest_size=5).hexdigest()


def image_of(version: Version) -> ShareImage:
    """Return the share image of an article; costs no query beyond those of its page."""
    path = page_url("insights:share", version.article.slug, digest(card_of(version)))
    beside = "the article's cover" if version.cover else "a line drawing"
    return ShareImage(f"{settings.SITE_URL}{path}", f"The title “{version.title}” beside {beside}")


def image_of_site() -> ShareImage:
    card = card_of_site()
    path = page_url("insights:share_site", digest(card))
    return ShareImage(f"{settings.SITE_URL}{path}", f"“{card.title}” beside a line drawing")


@require_safe
def article_image(request: HttpRequest, slug: str, tag: str) -> HttpResponse:
    """Return an article's card; redirect the URL of an old title or slug to the current one."""
    version = (
        Version.objects.readable()
        .filter(article__slug=slug)
        .select_related("article", "category", "cover")
        .only("title", "article__slug", "category__name", "cover__file", "cover__focal_x", "cover__focal_y")
        .prefetch_related(Prefetch("bylines", Byline.objects.select_related("author").only("version", "author__name")))
        .first()
    )
    if version is None:
        target = successor("article", slug)
        return redirect(reverse("insights:share", args=[target.slug, tag]), permanent=True)
    card = card_of(version)
    if tag != digest(card):
        return redirect(reverse("insights:share", args=[slug, digest(card)]))
    return _answer(request, card)


@require_safe
def site_image(request: HttpRequest, tag: str) -> HttpResponse:
    card = card_of_site()
    if tag != digest(card):
        return redirect(reverse("insights:share_site", args=[digest(card)]))
    return _answer(request, card)


def _answer(request: HttpRequest, card: Card) -> HttpResponse:
    etag = f'"{digest(card)}"'
    response = get_conditional_response(request, etag) or HttpResponse(png(card), content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={SECONDS}, s-maxage={SHARED_SECONDS}"
    return response


def png(card: Card) -> bytes:
    content = cached_png(repr(card), lambda: _drawn(card))
    assert content is not None  # a card is always drawn, also without its pictures
    return content


def _drawn(card: Card) -> Image.Image:
    cover = open_picture(card.cover, FIGURE_SIZE, covers=card.focus) if card.cover else None
    logo = open_picture(card.logo, LOGO_BOX) if card.logo else None
    return draw_card(card, cover=cover, logo=logo)


def remove_old_share_images() -> None:
    """Remove old files, at most once an hour per process."""
    global _next_look  # one clock per process
    if time.monotonic() >= _next_look:
        _next_look = time.monotonic() + EVERY_SECONDS
        remove_old()


def remove_old() -> int:
    try:
        _, files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    old = [
        f"{FOLDER}/{file}"
        for file in files
        if timezone.now() - default_storage.get_modified_time(f"{FOLDER}/{file}") > KEPT
    ]
    for name in old:
        default_storage.delete(name)
    return len(old)
