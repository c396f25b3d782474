"""A task that waited or failed before an upgrade is found by the release after it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from insights.pictures.renditions import make_for

moved_tasks = import_module("config.migrations.0002_moved_tasks")


@pytest.mark.django_db
def test_a_task_that_waited_under_an_old_path_is_found_under_the_new_one():
    waiting = make_for.enqueue(1)
    DBTaskResult.objects.filter(pk=waiting.id).update(task_path="insights.renditions.make_for")
    moved_tasks.follow(apps, moved_tasks.MOVED.items())
    row = DBTaskResult.objects.get(pk=waiting.id)
    assert row.task_path == make_for.module_path
    assert row.task == make_for


@pytest.mark.parametrize("path", moved_tasks.MOVED.values())
def test_each_new_path_leads_to_a_task(path):
    assert import_string(path).module_path == path
