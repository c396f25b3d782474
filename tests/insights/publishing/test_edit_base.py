"""Row lock of an article that is being saved: a write that only references its key does not wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from insights.models import ReadNext
from insights.publishing.edit_base import lock
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def name_as_neighbor(article: int, other: int) -> None:
    """Run the worker's task while an editor saves. Fails where it would have to wait."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
    ReadNext.objects.create(article_id=article, other_id=other, score=1, shared="author")
    connection.close()


def test_neighbors_are_stored_while_an_editor_saves():
    """D01: on PostgreSQL neither waits for the other, so none of them fails. SQLite has one writer at a time."""
    article, other, user = make_article(), make_article(), make_user("Editor")
    with transaction.atomic():
        assert lock(article.pk, user) == article
        if connection.features.has_select_for_update:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(name_as_neighbor, article.pk, other.pk).result()
        else:
            ReadNext.objects.create(article_id=article.pk, other_id=other.pk, score=1, shared="author")
    assert ReadNext.objects.get().article == article
