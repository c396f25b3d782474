"""Settings of the `make run` site for management commands in the same checkout.

They apply only if the environment sets none of the site's variables, so production never falls back to DEBUG.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings

NOTE, DATABASE = "development.json", "hub.sqlite3"
_OURS = ("DEBUG", "SITE_URL", "ALLOWED_HOSTS", "SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "MAIL_FROM", "VAR_DIR")
_SERVING = {"serve", "worker", "runserver", "testserver", "check", "test", "migrate", "collectstatic"}


def leave_note() -> None:
    folder = settings.BASE_DIR / "var"
    if settings.DEBUG and Path(settings.DATABASES["default"]["NAME"]) == folder / DATABASE:
        (folder / NOTE).write_text(json.dumps({"SITE_URL": settings.SITE_URL}) + "\n")


def settings_found(root: Path, variables: Mapping[str, str], arguments: Sequence[str]) -> dict[str, str]:
    """Return the development site's variables; none if they do not apply, or if another user wrote the note."""
    command = arguments[1] if len(arguments) > 1 and Path(arguments[0]).name == "manage.py" else ""
    note = root / "var" / NOTE
    if command in {"", *_SERVING} or any(variables.get(name, "").strip() for name in _OURS):
        return {}
    try:
        is_ours = note.stat().st_uid == os.geteuid()
        site_url = json.loads(note.read_text())["SITE_URL"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    if not is_ours or not isinstance(site_url, str) or not (root / "var" / DATABASE).exists():
        return {}
    return {"DEBUG": "1", "SITE_URL": site_url}
