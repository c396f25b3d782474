"""Failed tasks on the administrators' start page: run again or dismiss."""

from __future__ import annotations

import re
import uuid

import pytest
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from insights.models import AuditEntry
from newsletter.signup.confirmation_outbox import send_confirmation
from tests.config.role_world import make_failed_task
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = make_user(superuser=True)
    client.force_login(user)
    return user


def test_are_listed_with_name_and_time_and_without_personal_data(client, administrator):
    for _ in range(7):
        make_failed_task()
    row = DBTaskResult.objects.get(pk=send_confirmation.enqueue(4711471147114).id)
    row.set_failed(RuntimeError("could not mail renata@example.com"))
    page = client.get("/admin/").text
    panel = re.search(r'<section aria-labelledby="failures">.*?</section>', page, re.DOTALL)
    assert panel
    assert 'class="count">8<' in panel[0]
    assert panel[0].count("<li>") == 5
    assert "Confirmation email" in panel[0]
    assert re.search(r"RuntimeError, [A-Z]\w+ \d+, \d{4}, \d\d:\d\d UTC", panel[0])
    assert "renata" not in page
    assert "4711471147114" not in page


def test_one_is_run_again_in_the_place_of_the_failed(client, administrator, run_tasks):
    task = make_failed_task()
    assert client.post(f"/admin/failed-tasks/{task.pk}/again/").status_code == 302
    again = DBTaskResult.objects.get()
    assert (again.task_path, again.args_kwargs, again.status) == (task.task_path, task.args_kwargs, "READY")
    assert again.pk != task.pk
    run_tasks()
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL
    entry = AuditEntry.objects.get(verb="ran a failed task again")
    assert (entry.actor, entry.subject) == (administrator, task.task_path)


def test_one_is_dismissed(client, administrator):
    task = make_failed_task()
    assert client.post(f"/admin/failed-tasks/{task.pk}/dismiss/").status_code == 302
    assert not DBTaskResult.objects.exists()
    assert AuditEntry.objects.filter(verb="dismissed a failed task").exists()


def test_a_second_press_finds_nothing(client, administrator):
    task = make_failed_task()
    for action in ("again", "dismiss"):
        client.post(f"/admin/failed-tasks/{task.pk}/again/")
        assert client.post(f"/admin/failed-tasks/{task.pk}/{action}/").status_code == 404
    assert DBTaskResult.objects.count() == 1


@pytest.mark.parametrize("path", ["insights.nowhere.task", "config.admin_site.failed_tasks.panel", "os.system"])
def test_what_is_no_task_of_this_release_can_only_be_dismissed(client, administrator, path):
    task = make_failed_task()
    DBTaskResult.objects.update(task_path=path)
    assert "Run again" not in client.get("/admin/").text
    assert client.post(f"/admin/failed-tasks/{task.pk}/again/").status_code == 403
    assert client.post(f"/admin/failed-tasks/{task.pk}/dismiss/").status_code == 302


def test_a_get_does_nothing_and_others_may_not(client, administrator):
    task = make_failed_task()
    for action in ("again", "dismiss"):
        assert client.get(f"/admin/failed-tasks/{task.pk}/{action}/").status_code == 405
        assert client.post(f"/admin/failed-tasks/{uuid.uuid4()}/{action}/").status_code == 404
    client.force_login(make_user("Editor"))
    for action in ("again", "dismiss"):
        assert client.post(f"/admin/failed-tasks/{task.pk}/{action}/").status_code == 403
    assert "Failed tasks" not in client.get("/admin/").text
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED
