"""Comments and votes on an article's page."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from django.template import Context, Template
from django.utils import timezone

from feedback.display import SHOWN, read_comments
from feedback.models import Answer
from tests.factories import make_article, make_author, make_user
from tests.feedback.factories import make_answer, press, say

pytestmark = pytest.mark.django_db


def section(article) -> str:
    """Return the section as the article's page includes it."""
    template = Template("{% load feedback_tags %}{% feedback_section article %}")
    return template.render(Context({"article": article}))


def test_the_section_asks_one_question_with_two_buttons(article) -> None:
    page = section(article)
    assert "Community Feedback" in page
    assert page.count("<form") == 1
    assert f'action="/insights/{article.slug}/feedback/"' in page
    assert 'name="helpful" value="yes"' in page
    assert 'name="helpful" value="no"' in page
    assert "csrf" not in page


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_the_section_costs_one_query(article, django_assert_num_queries, rows) -> None:
    for number in range(rows):
        make_answer(article, f"Words {number}", status="approved")
        make_answer(article, "")
    with django_assert_num_queries(1):
        section(article)


def test_an_article_with_closed_comments_shows_comments_and_no_form(article) -> None:
    make_answer(article, "Said in time", status="approved")
    article.takes_feedback = False
    article.save(update_fields=["takes_feedback"])
    page = section(article)
    assert "Said in time" in page
    assert "<form" not in page


def test_words_are_absent_everywhere_until_approved(client, article, traveller) -> None:
    """F04: pending, rejected and spam comments are in no page, feed, Markdown, search or sitemap. Their votes count."""
    say(client, article, traveller, "Unread zebra words", name="Zebra")
    make_answer(article, "Rejected zebra words", status="rejected")
    make_answer(article, "Spam zebra words", status="spam")
    assert "zebra" not in section(article).lower()
    assert read_comments(article).counted == 2  # spam removes its vote, too
    assert read_comments(article).comments == ()
    for address in (
        "/", "/insights/", f"/insights/{article.slug}/", f"/insights/{article.slug}.md", "/insights/feed.xml",
        "/insights/feed.json", "/insights/search/?q=zebra", "/sitemap.xml", "/llms.txt",
        *(f"{address}{answer.pk}/" for answer in Answer.objects.all() for address in ("/feedback/", "/answers/")),
    ):  # fmt: skip
        response = client.get(address)
        assert response.status_code in {200, 404}
        assert "zebra words" not in response.content.decode().lower()


def test_each_vote_counts_at_once_and_approval_changes_no_figure(client, article) -> None:
    assert "No votes yet." in section(article)
    press(client, article, "yes", REMOTE_ADDR="192.0.2.1")
    assert "1 of 1 reader found this helpful." in section(article)
    press(client, article, "no", REMOTE_ADDR="192.0.2.2")
    make_answer(article, "Waiting")
    assert "2 of 3 readers found this helpful." in section(article)
    Answer.objects.waiting().update(approved_at=timezone.now())
    assert "2 of 3 readers found this helpful." in section(article)


def test_further_words_of_a_visitor_are_shown_and_not_counted_again(article) -> None:
    make_answer(article, "First", status="approved")
    make_answer(article, "Second", status="approved", visitor=None)
    comments = read_comments(article)
    assert (len(comments.comments), comments.counted) == (2, 1)


def test_answers_to_another_article_are_not_shown(article) -> None:
    make_answer(make_article(), "Elsewhere", status="approved")
    comments = read_comments(article)
    assert (comments.comments, comments.counted) == ((), 0)


def test_the_newest_are_shown_and_stand_last(article) -> None:
    start = timezone.now() - dt.timedelta(days=9)
    for number in range(SHOWN + 2):
        answered_at = start + dt.timedelta(minutes=number)
        make_answer(article, f"Words {number}", status="approved", answered_at=answered_at)
    shown = [comment.message for comment in read_comments(article).comments]
    assert shown == [f"Words {number}" for number in range(2, SHOWN + 2)]


