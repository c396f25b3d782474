"""Admin for groups and tasks, for administrators only: permission to change a group gives every other permission."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django_tasks_db.admin import DBTaskResultAdmin
from django_tasks_db.models import DBTaskResult

from config.roles import ROLES, is_administrator
from config.tasks.names import in_words
from insights.admin.model_admin import HubModelAdmin, OfferedFilters


class AdministratorsOnly(admin.ModelAdmin):
    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request.user)


admin.site.unregister([Group, DBTaskResult])


@admin.register(Group)
class GroupAdmin(AdministratorsOnly, HubModelAdmin, DjangoGroupAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        # `config.roles` resets the four roles on every migrate, so they are read-only.
        return is_administrator(request.user) and not _is_role(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return is_administrator(request.user) and not _is_role(obj)


@admin.register(DBTaskResult)
class TaskAdmin(AdministratorsOnly, OfferedFilters, DBTaskResultAdmin):
    actions = None
    list_display: Any = ("what", "status", "enqueued_at", "started_at", "finished_at", "priority", "queue_name")
    list_display_links = ("what",)

    @admin.display(description="Task", ordering="task_path")
    def what(self, task: DBTaskResult) -> str:
        return in_words(task.task_path)


def _is_role(group: Group | None) -> bool:
    return group is not None and group.name in ROLES
