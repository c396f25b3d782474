"""Admin base of the article's form: it reads the article once, under its lock.

Two queries load the article, its newest version and `is_own`, and `EditSession` keeps them. The admin log only has
additions and button actions; saves are in the article's history and in the audit log.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection
from django.db.models import Model
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from insights.admin.edit_session import edit_session
from insights.admin.model_admin import HubModelAdmin
from insights.editor.conflicts import texts_of
from insights.editor.form import ArticleForm
from insights.editor.live_preview_views import prerendered_body
from insights.editor.presence import wrote
from insights.editor.publication_pages import keep_newest_version
from insights.editor.tabs import article_id_of_tab, text_hash
from insights.forms.form_data import with_values
from insights.models import Article
from insights.publishing.edit_base import lock, newest_of

ALREADY_SAVED = "This form was already saved. Below is the current article. Nothing was changed."


class LockedFormAdmin(HubModelAdmin):
    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Article | None:
        """Return the article, also another author's: Django checks the permission next."""
        session = edit_session(request)
        if session.article and session.object_id == object_id:
            return session.article
        try:
            pk = Article._meta.pk.to_python(object_id)
            locks = request.method == "POST" and connection.in_atomic_block
            article = (
                lock(pk, request.user) if locks else Article.objects.with_is_own(request.user).filter(pk=pk).first()
            )
        except (ValidationError, OverflowError):
            return None
        if article:
            keep_newest_version(article, newest_of(article))
            if locks:
                session.object_id, session.article = object_id, article
        return article

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if "_publish" in request.POST and not request.user.has_perm("insights.publish_article"):
            raise PermissionDenied
        made = None if object_id else self._made_by_this_page(request)
        try:
            with prerendered_body(request):
                response = super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:  # double click: the other request took the slug; the next run sees that
            return self._once_more(request, object_id, form_url, extra_context)
        if object_id is None and response.status_code == 400 and self._made_by_this_page(request) != made:
            # Double click: the other request finished during validation and took the slug.
            return self._once_more(request, object_id, form_url, extra_context)
        return response

    def _once_more(self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any) -> Any:
        edit_session(request).article = None
        for name in request.FILES:
            for file in request.FILES.getlist(name):
                file.seek(0)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _changeform_view(self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any) -> Any:
        if object_id is None and (sent_before := self._saved_before(request)):
            messages.info(request, ALREADY_SAVED)
            return HttpResponseRedirect(reverse("admin:insights_article_change", args=[sent_before.pk]))
        object_id = object_id or self._made_already(request)
        article = self.get_object(request, object_id) if object_id else None
        if article and not self.has_change_permission(request, article) and self.has_view_permission(request, article):
            if request.method == "POST":
                raise PermissionDenied
            preview = reverse("admin:insights_article_preview", args=[article.pk])
            return HttpResponseRedirect(f"{preview}?why=out" if article.published_at else preview)
        return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]

    def _made_by_this_page(self, request: HttpRequest) -> int | None:
        if request.method != "POST":
            return None
        user, tab = request.user, request.POST.get("tab", "")
        return article_id_of_tab(user, tab, text_hash(request.POST)) or article_id_of_tab(user, tab)

    def _saved_before(self, request: HttpRequest) -> Article | None:
        """Return the article if this page sends one of its saved texts again, as a reload does."""
        made = self._made_by_this_page(request)
        article = self.get_object(request, str(made)) if made else None
        stored = newest_of(article)
        if article is None or stored is None:
            return None
        typed = ArticleForm(request.POST, instance=article, user=request.user).typed_texts()
        if typed == texts_of(stored):
            return None if self.has_change_permission(request, article) else article
        return article if article.versions.filter(**typed).exists() else None

    def _made_already(self, request: HttpRequest) -> str | None:
        """Return the id of the article that autosave or the first of two clicks created, or None."""
        made = self._made_by_this_page(request)
        article = self.get_object(request, str(made)) if made else None
        if article is None or not self.has_change_permission(request, article):
            return None
        form = ArticleForm(request.POST, instance=article, user=request.user)
        stored = form.stored
        if not form.has_unsaved_changes or (stored and wrote(stored, request.user, request.POST["tab"])):
            return str(made)
        if stored is None or (stored.kept_at is not None and form.typed_texts() != texts_of(stored)):
            edit_session(request).makes_another = True
            return None
        # It was edited elsewhere since: the form shows the edit conflict.
        request.POST = with_values(request.POST, base="new")  # type: ignore[assignment]
        return str(made)

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        present = set(self.get_form(request, obj)(instance=obj).fields)
        fieldsets = []
        for name, options in self.fieldsets or ():
            fields = [row for row in options["fields"] if not isinstance(row, str) or row in present]
            if fields:
                fieldsets.append((name, {**options, "fields": fields}))
        return fieldsets

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._tell(request, "changed", obj, message)
