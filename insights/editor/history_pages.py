"""History pages of an article: timeline and comparison. `version_page.py` shows one version; actions: `restore.py`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from insights.admin.permissions import View, staff_only
from insights.editor import restore, version_page
from insights.editor.version_page import article_admin_page, may_restore_versions, seen_article, whole_version
from insights.history.alignment import Effort
from insights.history.field_changes import changed_fields, marked_page
from insights.history.text_diff import COARSE, compare, compare_line
from insights.history.timeline import InvalidHistoryCursor, history_versions, timeline, version_state
from insights.models import Article, Version

MAX_BYTES = 1_000_000  # of each of the two posted texts
OFFERED = 60  # versions to choose from on the comparison page


@never_cache
@require_POST
@staff_only("insights.add_article", "insights.change_article")
def compare_texts(request: HttpRequest) -> HttpResponse:
    """Compare the posted `before` and `after`; return an HTML fragment, or a plain sentence with 400 or 413."""
    before, after = request.POST.get("before"), request.POST.get("after")
    if before is None or after is None:
        return _refusal("Send two texts, “before” and “after”.", 400)
    if max(len(before.encode()), len(after.encode())) > MAX_BYTES:
        return _refusal("A text is larger than 1 MB, so the texts can't be compared.", 413)
    return HttpResponse(compare(before, after).html())


@never_cache
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one page of the history. `?before=<cursor>`: older entries. `?from=`, `?to=`: chosen versions."""
    article = seen_article(request, pk)
    cursor = request.GET.get("before", "")
    try:
        page = timeline(article, cursor)
    except InvalidHistoryCursor:
        raise Http404 from None
    shown = {version.pk: version for version in page.versions}
    chosen = {name: _named(article, request.GET.get(name), shown) for name in ("from", "to")}
    if not any(chosen.values()):
        chosen = dict(zip(("from", "to"), _first_choice(list(shown.values()), article), strict=True))
    context = {
        "title": article.versions.newest_by_article().values_list("title", flat=True).first() or article.slug,
        "page": page,
        "is_first": not cursor,
        "chosen": {name: row.pk for name, row in chosen.items() if row},
        "elsewhere": [(name, row) for name, row in chosen.items() if row and row.pk not in shown],
        "may_write": may_restore_versions(request, article),
    }
    return article_admin_page(request, article, "history", context)


@never_cache
@require_safe
def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare `?from=<version>` with `?to=<version>`; `?as=page` compares the rendered pages."""
    article = seen_article(request, pk)
    offered = {version.pk: version for version in history_versions(article)[:OFFERED]}
    first = _first_choice(list(offered.values()), article)
    named = [_named(article, request.GET.get(name), offered) for name in ("from", "to")]
    chosen = [row or default for row, default in zip(named, first, strict=True)]
    if None in chosen:
        raise Http404
    before, after = (whole_version(article, row.pk) for row in chosen if row)
    is_page, effort = request.GET.get("as") == "page", Effort()
    context = {
        "title": "Compare two versions",
        "before": before,
        "after": after,
        "sides": [("from", before.pk), ("to", after.pk)],
        "offered": list({row.pk: row for row in (*offered.values(), *filter(None, chosen))}.values()),
        "is_page": is_page,
        "heading": compare_line(before.title, after.title),
        "excerpt": compare_line(before.excerpt, after.excerpt),
        "text": "" if is_page else compare(before.body, after.body).html(),
        "rendered": marked_page(before, after, effort) if is_page else "",
        "coarse": COARSE if effort.was_too_small else "",
        "fields": changed_fields(before, after),
        "may_write": may_restore_versions(request, article),
    }
    return article_admin_page(request, article, "compare", context)


def _first_choice(shown: list[Version], article: Article) -> tuple[Version | None, Version | None]:
    """Return the default pair: the live version and the newest, else the newest and the one before."""
    newest = shown[0] if shown else None
    live = next((version for version in shown[1:] if version_state(version, article) == "live"), None)
    return live or (shown[1] if len(shown) > 1 else newest), newest


def _named(article: Article, name: str | None, known: dict[int, Version]) -> Version | None:
    if not name:
        return None
    if not name.isdecimal() or len(name) > 18:
        raise Http404
    version = known.get(int(name)) or history_versions(article).filter(pk=int(name)).first()
    if version is None:
        raise Http404
    return version


def _refusal(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


def history_urls(guard: Callable[[View], View]) -> list[URLPattern]:
    own = "<int:pk>/versions/<int:version>/"
    return [
        path("compare/", compare_texts, name="insights_article_compare_texts"),
        path("<int:pk>/compare/", guard(comparison), name="insights_article_compare"),
        path(own, guard(version_page.one_version), name="insights_article_version"),
        path(f"{own}page/", guard(version_page.framed), name="insights_article_version_page"),
        path(f"{own}label/", guard(restore.label_version), name="insights_article_label_version"),
        path(f"{own}restore/", guard(restore.restore_view), name="insights_article_restore_version"),
        path("<int:pk>/undo/", guard(restore.undo), name="insights_article_undo"),
        path("<int:pk>/discard/", guard(restore.discard_view), name="insights_article_discard"),
    ]
