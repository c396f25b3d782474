"""Filters of the article list."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from insights.models import Article, Author, Category, Version
from insights.models.ids import is_id


class ArticleStateFilter(admin.SimpleListFilter):
    """Filter by `with_state` and `with_review_state`; review states match changes to published articles, too."""

    title = "status"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        states = [(str(value), label) for value, label in Article.Status.choices]
        return [*states[:2], ("returned", "Changes requested"), ("approved", "Approved"), *states[2:]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        value = self.value()
        steps = {"returned": "returned", "approved": "approved", str(Article.Status.REVIEW): "handed_in"}
        if value in steps:
            wanted = {"review_state": steps[value]}
        else:
            wanted = {"state": value} if value in Article.Status.values else {}
        return queryset.filter(**wanted)


class _NewestVersionFilter(admin.SimpleListFilter):
    """Filter for articles whose newest version refers to a row of `model` in its `field`."""

    field: str
    model: type[Category | Author]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(row.pk), str(row)) for row in self.model._default_manager.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        value = self.value()
        if not is_id(value):
            return queryset
        # One subquery per article; a filter on versions would need one per version.
        own = Version.objects.filter(article=OuterRef(OuterRef("pk"))).newest_by_article()
        newest = Version.objects.filter(pk=Subquery(own.values("pk")[:1]), **{self.field: value})
        return queryset.filter(Exists(newest))


class CategoryFilter(_NewestVersionFilter):
    title = "category"
    parameter_name = "category"
    field = "category"
    model = Category


class AuthorFilter(_NewestVersionFilter):
    title = "author"
    parameter_name = "author"
    field = "authors"
    model = Author
