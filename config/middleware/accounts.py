"""The logged-in account and its permissions, in one query.

Django needs several on each request. We compile this one once, since building it took longer than its answer.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.auth.models import Group, Permission
from django.db.models import Exists, OuterRef, Q, StringAgg, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from insights.models import User
from insights.public.prepared_queries import PreparedQuery

# Backends in sessions of earlier releases; those sessions stay valid, so that an upgrade logs no one out.
_BEFORE = {"django.contrib.auth.backends.ModelBackend", "config.accounts.DeskBackend"}
_NOW = "config.middleware.accounts.AccountBackend"


class AccountBackend(ModelBackend):
    def get_user(self, user_id: Any) -> User | None:
        user: Any = _accounts.first(pk=int(user_id))
        if user is None or not self.user_can_authenticate(user):
            return None
        if not user.is_superuser:  # a superuser's permissions are never looked up
            user._perm_cache = set(filter(None, (user.rights or "").split(",")))
        return user


def _rights() -> Subquery:
    """Return a subquery for the permissions of the account and its groups: `app.codename`, between commas."""
    through_group = Group.permissions.through.objects.filter(
        permission=OuterRef("pk"), group__user=OuterRef(OuterRef("pk"))
    )
    own = User.user_permissions.through.objects.filter(permission=OuterRef("pk"), user=OuterRef(OuterRef("pk")))
    held = Permission.objects.filter(Q(Exists(through_group)) | Q(Exists(own))).order_by()
    named = Concat("content_type__app_label", Value("."), "codename")
    return Subquery(held.values(all=Value(1)).annotate(names=StringAgg(named, Value(","))).values("names"))


_accounts = PreparedQuery(lambda pk: User.objects.annotate(rights=_rights()).filter(pk=pk), pk=int)


class AccountMiddleware(AuthenticationMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _known(request))  # type: ignore[assignment]


def _known(request: HttpRequest) -> Any:
    if request.session.get(BACKEND_SESSION_KEY) in _BEFORE:
        request.session[BACKEND_SESSION_KEY] = _NOW
    return get_user(request)
