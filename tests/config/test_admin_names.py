"""Names of models and fields in the admin: by their purpose, not by implementation."""

import importlib
import pkgutil

import pytest
from django.apps import apps
from django.core.management import call_command
from django.tasks import Task

from config.tasks.names import TASKS, in_words
from tests.config.role_world import make_failed_task
from tests.factories import make_user

OURS = ("insights", "newsletter", "feedback", "config")


def test_every_task_of_ours_is_named_by_what_it_does():
    found = {}
    for app in OURS:
        for module in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}."):
            if ".migrations" not in module.name and ".gunicorn" not in module.name:
                values = vars(importlib.import_module(module.name)).values()
                found |= {task.module_path: task for task in values if isinstance(task, Task)}
    assert set(found) == set(TASKS)


def test_a_task_of_another_release_is_named_by_its_path():
    assert in_words("insights.gone.look_again") == "gone: look again"


@pytest.mark.django_db
def test_the_admin_uses_our_own_names(client):
    client.force_login(make_user(superuser=True))
    failed = make_failed_task()

    page = client.get("/admin/").text
    assert "Accounts" in page and "Authentication and Authorization" not in page
    assert "Tasks Database Backend" not in page and "Task Results" not in page
    listed = client.get("/admin/django_tasks_database/dbtaskresult/").text
    assert in_words(failed.task_path) in listed and "Task Results" not in listed


@pytest.mark.django_db
def test_an_account_shows_nothing_of_how_its_password_is_stored(client):
    client.force_login(make_user(superuser=True))
    account = make_user("Editor")

    page = client.get(f"/admin/insights/user/{account.pk}/change/").text
    assert 'href="../password/"' in page
    for word in ("scrypt", "pbkdf2", "algorithm", "salt:", "iterations"):
        assert word not in page.lower(), word
    for path in ("add/", f"{account.pk}/password/"):
        assert "LDAP" not in client.get(f"/admin/insights/user/{path}").text


@pytest.mark.django_db
def test_the_names_make_no_migration():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
    assert apps.get_app_config("auth").verbose_name == "Accounts"
