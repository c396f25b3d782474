"""Comments and votes of visitors on an article."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from feedback.models import Answer
from tests.factories import make_article
from tests.feedback.factories import LATER, path_for, press, say, token_in

pytestmark = pytest.mark.django_db


def test_a_yes_counts_at_once_and_is_answered_by_a_page_that_asks_for_more(client, article) -> None:
    response = press(client, article)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    answer = Answer.objects.get()
    assert (answer.helpful, answer.status, answer.message) == (True, "wordless", "")
    assert 'name="message"' in response.content.decode()


def test_only_a_no_is_asked_for_its_reason(client, article) -> None:
    assert 'name="reason"' not in press(client, article, "yes").content.decode()
    assert 'name="reason"' in press(client, article, "no").content.decode()


def test_words_join_the_answer_and_wait(client, article, traveller) -> None:
    response = say(
        client, article, traveller, "Too short.\r\nReally.", helpful="no", name="Ann", email="ann@example.com",
        reason=["shallow", "unclear"],
    )  # fmt: skip
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    answer = Answer.objects.get()
    assert answer.message == "Too short.\nReally."
    assert (answer.name, answer.email) == ("Ann", "ann@example.com")
    assert answer.reasons == ["shallow", "unclear"]
    assert (answer.helpful, answer.status) == (False, "waiting")


def test_the_second_form_works_without_repeating_the_yes_or_no(client, article, traveller) -> None:
    token = token_in(press(client, article, "no"))
    traveller.shift(LATER)
    assert client.post(path_for(article), {"token": token, "message": "Why?"}).status_code == 303
    assert Answer.objects.get().helpful is False


def test_sending_the_second_form_empty_is_fine(client, article, traveller) -> None:
    assert "Thanks, noted." in say(client, article, traveller, "").content.decode()
    assert Answer.objects.get().status == "wordless"


def test_sending_the_second_form_twice_keeps_one_answer(client, article, traveller) -> None:
    token = token_in(press(client, article))
    traveller.shift(LATER)
    for _ in range(2):
        sent = {"token": token, "helpful": "yes", "message": "The same words."}
        assert client.post(path_for(article), sent).status_code == 303
    assert Answer.objects.count() == 1


def test_other_words_of_the_same_visitor_are_a_further_answer_and_change_nothing(client, article, traveller) -> None:
    say(client, article, traveller, "First words.")
    say(client, article, traveller, "Second words.")
    assert sorted(Answer.objects.values_list("message", flat=True)) == ["First words.", "Second words."]
    assert Answer.objects.exclude(visitor=None).count() == 1


@pytest.mark.parametrize("value", ["0", "6", "-1", "1e9", "NaN", "5;x", "[]", "", "YES", "yes\0"])
def test_anything_but_yes_or_no_is_refused_in_words(client, article, value) -> None:
    """F07: an unknown value → 400, and no count changes."""
    response = press(client, article, value)
    assert response.status_code == 400
    assert "Choose “Yes” or “Not really”." in response.content.decode()
    assert not Answer.objects.exists()


def test_a_body_that_is_no_form_is_refused(client, article) -> None:
    """F07: JSON is no vote."""
    assert client.post(path_for(article), {"helpful": "yes"}, "application/json").status_code == 400
    assert not Answer.objects.exists()


def test_an_invalid_form_keeps_what_was_typed_and_stores_nothing_of_it(client, article, traveller) -> None:
    """F07: each field says what to change."""
    response = say(
        client, article, traveller, "Kept <b>words</b>", name="n" * 81, email="no address", reason=["unclear", "bogus"],
        helpful="no",
    )  # fmt: skip
    page = response.content.decode()
    assert response.status_code == 400
    for text in (
        "Kept &lt;b&gt;words&lt;/b&gt;", "n" * 81, "no address", "Your name can have at most 80 characters.",
        "Enter an email address like name@example.com", "Choose only reasons from this list.",
    ):  # fmt: skip
        assert text in page
    assert Answer.objects.get().message == ""


def test_the_corrected_form_goes_through_at_once(client, article, traveller) -> None:
    response = say(client, article, traveller, "Words", email="no address")
    sent = {"helpful": "yes", "token": token_in(response), "message": "Words", "email": "a@example.com"}
    assert client.post(path_for(article), sent).status_code == 303
    assert Answer.objects.get().status == "waiting"


def test_ten_thousand_characters_are_kept_whole_and_one_more_is_refused(client, article, traveller) -> None:
    """F10: 10,001 characters → 400. Exactly 10,000 → stored whole. Line breaks count once."""
    assert say(client, article, traveller, "x" * 10_001).status_code == 400
    assert Answer.objects.get().message == ""
    text = "ä" * 4_999 + "\r\n" + "𝒙" * 5_000
    assert say(client, article, traveller, text).status_code == 200
    assert Answer.objects.get().message == text.replace("\r\n", "\n")


def test_a_megabyte_is_too_large(client, article) -> None:
    """F10: 1 MB → 413, before anything of it is read as a form."""
    response = client.post(path_for(article), {"helpful": "yes", "message": "x" * 1_000_000})
    assert response.status_code == 413
    assert not Answer.objects.exists()


def test_a_nul_byte_is_refused_and_other_control_characters_are_dropped(client, article, traveller) -> None:
    assert say(client, article, traveller, "a\0b").status_code == 400
    assert say(client, article, traveller, "a\x07b\x1b[31mc").status_code == 200
    assert Answer.objects.get().message == "ab[31mc"


@pytest.mark.parametrize("state", ["draft", "future", "withdrawn", "closed", "missing"])
def test_only_an_open_article_takes_answers(client, state) -> None:
    """F05: POST to a draft, future, unpublished, closed or unknown article → 404."""
    tomorrow = timezone.now() + dt.timedelta(days=1)
    published = {"draft": None, "future": tomorrow}.get(state, True)
    article = make_article(published=published, article={"takes_feedback": state != "closed"})
    if state == "withdrawn":
        article.unpublish()
    if state == "missing":
        article.slug = "nowhere"
    assert press(client, article).status_code == 404
    assert not Answer.objects.exists()


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch", "options"])
def test_only_post_answers(client, article, method) -> None:
    assert getattr(client, method)(path_for(article) + "?helpful=yes").status_code == 405
    assert not Answer.objects.exists()


@pytest.mark.parametrize("method", ["get", "options"])
def test_who_opens_the_forms_own_address_is_led_to_the_question(client, article, method) -> None:
    """H18: still 405, with the allowed methods."""
    response = getattr(client, method)(path_for(article))
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert f'<a href="{article.get_absolute_url()}#feedback">' in response.text
    assert "no-store" in response["Cache-Control"]


def test_the_address_of_a_form_tells_nothing_of_articles_that_are_not_out(client) -> None:
    """H18: a draft and an unknown article get the same page."""
    draft = make_article("Secret", slug="secret", published=None)
    pages = [client.get(address) for address in (path_for(draft), "/insights/nowhere/feedback/")]
    assert [page.status_code for page in pages] == [405, 405]
    assert pages[0].text == pages[1].text
    assert all(page["Allow"] == "POST" for page in pages)


def test_fields_that_are_not_offered_are_ignored(client, article, traveller) -> None:
    say(client, article, traveller, status="approved", approved_at="2026-01-01", is_staff="1", decided_by="1")
    assert Answer.objects.get().status == "waiting"
