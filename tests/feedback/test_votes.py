"""A vote counts at once and stays counted, whatever happens to its comment."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from feedback.models import Answer
from feedback.moderation import decide_many, moderate
from tests.factories import make_user
from tests.feedback.factories import make_answer, press, say, vote_again

FIGURE = re.compile(r"(\d+) of (\d+) readers? found this helpful\.")


def figure(client: Client, article) -> tuple[int, int]:
    """Return the published figure: votes for helpful, and all."""
    found = FIGURE.search(client.get(article.get_absolute_url()).text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


@pytest.mark.django_db
class TestAnExplainedNo:
    def test_counts_at_once_and_stays_counted_when_its_comment_waits(self, client, article, traveller) -> None:
        """B1: “Not really”, then a comment → 0 of 1, before and after the comment."""
        assert "Thanks, noted." in press(client, article, "no").text
        assert figure(client, article) == (0, 1)
        thanks = say(client, article, traveller, "Not enough detail for me.", helpful="no")
        assert "Thanks. Your comment is waiting for approval." in thanks.text
        assert figure(client, article) == (0, 1)
        assert "Not enough detail" not in client.get(article.get_absolute_url()).text

    @pytest.mark.parametrize("helpful", ["yes", "no"])
    @pytest.mark.parametrize(
        ("decisions", "is_counted"),
        [
            (["reject"], True), (["approve"], True), (["spam"], False),
            (["approve", "reject"], True), (["reject", "approve"], True), (["spam", "reject"], True),
        ],
    )  # fmt: skip
    def test_stays_counted_unless_its_comment_is_spam(
        self, client, article, traveller, helpful, decisions, is_counted
    ) -> None:
        """B1: rejecting the comment keeps the vote. Spam removes it, until that is undone."""
        say(client, article, traveller, "Words of a reader.", helpful=helpful)
        moderator = make_user("Moderator")
        for decision in decisions:
            answer = Answer.objects.get()
            moderate(answer.pk, decision, seen=answer.changed_at, actor=moderator)
        assert figure(client, article) == ((int(helpful == "yes"), 1) if is_counted else (0, 0))

    @pytest.mark.parametrize("decision", ["", "approve", "reject"])
    def test_counts_with_its_new_value_when_the_visitor_changes_it(self, client, article, traveller, decision) -> None:
        """B1: no → yes → no counts the last value, whatever the moderation of the comment."""
        say(client, article, traveller, "Words of a reader.", helpful="no")
        if decision:
            answer = Answer.objects.get()
            moderate(answer.pk, decision, seen=answer.changed_at, actor=make_user("Moderator"))
        press(client, article, "yes")
        assert figure(client, article) == (1, 1)
        press(client, article, "no")
        assert figure(client, article) == (0, 1)

    def test_is_counted_once_however_many_comments_follow(self, client, article, traveller) -> None:
        """B1: further comments of the visitor are no further vote."""
        for number in range(3):
            say(client, article, traveller, f"Comment {number}.", helpful="no")
        assert Answer.objects.with_words().count() == 3
        assert figure(client, article) == (0, 1)

    def test_is_gone_when_an_administrator_deletes_it(self, client, article, traveller) -> None:
        """B1: a deleted comment removes its vote, as before."""
        say(client, article, traveller, "Words of a reader.", helpful="no")
        client.force_login(make_user(superuser=True))
        client.post(f"/admin/feedback/answer/{Answer.objects.get().pk}/delete/", {"post": "yes"})
        assert figure(Client(), article) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_vote_alone_is_neither_approved_nor_rejected(client, article, decision) -> None:
    """B1: there is no comment to moderate. A bulk action leaves it alone and says so."""
    answer = make_answer(article, "", helpful=False)
    moderator = make_user("Moderator")
    tally = decide_many([answer.pk], decision, seen={answer.pk: answer.changed_at}, actor=moderator)
    assert (tally.decided, tally.wordless) == (0, 1)
    assert figure(client, article) == (0, 1)
    client.force_login(moderator)
    sent = {"decision": decision, f"seen-{answer.pk}": answer.changed_at.isoformat()}
    response = client.post(f"/admin/feedback/answer/{answer.pk}/change/", sent)
    assert response.status_code == 400
    assert "It can only be marked as spam." in response.text


@pytest.mark.django_db
def test_a_moderator_is_shown_a_changed_vote_before_deciding(article) -> None:
    """B1, F12: the vote of a waiting comment changes → a decision on the earlier state is refused."""
    answer = make_answer(article, helpful=True)
    vote_again(answer, helpful=False)
    tally = decide_many([answer.pk], "approve", seen={answer.pk: answer.changed_at}, actor=make_user("Moderator"))
    assert (tally.decided, tally.changed) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_counts_the_votes_whose_comments_wait_or_were_rejected() -> None:
    """B1: rows of the previous version count from the migration on. It can be undone, and keeps every row."""
    module = "0002_votes_count_whatever_becomes_of_the_comment"
    assert import_module(f"feedback.migrations.{module}")
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate([("feedback", "0001_answers")])
    try:
        old = MigrationExecutor(connection).loader.project_state([("feedback", "0001_answers")]).apps
        article = old.get_model("insights", "Article").objects.create(slug="before")
        rows, now = old.get_model("feedback", "Answer").objects, timezone.now()
        for number, values in enumerate(
            [{}, {"message": "w"}, {"message": "r", "rejected_at": now}, {"message": "s", "spam_at": now},
             {"message": "a", "approved_at": now}, {"message": "further", "visitor": None}]
        ):  # fmt: skip
            rows.create(**{"article": article, "helpful": False, "visitor": bytes([number]) * 16, **values})
        counted = [row.message for row in rows.filter(counts=True).order_by("pk")]
        assert counted == ["", "a"]
    finally:
        MigrationExecutor(connection).migrate(latest)
    assert [row.message for row in Answer.objects.counted().order_by("pk")] == ["", "w", "r", "a"]
    assert Answer.objects.count() == 6
