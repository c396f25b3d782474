"""What every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command

from insights.models import SiteSettings


@pytest.fixture(autouse=True)
def _own_surroundings(settings, tmp_path: Path):
    """Pictures and cache of one test are not those of the next; static files need no manifest; passwords are cheap."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "media")},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.SECURE_SSL_REDIRECT = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    SiteSettings.forget()


@pytest.fixture
def run_tasks(db):
    """Run every task in the queue, as a worker would, until none is left."""

    def run() -> None:
        call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False, verbosity=0)

    return run
