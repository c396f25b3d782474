"""The four roles, made on every migrate: in a migration the permissions of a group do not exist yet.

A role holds exactly what stands here. What an earlier release gave and this one does not is taken away, and so is what
somebody added to it by hand; the desk shows the four without a form. Chosen against leaving additions alone, since
nothing tells those from what an earlier release gave, and the tested table of who may what would no longer hold.
Groups with other names are the staff's own and never touched: who needs more than a role gets such a group as well.

Accounts, groups, tasks and the site's settings belong to no role; administrators (superusers) keep them. Editors read
the audit, since it tells who published and who changed a rule; nobody changes it.
"""

from typing import Any

from django.contrib.auth.models import Group, Permission

# role → app label → codenames
ROLES: dict[str, dict[str, list[str]]] = {
    "Author": {
        "insights": [
            "view_article", "add_article", "change_article", "delete_article", "view_picture", "add_picture",
            "view_author", "change_author",  # the own byline alone (`insights/admin/accounts.py`)
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


def is_administrator(account: Any) -> bool:
    """Whether an account may do everything; what no role holds is asked of it alone."""
    return bool(account.is_active and account.is_superuser)


def make_roles(using: str = "default", **kwargs: Any) -> None:
    """Make the groups that are missing, and let each have exactly its permissions, as far as they exist by now."""
    for name, apps in ROLES.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        held = Permission.objects.using(using).none()
        for label, codenames in apps.items():
            held |= Permission.objects.using(using).filter(content_type__app_label=label, codename__in=codenames)
        group.permissions.set(held)
