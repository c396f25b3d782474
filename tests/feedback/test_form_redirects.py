"""Redirects after a reader's form: to a page that can be reloaded, without losing typed text."""

from __future__ import annotations

import datetime as dt

import pytest

from feedback.models import Answer
from insights.models import ReaderSalt
from tests.factories import make_article
from tests.feedback.factories import LATER, path_for, press, token_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("helpful", ["yes", "no"])
def test_a_vote_leads_to_a_page_with_the_second_form(client, article, helpful) -> None:
    """Fault B4: 303 to a URL without the visitor's data. The page there has a ticket of its own."""
    answer = client.post(path_for(article), {"helpful": helpful})
    assert (answer.status_code, answer["Location"]) == (303, f"{path_for(article)}{helpful}/")
    assert "no-store" in answer["Cache-Control"]
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert "Thanks, noted." in page.text
    assert f'name="helpful" value="{helpful}"' in page.text
    assert not page.cookies
    assert 'content="noindex"' in page.text


@pytest.mark.parametrize(("message", "outcome"), [("Some words.", "waiting"), ("", "noted")])
def test_the_second_form_leads_to_a_page_that_thanks(client, article, traveller, message, outcome) -> None:
    """Fault B4: reloading that page sends nothing again."""
    token = token_in(press(client, article))
    traveller.shift(LATER)
    answer = client.post(path_for(article), {"helpful": "yes", "token": token, "message": message})
    assert (answer.status_code, answer["Location"]) == (303, f"{path_for(article)}{outcome}/")
    pages = [client.get(answer["Location"]) for _ in range(3)]
    assert {page.status_code for page in pages} == {200}
    assert len({page.content for page in pages}) == 1
    assert ("waiting for approval" in pages[0].text) == bool(message)
    assert Answer.objects.count() == 1


def test_the_trap_leads_where_words_lead(client, article) -> None:
    """Fault B4: a bot learns nothing from the redirect."""
    answer = client.post(path_for(article), {"helpful": "yes", "message": "Buy", "subject": "x"})
    assert (answer.status_code, answer["Location"]) == (303, f"{path_for(article)}waiting/")
    assert not Answer.objects.exists()


def test_the_pages_after_a_form_are_those_of_an_open_article(client, article) -> None:
    """Fault B4: another last part, a draft, a closed and an unpublished article answer 404.

    Nothing is written on GET.
    """
    draft, closed = make_article("Draft", published=None), make_article("Closed", article={"takes_feedback": False})
    unpublished = make_article("Withdrawn")
    unpublished.unpublish()
    for row in (draft, closed, unpublished):
        for outcome in ("yes", "no", "noted", "waiting"):
            assert client.get(f"{path_for(row)}{outcome}/").status_code == 404
    assert client.get(f"{path_for(article)}maybe/").status_code == 404
    assert client.post(f"{path_for(article)}yes/").status_code == 405
    assert client.get(f"{path_for(article)}yes/").status_code == 200
    assert not ReaderSalt.objects.exists()


def test_a_form_that_was_opened_before_the_days_first_visitor_belongs_to_who_sends_it(
    client, article, traveller
) -> None:
    """Fault B4: the page knows no visitor yet. The vote and the comment of its form are one row."""
    token = token_in(client.get(f"{path_for(article)}no/"))
    traveller.shift(LATER)
    client.post(path_for(article), {"helpful": "no"})
    client.post(path_for(article), {"helpful": "no", "token": token, "message": "Why?"})
    assert [(row.helpful, row.message) for row in Answer.objects.all()] == [(False, "Why?")]


TYPED = {"message": "First line.\r\n<b>Second</b> line.", "name": "Ann & Bo", "email": "ann@example.com"}


@pytest.mark.parametrize("wait", [0.0, 0.4, 2.0])
def test_words_that_were_sent_at_once_stand_in_the_page_with_a_button(client, article, traveller, wait) -> None:
    """Fault F8: a browser that fills forms is quick. Every typed field comes back, and one press sends it."""
    token = token_in(press(client, article, "no"))
    traveller.shift(dt.timedelta(seconds=wait))
    sent = {"helpful": "no", "token": token, "reason": ["unclear", "shallow"], **TYPED}
    page = client.post(path_for(article), sent)
    assert page.status_code == 400
    assert "That was very fast. Please press “Send feedback” again." in page.text
    for text in ("First line.\r\n&lt;b&gt;Second&lt;/b&gt; line.", 'value="Ann &amp; Bo"', 'value="ann@example.com"'):
        assert text in page.text
    assert page.text.count(" checked>") == 2
    assert "<button>Send feedback</button>" in page.text
    assert token_in(page) == token
    traveller.shift(LATER)
    assert client.post(path_for(article), sent | {"token": token_in(page)}).status_code == 303
    answer = Answer.objects.get()
    assert (answer.message, answer.name, answer.reasons) == (
        "First line.\n<b>Second</b> line.", "Ann & Bo", ["unclear", "shallow"],
    )  # fmt: skip
