"""Redirects from old slugs, and the status of unpublished articles."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone

from insights.models import Article, Redirect


class Unpublished(Http404):
    """The article was public and is unpublished: 410 in views that handle it, else 404."""


def successor(kind: str, slug: str) -> Any:
    """Return the object that an old slug, or a slug in wrong case, leads to. Raise Http404 if it is not public.

    A published article owns its slug, so no older redirect is used. Raise Unpublished if the owner is unpublished.
    """
    small = slug.lower()
    found = (
        _redirected(kind, slug)
        if small == slug
        else _redirected(kind, slug) or _named(kind, small) or _redirected(kind, small)
    )
    if found is None:
        raise Http404
    return found


def _named(kind: str, slug: str) -> Any:
    if kind == "article":
        return Article.objects.published().filter(slug=slug).first()
    model: Any = Redirect._meta.get_field(kind).related_model
    return model.objects.filter(slug=slug).first()


def _redirected(kind: str, slug: str) -> Any:
    """Return the target of a redirect, or None. Raise Unpublished or Http404 if it is not public."""
    if kind == "article":
        _refuse_unreadable(Article.objects.filter(slug=slug, published_at__lte=timezone.now()).first())
    redirect = Redirect.objects.filter(kind=kind, slug=slug).select_related(kind).first()
    if redirect is None:
        return None
    _refuse_unreadable(redirect.article)
    return redirect.target


def _refuse_unreadable(article: Article | None) -> None:
    if article is None or Article.objects.published().filter(pk=article.pk).exists():
        return
    had_readers = article.published_at and article.unpublished_at and article.published_at <= article.unpublished_at
    raise Unpublished if had_readers and article.status() == Article.Status.UNPUBLISHED else Http404
