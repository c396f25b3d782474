"""Views for the editor's scripts: autosave, presence, and recovery after a new login.

They answer 403 without a redirect to the login, since a script asks. Reasons are sentences in JSON.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from insights.editor import presence
from insights.editor.autosave_form import AutosaveForm
from insights.editor.conflicts import saved_since, standing_since, texts_of
from insights.editor.live_preview_views import may_write_articles, prerendered_body
from insights.editor.tabs import article_id_of_tab
from insights.forms.form_data import with_values
from insights.models import Article, Version
from insights.publishing.edit_base import is_same_text, lock, newest_of, version_token

NOT_YOURS = "You don't have permission to edit this article."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_write_articles
def autosave_new(request: HttpRequest) -> HttpResponse:
    """Return the stored state (GET, by `?article=` or `?tab=`), or store a new article once per `tab` (POST)."""
    if request.method != "POST":
        summary = {"token": get_token(request), "account": request.user.pk, "stored": _stored_texts(request)}
        return JsonResponse(summary)
    if not request.user.has_perm("insights.add_article"):
        raise PermissionDenied
    with prerendered_body(request):
        return _retry_once(lambda: _stored(request))


@never_cache
@require_POST
@may_write_articles
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Store the valid fields of the posted form in the working draft.

    Answers `{"base", "saved": time, "slug", "title", "words", "minutes", "problems": {field: [sentence]}, "unsaved":
    [field], "others": [sentence], "article": id, "addresses": {"form", "autosave", "presence", "page"}}`.
    409 on an edit conflict: `{"conflict": sentence}`. 403 if the account may not edit it: `{"error": sentence}`.
    """
    with prerendered_body(request):
        return _retry_once(lambda: _stored(request, pk))


@never_cache
@require_POST
@may_write_articles
@transaction.atomic
def beat(request: HttpRequest, pk: int) -> HttpResponse:
    """Store that a tab has the article open (POST `tab`, `base`), or that it closes (`left`).

    Answers `{"others": [sentence], "newer": sentence or ""}`; `newer` describes a change since the page was opened.
    `before`: id of the page that this one replaced in its browser tab, which may not have sent `left`.
    """
    article = Article.objects.with_is_own(request.user).filter(pk=pk).first()
    if article is None:
        raise Http404
    if not _may_write(request, article):
        return JsonResponse({"error": NOT_YOURS}, status=403)
    tab = request.POST.get("tab", "")
    if not presence.is_tab(tab):
        return JsonResponse({"error": "“tab” must have 32 hexadecimal digits."}, status=400)
    if "left" in request.POST:
        presence.leave(article, request.user, tab)
        return JsonResponse({})
    if presence.is_tab(before := request.POST.get("before", "")) and before != tab:
        presence.leave(article, request.user, before)
    presence.mark_present(article, request.user, tab)
    newest = article.newest_version()
    newer = _newer(newest, request, tab) if newest else ""
    return JsonResponse({"others": presence.others_in(article, request.user, tab), "newer": newer})


def above_the_form(request: HttpRequest, article: Article | None, form: Any) -> dict[str, Any]:
    conflicts = list(form.field_conflicts()) if form.conflict else []
    if article is None or article.pk is None:
        here = {
            "others": [],
            "autosave_url": reverse("admin:insights_article_autosave_new"),
            "presence_url": "",
        }
    else:
        here = {
            "others": presence.others_in(article, request.user),
            "autosave_url": reverse("admin:insights_article_autosave", args=[article.pk]),
            "presence_url": reverse("admin:insights_article_presence", args=[article.pk]),
        }
    return here | {
        "field_conflicts": conflicts,
        "differences": form.differences() if form.conflict else [],
        "is_unsaved": form.is_bound,
        "is_stale": form.is_stale,
        "is_mergeable": bool(conflicts) and not any(one.merged.conflicts for one in conflicts),
    }


def _newer(version: Version, request: HttpRequest, tab: str) -> str:
    opened_on, user = request.POST.get("base", ""), request.user
    if opened_on in {"", version_token(version)} or presence.wrote(version, user, tab):
        return ""
    if is_same_text(opened_on, version):
        return standing_since(version)
    who = "You" if version.updated_by_id == user.pk else str(version.updated_by or "Another editor")
    return f"{who} saved a newer version at {_clock(version)}{' in another tab' if who == 'You' else ''}."


