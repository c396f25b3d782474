"""The settings of `make run` for commands in the same checkout: `manage.py import_articles …` finds that site.

`make run` leaves a note in `var/`. A command of `manage.py` follows it only where the environment sets nothing of the
site, so that production, which cannot start without its variables, never falls into DEBUG; what serves a site, runs its
tasks or prepares it for that never follows it.
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
    """Say in `var/` that it holds the data of a development site, if it is one and its database is there."""
    folder = settings.BASE_DIR / "var"
    if settings.DEBUG and Path(settings.DATABASES["default"]["NAME"]) == folder / DATABASE:
        (folder / NOTE).write_text(json.dumps({"SITE_URL": settings.SITE_URL}) + "\n")


def settings_found(root: Path, variables: Mapping[str, str], arguments: Sequence[str]) -> dict[str, str]:
    """Return the variables of the development site of the checkout `root` for a command; none where they do not apply.

    They do not outside of `manage.py`, where `variables` set anything of a site, where the command serves or checks
    one, where the note or its database is missing, and where another account wrote the note.
    """
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
