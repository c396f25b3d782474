"""The four roles, made on every migrate: in a migration the permissions of a group do not exist yet."""

from typing import Any

from django.contrib.auth.models import Group, Permission

# role → app label → codenames
ROLES: dict[str, dict[str, list[str]]] = {
    "Author": {"insights": ["view_article", "add_article", "change_article", "view_picture", "add_picture"]},
    "Editor": {
        "insights": [
            f"{verb}_{model}"
            for model in (
                "article", "picture", "category", "tag", "series", "author", "step", "rule", "formerslug",
            )
            for verb in ("view", "add", "change", "delete")
        ]
        + ["publish_article", "change_any_article", "view_recomputation", "view_auditentry"],
    },
    "Moderator": {"feedback": ["view_answer", "change_answer"]},
    "Newsletter manager": {
        "newsletter": [
            "view_subscriber", "change_subscriber", "delete_subscriber", "export_subscriber", "import_subscriber",
        ]
    },
}  # fmt: skip


def make_roles(using: str = "default", **kwargs: Any) -> None:
    """Make the groups and give each exactly its permissions; what a site's staff added to a group stays."""
    for name, apps in ROLES.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        for label, codenames in apps.items():
            group.permissions.add(
                *Permission.objects.using(using).filter(content_type__app_label=label, codename__in=codenames)
            )