@transaction.atomic
def _stored(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    pk = pk or article_id_of_tab(request.user, request.POST.get("tab", ""))  # in the transaction: a retry sees new rows
    article = lock(pk, request.user) if pk is not None else None
    if pk is not None and article is None:
        raise Http404
    if article and not _may_write(request, article):
        return JsonResponse({"error": NOT_YOURS}, status=403)
    tab = request.POST.get("tab", "")
    form = AutosaveForm(_posted_data(request, article, tab), instance=article, user=request.user)
    if not form.is_valid():
        who = form.stored.updated_by if form.stored else None
        summary = saved_since(who, request.user) if form.conflict else ""
        return JsonResponse({"conflict": summary or " ".join(map(str, form.non_field_errors()))}, status=409)
    before = version_token(form.stored)
    version = form.store()
    if version_token(version) != before and presence.is_tab(tab):
        presence.mark_present(form.instance, request.user, tab, typed_at=version.updated_at)
    others = presence.others_in(form.instance, request.user, tab) if pk is not None and presence.is_tab(tab) else []
    return JsonResponse({**_saved_state(form, version), "others": others})


def _posted_data(request: HttpRequest, article: Article | None, tab: str) -> QueryDict:
    """Return the posted data, with a new base if this tab stored the newer text but lost the response."""
    stored = newest_of(article)
    opened_on = request.POST.get("base", "")
    if article is None or stored is None or opened_on == version_token(stored):
        return request.POST
    if presence.wrote(stored, request.user, tab):
        return with_values(request.POST, base=version_token(stored))
    if not opened_on:
        return with_values(request.POST, base="new")  # a page without a base, and the text was saved elsewhere since
    return request.POST


def _saved_state(form: AutosaveForm, version: Version) -> dict[str, Any]:
    article = form.instance
    named = {"form": "change", "autosave": "autosave", "presence": "presence"}
    return {
        "article": article.pk,
        "base": version_token(version),
        "saved": _clock(version),
        "slug": version.new_slug or article.slug,
        "title": str(version),
        "words": version.words,
        "minutes": version.reading_minutes,
        "problems": form.problems,
        "unsaved": form.unsaved,
        "addresses": {
            name: reverse(f"admin:insights_article_{view}", args=[article.pk]) for name, view in named.items()
        }
        | {"page": f"{reverse('admin:insights_article_page')}?article={article.pk}"},
    }


def _stored_texts(request: HttpRequest) -> dict[str, Any] | None:
    """Return `{"article", "form", "writable", "base", "title", "excerpt", "body"}`; None if it may not be seen."""
    pk, tab = request.GET.get("article", ""), request.GET.get("tab", "")
    number = int(pk) if pk.isdecimal() and len(pk) < 19 else article_id_of_tab(request.user, tab) if tab else None
    article: Any = Article.objects.with_is_own(request.user).filter(pk=number).first() if number else None
    if article is None or not (article.is_own or request.user.has_perm("insights.change_any_article")):
        return None
    newest = newest_of(article)
    if newest is None:
        return None
    summary = {"article": article.pk, "form": reverse("admin:insights_article_change", args=[article.pk])}
    return {**summary, "writable": _may_write(request, article), "base": version_token(newest), **texts_of(newest)}


def _clock(version: Version) -> str:
    local = timezone.localtime(version.updated_at)  # the site's time zone is active during a request
    return f"{local:%H:%M} {local.tzname()}"


def _may_write(request: HttpRequest, article: Article) -> bool:
    """Return what the form's page would decide; needs the annotation `is_own`."""
    if not request.user.has_perm("insights.change_article"):
        return False
    is_own_draft = bool(article.is_own) and article.published_at is None
    return request.user.has_perm("insights.change_any_article") or is_own_draft


def _retry_once(store: Any) -> HttpResponse:
    """Repeat on IntegrityError: two requests may create the same article or slug at the same time."""
    try:
        return store()
    except IntegrityError:
        return store()
