"""Access to admin views, and the articles that an account may see."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from insights.models import Article
from insights.models.articles import ArticleQuerySet

View = Callable[..., HttpResponse]


def staff_only(*permissions: str) -> Callable[[View], View]:
    """Allow only staff with one of `permissions`; raise PermissionDenied for all others."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            user = request.user
            if not (user.is_active and user.is_staff and any(user.has_perm(name) for name in permissions)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def articles_seen_by(request: HttpRequest) -> ArticleQuerySet:
    everything = request.user.has_perm("insights.change_any_article")
    return Article.objects.all() if everything else Article.objects.written_by(request.user)
