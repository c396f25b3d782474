"""View counter, called by a script on the article's page."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from insights.models import Article
from insights.public.readers import Visitor, count_view

# Words in the User-Agents of bots. Cubot is a phone brand, so its name must not match.
BOTS = re.compile(
    r"(?<!cu)bot\b|bot[/;_-]|crawl|spider|slurp|archiver|facebookexternalhit|preview|mediapartners|lighthouse|"
    r"pingdom|uptime|monitor|feedfetcher|embedly|validator|scanner",
    re.IGNORECASE,
)
PREPARING = ("prefetch", "prerender", "preview")  # the browser only preloads the page


@csrf_exempt  # The script runs on cacheable pages; settings.PUBLIC_POSTS guards this view.
@require_POST
@never_cache
def count(request: HttpRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.published().only("pk"), slug=slug)
    if is_by_a_reader(request):
        count_view(article, Visitor.of(request))
    return HttpResponse(status=204)


def is_by_a_reader(request: HttpRequest) -> bool:
    """Return whether a person outside the staff views the page; read the session only if there is one."""
    purposes = (request.headers.get(name, "").lower() for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    if any(word in purpose for purpose in purposes for word in PREPARING):
        return False
    if BOTS.search(request.headers.get("User-Agent", "")):
        return False
    return settings.SESSION_COOKIE_NAME not in request.COOKIES or not getattr(request.user, "is_staff", False)
