"""Fixtures of every test."""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_save
from django.dispatch import receiver
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from insights.models import AuditEntry, HistoryEntry, SiteSettings, Step
from tests.databases import begin_migrated, is_postgres, migrated_template

# Seconds of files whose tests are few and long. For others, their number and fixtures are enough.
LONG = {
    "test_shared_pages.py": 45, "test_round_trip.py": 35, "test_role_table.py": 30, "test_killed_workers.py": 15,
    "test_small_input.py": 60, "test_transfer_at_scale.py": 50, "test_reads.py": 40, "test_audit_transactions.py": 30,
    "test_search_quality.py": 13, "test_real_start.py": 10, "test_serving.py": 9, "test_deletion.py": 8,
}  # fmt: skip


def _seconds(item: pytest.Item) -> float:
    """Return an estimate of a test's seconds."""
    fixtures = set(getattr(item, "fixturenames", ()))
    if "chromium" in fixtures:
        return 4
    return 1 if "start_site" in fixtures else 0.15


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sort long files first, so that no process has one left at the end while the others are idle.

    xdist would sort by the number of tests, which puts the browser tests last.
    """
    if not config.getoption("numprocesses", None) and "PYTEST_XDIST_WORKER" not in os.environ:
        return
    by_file: defaultdict[Path, float] = defaultdict(float)
    for item in items:
        by_file[item.path] += _seconds(item)
    items.sort(key=lambda item: (-max(by_file[item.path], LONG.get(item.path.name, 0)), str(item.path)))


def pytest_configure(config: pytest.Config) -> None:
    """Give each process of a run its own counters of the page cache.

    With one folder, an invalidation in another process lets this one load the site's settings again: one query more.
    """
    config.option.loadscopereorder = False
    settings.VAR_DIR = settings.VAR_DIR / os.environ.get("PYTEST_XDIST_WORKER", "only")
    settings.VAR_DIR.mkdir(exist_ok=True)


def pytest_collection_finish() -> None:
    """Exempt imported and collected objects from garbage collection: they stay until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Make each process's test database a copy of a migrated one, which `migrate` then finds complete."""
    if is_postgres():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()
    else:
        # In memory. pytest-django would give each process a file, since the engine is not Django's own.
        connection.settings_dict["TEST"]["NAME"] = None
        connection_created.connect(_copy_what_is_migrated)


def _copy_what_is_migrated(connection: Any, **kwargs: Any) -> None:
    """Fill SQLite's test database in memory at its first connection."""
    if connection.is_in_memory_db():
        connection_created.disconnect(_copy_what_is_migrated)
        begin_migrated(connection.connection)


@pytest.fixture(autouse=True)
def _own_surroundings(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Separate the pictures and cache of each test. Static files need no manifest, and passwords are cheap.

    The site's settings are cached for a whole test, so that a slow server never loads them twice.
    """
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
    monkeypatch.setattr(SiteSettings, "SECONDS", 3600)


@pytest.fixture
def run_tasks(db):
    """Run every due task as the worker does, until none is left.

    The worker's own loop cannot be used: between tasks it closes the connection, and with it the test's transaction.
    """
    worker = Worker(
        queue_names=["default"], excluded_queue_names=[], backend_name="default", worker_id="tests",
        interval=0, batch=True, startup_delay=False, max_tasks=None,
    )  # fmt: skip

    def run() -> None:
        while (row := DBTaskResult.objects.ready().first()) is not None:
            row.claim(worker.worker_id)
            worker.run_task(row)

    return run


@receiver(post_migrate, dispatch_uid="tests.first_rows")
def _restore_rows_made_by_migrations(sender: Any, **kwargs: Any) -> None:
    """Restore rows of migrations.

    A test with real transactions ends in a flush, which removes the first next step as well.
    """
    if sender.label == "insights" and not Step.objects.exists():
        import_module("insights.migrations.0002_newsletter_step").make_step(apps, None)


@receiver(pre_save, sender=AuditEntry)
@receiver(pre_save, sender=HistoryEntry)
def _demand_a_transaction_of_the_code(instance: Any, **kwargs: Any) -> None:
    """E9: require a transaction of the code itself for each audit entry. The one around a test does not count."""
    assert any(not block._from_testcase for block in connection.atomic_blocks), f"recorded on its own: {instance}"
