"""Periodic deletion by the worker, so that no table grows without limit."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.tasks import expiry
from newsletter.signup.confirmation_outbox import send_confirmation

pytestmark = pytest.mark.django_db

OLD = expiry.KEPT_FOR + dt.timedelta(minutes=1)


def make_task(status: TaskResultStatus, age: dt.timedelta) -> None:
    row = DBTaskResult.objects.filter(pk=send_confirmation.enqueue(0).id)
    row.update(status=status, finished_at=timezone.now() - age)


def make_session(key: str, left: dt.timedelta) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + left)


def test_a_task_that_went_well_goes_after_two_weeks_and_one_that_failed_stays():
    make_task(TaskResultStatus.SUCCESSFUL, OLD)
    make_task(TaskResultStatus.SUCCESSFUL, expiry.KEPT_FOR - dt.timedelta(minutes=1))
    make_task(TaskResultStatus.FAILED, OLD)
    send_confirmation.enqueue(0)
    expiry.remove_batch()
    left = DBTaskResult.objects.values_list("status", flat=True)
    assert sorted(left) == [TaskResultStatus.FAILED, TaskResultStatus.READY, TaskResultStatus.SUCCESSFUL]


def test_a_session_goes_when_it_is_over():
    make_session("over", -dt.timedelta(seconds=1))
    make_session("held", dt.timedelta(hours=1))
    expiry.remove_batch()
    assert [session.pk for session in Session.objects.all()] == ["held"]


def test_a_backlog_is_deleted_in_batches_and_then_left_alone_for_an_hour(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(expiry, "BATCH", 2)
    monkeypatch.setattr(expiry, "_next_look", 0.0)
    for number in range(3):
        make_session(f"over{number}", -dt.timedelta(seconds=1))
    expiry.delete_expired()
    assert Session.objects.count() == 1
    expiry.delete_expired()
    assert not Session.objects.exists()
    with django_assert_num_queries(0):
        expiry.delete_expired()