def test_approved_words_are_text_whatever_they_look_like(client, article, traveller) -> None:
    """F01, F02, F03: markup and template code in comments and names are shown as typed, escaped."""
    words = "<script>alert(1)</script> {{ 7*7 }} {% debug %} javascript:alert(1)\nhttp://x/?'onmouseover='alert(1)'"
    say(client, article, traveller, words, name='"><b>Bob', email="bob@example.com")
    assert "alert" not in section(article)
    Answer.objects.update(approved_at=timezone.now())
    page = section(article)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} {% debug %}" in page
    assert "&quot;&gt;&lt;b&gt;Bob" in page
    assert "<script" not in page
    assert "<a " not in page
    assert "'onmouseover='" not in page
    assert "bob@example.com" not in page


def test_line_breaks_are_kept_and_empty_ones_are_bounded(client, article, traveller) -> None:
    say(client, article, traveller, "One\r\nTwo" + "\r\n" * 400 + "Three")
    assert Answer.objects.get().message == "One\nTwo\n\nThree"


def test_a_name_is_isolated_and_cannot_turn_the_line(client, article, traveller) -> None:
    """F13: U+202E in a name → the name is in a `bdi`, and the override is dropped."""
    say(client, article, traveller, name="abc\u202egnp.exe")
    Answer.objects.update(approved_at=timezone.now())
    assert "<bdi>abcgnp.exe</bdi>" in section(article)


def test_combining_marks_on_one_character_are_limited(client, article, traveller) -> None:
    """F13: 300 combining marks → few are kept, in the name and in the comment."""
    say(client, article, traveller, "Z" + "\u0301" * 300 + "algo", name="Z" + "\u0336" * 300 + "algo")
    answer = Answer.objects.get()
    for text in (answer.message, answer.name):
        assert sum(map(bool, map(unicodedata.combining, text))) <= 4
        assert unicodedata.normalize("NFD", text)[-4:] == "algo"


@pytest.mark.parametrize(
    "name",
    [
        "AI Scope Hub", "ai  scope hub", "A\u200bI Scope\u2060 Hub", "АI Ѕсоре Hub", "ＡＩ Ｓｃｏｐｅ Ｈｕｂ",
        "Al Scope Hub",
        "A\u0301I Scope Hub", "AI Scope Hub (Editor)", "Grace Desk", "\u202eGrace Desk", "grace.desk", "Gracе Dеsk",
    ],
)  # fmt: skip
def test_a_name_like_that_of_the_staff_is_marked(client, article, traveller, name) -> None:
    """F13: a name that looks like a byline's, an account's or the publication's → marked as not staff."""
    make_author("AI Scope Hub")
    make_user("Editor", name="Grace Desk")
    say(client, article, traveller, name=name)
    Answer.objects.update(approved_at=timezone.now())
    assert "reader, not staff" in section(article)


@pytest.mark.parametrize("name", ["", "Ann", "Demo reader", "Hub", "Grace", "张伟", "Zoë"])
def test_other_names_are_not_marked(client, article, traveller, name) -> None:
    make_author("AI Scope Hub")
    make_user("Editor", name="Grace Desk")
    make_user(name="Ann")  # an account that may not log in at the admin
    say(client, article, traveller, name=name)
    Answer.objects.update(approved_at=timezone.now())
    assert "reader, not staff" not in section(article)


def test_a_name_is_marked_once_a_staff_member_has_it(article) -> None:
    make_answer(article, status="approved", name="New Colleague")
    assert "not staff" not in section(article)
    make_author("New Colleague")
    assert "not staff" in section(article)


def test_an_invisible_name_is_none(client, article, traveller) -> None:
    say(client, article, traveller, name="\u200b\u2060 \u200d")
    Answer.objects.update(approved_at=timezone.now())
    assert "A reader" in section(article)
