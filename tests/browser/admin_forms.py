"""The admin's forms, each with the input where an arbitrary new value would not do.

`test_every_admin_form.py` fills them all. It fails for a form of the admin that is listed neither here nor among the
buttons of `admin_buttons.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ZONE, OTHER_ZONE = "Europe/Berlin", "America/New_York"
PASSWORD = "a-long-pass-word-1234"
NEW_PASSWORD = "another-pass-word-5678"
NEVER_SHOWN = frozenset({"old_password", "new_password1", "new_password2", "password1", "password2", "usable_password"})


@dataclass(frozen=True)
class AdminForm:
    """A form at `page` (words in braces are rows of `role_world.py`), as `role` sees it.

    `typed`: the values to type, choose or search for. `left`: fields that stay untouched. `shown`: the value that a
    field shows afterwards, where it differs from the input (None: it may be anything). `plain_typed`, `plain_left`: the
    same without JavaScript, where `is_plain` says that it is tried.
    """

    role: str
    page: str
    form: str
    button: str = "[name=_continue]"
    typed: Mapping[str, Any] = field(default_factory=dict)
    left: frozenset[str] = frozenset()
    shown: Mapping[str, list[str] | None] = field(default_factory=dict)
    plain_typed: Mapping[str, Any] = field(default_factory=dict)
    plain_left: frozenset[str] = frozenset()
    is_plain: bool = True

    def __str__(self) -> str:
        return f"{self.role}-{self.page.removeprefix('/admin/').strip('/').replace('/', '-')}"


_LINKS = {
    **{f"navigation-{n}-address": f"/insights/walk-{n}/" for n in range(6)},
    **{f"social_links-{n}-address": f"https://example.com/walk-{n}" for n in range(8)},
    **{f"navigation-{n}-place": str(n + 1) for n in range(6)},
    **{f"social_links-{n}-place": str(n + 1) for n in range(8)},
}
_ARTICLE = {
    "body": "## Walked\n\nEvery field was touched.\n", "canonical": "https://example.com/first", "cover": "free.png"
}  # fmt: skip
# Not stored by “Save draft”: values of another button, an author chosen twice, a cover beside a file.
_AFTER_SAVING: Mapping[str, list[str] | None] = {
    "label": None, "note": None, "publish_at": None, "authors_1": None, "authors_2": None, "cover": None
}  # fmt: skip
_FIELDS: Mapping[str, Mapping[str, Any]] = {  # by model: the input
    "insights/category": {"picture": "free.png"},
    "insights/tag": {"picture": "free.png"},
    "insights/series": {"picture": "free.png"},
    "insights/redirect": {"kind": "article", "article": "Out"},
    "insights/step": {"kind": "link", "target_url": "/insights/", "target_article": "Out", "is_active": True},
    "auth/group": {},
}


def _pair(role: str, model: str, row: str, **options: Any) -> list[AdminForm]:
    """Return the form of a new row and that of a stored one.

    They have the same fields, so only one is tried without JavaScript.
    """
    form, typed = f"#{model.partition('/')[2]}_form", _FIELDS[model]
    new = AdminForm(role, f"/admin/{model}/add/", form, typed=typed, is_plain=False, **options)
    return [new, AdminForm(role, f"/admin/{model}/{{{row}}}/change/", form, typed=typed, **options)]


def _article(role: str, page: str, left: str, plain_left: tuple[str, ...] = ()) -> AdminForm:
    return AdminForm(
        role, f"/admin/insights/article/{page}/", "#article_form", "[name=_save]", typed=_ARTICLE, shown=_AFTER_SAVING,
        left=frozenset({left}), plain_left=frozenset(plain_left), is_plain=role == "editor",
    )  # fmt: skip


ARTICLE_FORMS = [
    _article("author", "add", "cover"),
    _article("author", "{own}/change", "cover_file"),
    _article("editor", "add", "cover_file"),
    _article("editor", "{other}/change", "cover"),
]
FORMS = [
    *_pair("editor", "insights/category", "free_category"),
    *_pair("editor", "insights/tag", "tag"),
    *_pair("editor", "insights/series", "free_series"),
    *_pair("editor", "insights/redirect", "redirect"),
    *_pair("editor", "insights/step", "step", left=frozenset({"is_default"})),
    *_pair("admin", "auth/group", "group"),
    AdminForm("admin", "/admin/insights/author/add/", "#author_form", is_plain=False,
              typed={"avatar": "used.png", "user": "{account}"}),
    AdminForm("admin", "/admin/insights/author/{byline}/change/", "#author_form",
              typed={"avatar": "used.png", "user": "{publisher}"}, plain_left=frozenset({"user"})),
    AdminForm("author", "/admin/insights/picture/add/", "#picture_form", "[name=_save]"),
    AdminForm("editor", "/admin/insights/picture/{picture}/change/", "#picture_form"),
    AdminForm("admin", "/admin/insights/sitesettings/{settings}/change/", "#sitesettings_form",
              typed={**_LINKS, "time_zone": ZONE}, shown={"logo": None},
              plain_typed={"time_zone": OTHER_ZONE}, plain_left=frozenset({"logo_file"})),
    AdminForm("admin", "/admin/insights/user/add/", "#user_form", typed={
        "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD, "is_staff": True}),
    AdminForm("admin", "/admin/insights/user/{account}/change/", "#user_form", typed={"time_zone": ZONE},
              plain_typed={"time_zone": OTHER_ZONE}),
    AdminForm("admin", "/admin/insights/user/{account}/password/", "#user_form", "[name=set-password]", typed={
        "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}, is_plain=False),
]  # fmt: skip
