"""Admin for the audit log, read-only."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from insights.admin.model_admin import HubModelAdmin
from insights.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(HubModelAdmin):
    list_display = ("happened_at", "actor_name", "verb", "subject")
    list_filter = ("verb",)
    search_fields = ("actor_name", "verb", "subject")
    date_hierarchy = "happened_at"
    fields = ("happened_at", "actor_name", "verb", "subject", "what")
    readonly_fields = ("what",)

    @admin.display(description="Details")
    def what(self, entry: AuditEntry) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(entry.details, indent=2, ensure_ascii=False))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
