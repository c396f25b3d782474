"""Tasks that waited or failed before an upgrade, in the release after it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from config.tasks.names import TASKS
from insights.pictures.renditions import make_for

follow = import_module("config.migrations.0002_moved_tasks").follow
MOVES = [
    import_module("config.migrations.0002_moved_tasks").MOVED,
    import_module("config.migrations.0003_tasks_of_new_packages").MOVED,
    import_module("config.migrations.0004_tasks_of_plain_names").RENAMED,
]
OLD_PATHS = sorted({before for moves in MOVES for before in moves})


def upgrade() -> None:
    for moves in MOVES:
        follow(apps, moves.items())


@pytest.mark.django_db
@pytest.mark.parametrize("before", OLD_PATHS)
def test_a_task_that_waited_under_an_old_path_is_found_under_the_new_one(before):
    waiting = make_for.enqueue(1)
    DBTaskResult.objects.filter(pk=waiting.id).update(task_path=before)
    upgrade()
    row = DBTaskResult.objects.get(pk=waiting.id)
    assert row.task_path in TASKS
    assert import_string(row.task_path).module_path == row.task_path
    assert row.task.func is import_string(row.task_path).func


def test_every_task_has_its_name_and_nothing_else_has_one():
    assert all(import_string(path).module_path == path for path in TASKS)
