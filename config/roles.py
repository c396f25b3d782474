"""The four roles and the names of permissions, set on every migrate (permissions do not exist inside a migration).

Permissions added by hand are removed, because they look the same as permissions of an earlier release. Groups with
other names are never changed; staff who need more permissions get such a group. Accounts, groups, tasks and site
settings belong to administrators (superusers) only. Editors can read the audit log; no role can change it.
"""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission

# role → app label → codenames
ROLES: dict[str, dict[str, list[str]]] = {
    "Author": {
        "insights": [
            "view_article", "add_article", "change_article", "delete_article", "view_picture", "add_picture",
            "view_author", "change_author",  # only the account's own byline (`insights/admin/accounts.py`)
        ]
    },
    "Editor": {
        "insights": [
            f"{verb}_{model}"
            for model in (
                "article", "picture", "category", "tag", "series", "author", "step", "rule", "redirect",
            )
            for verb in ("view", "add", "change", "delete")
        ]
        + ["publish_article", "change_any_article", "view_recalculation", "view_auditentry"]
        + ["view_externallink", "change_externallink"],
    },
    "Moderator": {"feedback": ["view_answer", "change_answer"]},
    "Newsletter manager": {
        "newsletter": [
            "view_subscriber", "change_subscriber", "delete_subscriber", "export_subscriber", "import_subscriber",
        ]
    },
}  # fmt: skip


ACTIONS = ("add", "change", "delete", "view")


def is_administrator(account: Any) -> bool:
    return bool(account.is_active and account.is_superuser)


def make_roles(using: str = "default", **kwargs: Any) -> None:
    for name, apps in ROLES.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        held = Permission.objects.using(using).none()
        for label, codenames in apps.items():
            held |= Permission.objects.using(using).filter(content_type__app_label=label, codename__in=codenames)
        group.permissions.set(held)


def update_permission_names(app_config: AppConfig, using: str = "default", **kwargs: Any) -> None:
    """Name the permissions of an app after its models; Django writes a name once and never updates it."""
    for options in (model._meta for model in app_config.get_models()):
        names = {f"{action}_{options.model_name}": f"Can {action} {options.verbose_name}" for action in ACTIONS}
        stored = Permission.objects.using(using).filter(
            content_type__app_label=options.app_label, content_type__model=options.model_name
        )
        for codename, name in {**names, **dict(options.permissions)}.items():
            stored.filter(codename=codename).exclude(name=name).update(name=name)
