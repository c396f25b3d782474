"""The article's form is read under the article's lock, in as few queries as it takes.

What Django's own view does of it in a dozen is done once here: the row, its newest version and whether it is one's own
are asked for together and stay with the request. The admin's own log is left to additions and to deeds that have a
button; a save stands in the article's history, with its text, and in the audit.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection
from django.db.models import Model
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from insights.admin.article_pages import name_by
from insights.admin.desk import DeskAdmin
from insights.forms.articles import ArticleForm
from insights.forms.form_data import with_values
from insights.forms.tabs import made_by
from insights.models import Article
from insights.writing.opened import lock, newest_of
from insights.writing.presence import wrote


class SavingAdmin(DeskAdmin):
    """The way of a form through the admin, from the lock to the log."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Article | None:
        """Also an article of somebody else: the permission is asked next, and answers 403."""
        known: tuple[str, Article] | None = request.__dict__.get("opened_article")
        if known and known[0] == object_id:
            return known[1]
        try:
            pk = Article._meta.pk.to_python(object_id)
            locks = request.method == "POST" and connection.in_atomic_block
            article = lock(pk, request.user) if locks else Article.objects.told_own(request.user).filter(pk=pk).first()
        except (ValidationError, OverflowError):
            return None
        if article:
            name_by(article, newest_of(article))
            if locks:
                request.__dict__["opened_article"] = (object_id, article)
        return article

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if "_publish" in request.POST and not request.user.has_perm("insights.publish_article"):
            raise PermissionDenied
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:  # a double click: the other request took the address just now, which the form will say
            request.__dict__.pop("opened_article", None)
            for name in request.FILES:
                for file in request.FILES.getlist(name):
                    file.seek(0)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _changeform_view(self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any) -> Any:
        object_id = object_id or self._made_already(request)
        article = self.get_object(request, object_id) if object_id else None
        if article and not self.has_change_permission(request, article) and self.has_view_permission(request, article):
            if request.method == "POST":
                raise PermissionDenied
            preview = reverse("admin:insights_article_preview", args=[article.pk])
            return HttpResponseRedirect(f"{preview}?why=out" if article.published_at else preview)
        return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]

    def _made_already(self, request: HttpRequest) -> str | None:
        """The article that this page of a new one has made: by itself, or by the first of two clicks."""
        made = made_by(request.user, request.POST.get("tab", "")) if request.method == "POST" else None
        article = self.get_object(request, str(made)) if made else None
        if article is None or not self.has_change_permission(request, article):
            return None
        form = ArticleForm(request.POST, instance=article, user=request.user)
        stored = form.stored
        if not form.says_more or (stored and wrote(stored, request.user, request.POST["tab"])):
            return str(made)
        if stored is None or stored.kept_at is not None:
            return None  # somebody went back to the empty form, to write the next article
        # It was written on elsewhere: both texts are shown.
        request.POST = with_values(request.POST, base="new")  # type: ignore[assignment]
        return str(made)

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """Those of `self.fieldsets`, without the fields that the account's form has not."""
        present = set(self.get_form(request, obj)(instance=obj).fields)
        fieldsets = []
        for name, options in self.fieldsets or ():
            fields = [row for row in options["fields"] if not isinstance(row, str) or row in present]
            if fields:
                fieldsets.append((name, {**options, "fields": fields}))
        return fieldsets

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._tell(request, "changed", obj, message)
