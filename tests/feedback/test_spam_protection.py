"""Local protection against spam bots."""

from __future__ import annotations

import datetime as dt

import pytest

from feedback import form_tokens, forms
from feedback.models import Answer
from tests.factories import make_article
from tests.feedback.factories import LATER, path_for, press, say, token_in

pytestmark = pytest.mark.django_db


def test_words_without_the_answer_page_are_shown_once_more_and_not_kept(client, article) -> None:
    response = client.post(path_for(article), {"helpful": "no", "message": "Typed by no hand"})
    assert response.status_code == 400
    assert "Typed by no hand" in response.content.decode()
    assert not Answer.objects.exists()


def test_what_was_kept_through_that_page_goes_through(client, article, traveller) -> None:
    token = token_in(client.post(path_for(article), {"helpful": "no", "message": "Words"}))
    traveller.shift(LATER)
    client.post(path_for(article), {"helpful": "no", "token": token, "message": "Words"})
    assert Answer.objects.get().status == "waiting"


def test_a_form_sent_too_quickly_can_be_sent_again_a_little_later(client, article, traveller) -> None:
    sent = {"helpful": "yes", "token": token_in(press(client, article)), "message": "Quick"}
    response = client.post(path_for(article), sent)
    assert response.status_code == 400
    assert "That was very fast." in response.content.decode()
    assert token_in(response) == sent["token"]
    assert Answer.objects.get().message == ""
    traveller.shift(dt.timedelta(seconds=form_tokens.MIN_SECONDS + 1))
    assert client.post(path_for(article), sent).status_code == 303


def test_a_form_that_was_kept_for_more_than_a_day_is_asked_for_again(client, article, traveller) -> None:
    sent = {"helpful": "yes", "token": token_in(press(client, article)), "message": "Slow"}
    traveller.shift(dt.timedelta(seconds=form_tokens.MAX_SECONDS + 1))
    response = client.post(path_for(article), sent)
    assert response.status_code == 400
    assert "more than a day" in response.content.decode()
    traveller.shift(LATER)
    assert client.post(path_for(article), sent | {"token": token_in(response)}).status_code == 303


def test_words_written_over_midnight_join_their_answer(client, article, traveller) -> None:
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    traveller.move_to(tomorrow.replace(hour=23, minute=59, second=50))
    token = token_in(press(client, article))
    traveller.shift(dt.timedelta(minutes=2))
    client.post(path_for(article), {"helpful": "yes", "token": token, "message": "Late"})
    assert Answer.objects.get().message == "Late"


@pytest.mark.parametrize("token", ["x", "a:b:c", "💥", "0" * 5000])
def test_a_token_that_is_not_ours_is_refused(client, article, token) -> None:
    response = client.post(path_for(article), {"helpful": "yes", "token": token, "message": "Words"})
    assert response.status_code == 400
    assert not Answer.objects.exists()


def test_a_changed_token_or_one_of_another_article_is_refused(client, article, traveller) -> None:
    other = make_article("Another")
    token = token_in(press(client, article))
    traveller.shift(LATER)
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    for target, text in [(article, changed), (other, token)]:
        response = client.post(path_for(target), {"helpful": "yes", "token": text, "message": "Words"})
        assert response.status_code == 400
    assert not Answer.objects.exclude(message="").exists()


def test_what_a_machine_writes_into_the_hidden_field_is_thanked_for_and_dropped(client, article, traveller) -> None:
    human = say(client, article, traveller, "Human words")
    before = Answer.objects.count()
    machine = say(client, article, traveller, "Machine words", subject="Offer", REMOTE_ADDR="192.0.2.77")
    assert machine.status_code == 200
    assert machine.content == human.content
    assert Answer.objects.exclude(message="").count() == before


def test_the_hidden_field_cannot_be_reached_or_filled_by_habit(client, article) -> None:
    page = press(client, article).content.decode()
    assert 'name="subject" tabindex="-1" autocomplete="off"' in page


def test_the_same_words_are_taken_three_times_a_day(client, article, traveller) -> None:
    words = "Buy your tokens at a fair price, today only."
    for number, text in enumerate([words, words.upper(), words.replace(" ", "  ") + "\u200b", words]):
        response = say(client, article, traveller, text, REMOTE_ADDR=f"198.51.{number}.1")
        assert response.status_code == (200 if number < forms.SAME_WORDS_A_DAY else 429)
    assert "Retry-After" in response
    assert words in response.content.decode()
    assert Answer.objects.waiting().count() == forms.SAME_WORDS_A_DAY
    traveller.shift(dt.timedelta(days=1, hours=1))
    assert say(client, article, traveller, words, REMOTE_ADDR="198.51.9.1").status_code == 200


def test_short_words_may_be_said_by_many(client, article, traveller) -> None:
    for number in range(6):
        assert say(client, article, traveller, "Thank you!", REMOTE_ADDR=f"198.51.{number}.1").status_code == 200


def test_the_sixth_comment_a_minute_from_one_network_waits(client, article, traveller) -> None:
    """F11: six comments a minute from one IP address → the 6th gets 429, and nothing of it is stored."""
    for number in range(6):
        response = say(client, article, traveller, f"Comment {number}")
        assert response.status_code == (200 if number < 5 else 429)
    assert 0 < int(response["Retry-After"]) <= 60
    assert Answer.objects.waiting().count() == 5
    assert say(client, article, traveller, "Next door", REMOTE_ADDR="192.0.2.9").status_code == 200
    traveller.shift(dt.timedelta(minutes=1))
    assert say(client, article, traveller, "Later").status_code == 200


def test_an_answer_sent_by_another_site_is_refused(client, article) -> None:
    """F11: a cross-site POST → 403."""
    for headers in ({"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_ORIGIN": "https://evil.example"}):
        assert press(client, article, **headers).status_code == 403
    assert not Answer.objects.exists()
