"""Saving: the text is read before the transaction, so the write lock is held for a short time."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection

from tests.factories import make_article, make_user
from tests.html_forms import form_values

HOSTILE = {"emphasis": "_a_" * 60_000, "brackets": "![" * 90_000, "footnotes": "[^a]: b\n" * 12_000}


class LockedTime:
    """CPU seconds between the first and the last statement of a transaction."""

    def __init__(self) -> None:
        self.stamps: list[float] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if connection.in_atomic_block:
            self.stamps.append(time.process_time())
        return execute(sql, params, many, context)

    @property
    def seconds(self) -> float:
        return self.stamps[-1] - self.stamps[0] if self.stamps else 0.0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_costly_text_is_refused_before_the_lock_is_taken(client, body):
    """E2, E4: most of the work on a refused text is done while others may write."""
    client.force_login(make_user("Editor"))
    article = make_article("The model card", published=None)
    url = f"/admin/insights/article/{article.pk}/change/"
    form = form_values(client.get(url).content.decode(), "article_form") | {"body": body, "_save": "1"}
    watch, began = LockedTime(), time.process_time()
    with connection.execute_wrapper(watch):
        answer = client.post(url, form)
    total = time.process_time() - began
    assert answer.status_code == 400
    assert watch.seconds < max(0.4, total * 0.75), f"{watch.seconds:.2f} s of {total:.2f} s under the lock"
