"""The history of an article: what was kept, who did what, two versions beside each other, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from insights.comparing import compare
from insights.markdown_views import View, desk_only

MAX_BYTES = 1_000_000  # of each of two texts that a script sends to be compared


@never_cache
@require_POST
@desk_only("insights.add_article", "insights.change_article")
def compare_texts(request: HttpRequest) -> HttpResponse:
    """POST `before`, `after`: both compared word by word, as an HTML fragment. Nothing is stored.

    400 if one is not there, 413 if one is larger than 1 MB, both with a sentence as plain text.
    """
    before, after = request.POST.get("before"), request.POST.get("after")
    if before is None or after is None:
        return _refusal("Two texts are needed, “before” and “after”.", 400)
    if max(len(before.encode()), len(after.encode())) > MAX_BYTES:
        return _refusal("A text is larger than 1 MB; that is too much to compare.", 413)
    return HttpResponse(compare(before, after).html())


def _refusal(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


def addresses(guard: Callable[[View], View]) -> list[URLPattern]:
    """The addresses of all this, below that of the articles; `guard` is the desk's."""
    return [
        path("compare/", compare_texts, name="insights_article_compare_texts"),
    ]
