"""Moderation of comments, from the queue and from a comment's own page."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from feedback import signals
from feedback.models import Answer
from insights.models import AuditEntry
from tests.factories import make_user
from tests.feedback.factories import make_answer, vote_again

pytestmark = pytest.mark.django_db
QUEUE = "/admin/feedback/answer/"


@pytest.fixture
def moderator(client: Client):
    user = make_user("Moderator")
    client.force_login(user)
    return user


def page_of(answer: Answer) -> str:
    return f"{QUEUE}{answer.pk}/change/"


def seen_on(client: Client, address: str) -> dict[str, str]:
    """Return the hidden values with the states that the page's form shows."""
    page = client.get(address).content.decode()
    return dict(re.findall(r'name="(seen-\d+)" value="([^"]+)"', page))


def audit_entries():
    """Return the audit entries about comments."""
    return AuditEntry.objects.filter(verb__regex="comment|feedback")


def decide(client: Client, answer: Answer, decision: str):
    return client.post(page_of(answer), {"decision": decision, **seen_on(client, page_of(answer))})


@pytest.mark.parametrize(
    ("decision", "status", "verb"),
    [
        ("approve", "approved", "approved a comment"),
        ("reject", "rejected", "rejected a comment"),
        ("spam", "spam", "marked feedback as spam"),
    ],
)
def test_a_decision_changes_the_state_and_is_written_down(client, moderator, article, decision, status, verb) -> None:
    answer = make_answer(article, "Secret words")
    assert decide(client, answer, decision).status_code == 302
    answer.refresh_from_db()
    assert answer.status == status
    assert answer.decided_by == moderator
    entry = AuditEntry.objects.get(verb=verb)
    assert (entry.actor, entry.subject, entry.details["answer"]) == (moderator, article.slug, str(answer.uid))
    assert "Secret" not in str(entry.details)


def test_a_decision_can_be_taken_back(client, moderator, article) -> None:
    answer = make_answer(article)
    for decision, status in [("spam", "spam"), ("approve", "approved"), ("reject", "rejected")]:
        decide(client, answer, decision)
        answer.refresh_from_db()
        assert answer.status == status
        assert sum(map(bool, (answer.approved_at, answer.rejected_at, answer.spam_at))) == 1


def test_following_a_moderation_link_changes_nothing(client, moderator, article) -> None:
    """F06: GET → changes nothing, whatever it asks for. POST by a moderator → approves."""
    answer = make_answer(article)
    for address in (page_of(answer), f"{page_of(answer)}?decision=approve", f"{QUEUE}?action=approve"):
        assert client.get(address).status_code in {200, 400}
        assert client.head(address).status_code in {200, 400}
    answer.refresh_from_db()
    assert answer.status == "waiting"
    decide(client, answer, "approve")
    answer.refresh_from_db()
    assert answer.status == "approved"


def test_what_changed_since_the_page_was_opened_is_not_decided(client, moderator, article) -> None:
    """F12: the comment changed, then approve → 409. The unseen state is not published."""
    answer = make_answer(article)
    seen = seen_on(client, page_of(answer))
    vote_again(answer, helpful=False)
    response = client.post(page_of(answer), {"decision": "approve", **seen})
    assert response.status_code == 409
    assert "changed after you opened it" in response.content.decode()
    answer.refresh_from_db()
    assert answer.status == "waiting"
    assert not audit_entries().exists()
    # The page with the notice shows the present state, and decides about that.
    seen = dict(re.findall(r'name="(seen-\d+)" value="([^"]+)"', response.content.decode()))
    assert client.post(page_of(answer), {"decision": "approve", **seen}).status_code == 302


def test_the_second_of_two_moderators_gets_a_notice(client, moderator, article) -> None:
    """F12: a decision by a colleague is a change too."""
    answer = make_answer(article)
    seen = seen_on(client, page_of(answer))
    decide(client, answer, "reject")
    assert client.post(page_of(answer), {"decision": "approve", **seen}).status_code == 409
    answer.refresh_from_db()
    assert answer.status == "rejected"


@pytest.mark.parametrize(
    "seen",
    [{}, {"seen": "x"}, {"seen": ""}, {"seen": "2026-13-45T00:00:00"}, {"seen": "2026-05-25T09:00:00"},
     {"seen": "0001-01-01T00:00:00+14:00"}, {"seen": "9999-12-31T23:59:59-14:00"}],
)  # fmt: skip
def test_a_decision_without_the_state_it_saw_is_not_taken(client, moderator, article, seen) -> None:
    answer = make_answer(article)
    sent = {f"seen-{answer.pk}": value for value in seen.values()}
    assert client.post(page_of(answer), {"decision": "approve", **sent}).status_code == 409
    answer.refresh_from_db()
    assert answer.status == "waiting"


def test_an_unknown_decision_is_refused(client, moderator, article) -> None:
    assert decide(client, make_answer(article), "publish").status_code == 400


@pytest.mark.parametrize("number", ["999999", "0", "x", "9" * 30])
def test_an_answer_that_does_not_exist_is_not_found(client, moderator, number) -> None:
    assert client.get(f"{QUEUE}{number}/change/").status_code == 404


def test_a_bare_yes_needs_no_approval_but_can_be_spam(client, moderator, article) -> None:
    answer = make_answer(article, "")
    assert decide(client, answer, "approve").status_code == 400
    assert decide(client, answer, "spam").status_code == 302
    answer.refresh_from_db()
    assert answer.status == "spam"


@pytest.mark.parametrize("decision", ["approve", "reject", "spam"])
def test_many_are_decided_at_once(client, moderator, article, decision) -> None:
    answers = [make_answer(article, f"Words {number}") for number in range(3)]
    sent = {
        "index": 0,
        "action": decision,
        "_selected_action": [answer.pk for answer in answers[:2]],
        **seen_on(client, QUEUE),
    }
    assert client.post(QUEUE, sent).status_code == 302
    left = list(Answer.objects.waiting())
    assert left == [answers[2]]
    assert audit_entries().count() == 2


def test_a_bulk_action_skips_and_names_comments_that_changed(client, moderator, article) -> None:
    """F12: also in bulk, an unseen text is not published."""
    answers = [make_answer(article, f"Words {number}") for number in range(2)]
    seen = seen_on(client, QUEUE)
    vote_again(answers[0], helpful=False)
    sent = {"index": 0, "action": "approve", "_selected_action": [answer.pk for answer in answers], **seen}
    page = client.post(QUEUE, sent, follow=True).content.decode()
    assert "Skipped (changed after you opened the list): 1. Check and decide again." in page
    assert list(Answer.objects.approved()) == [answers[1]]


def test_the_queue_shows_waiting_ones_first_and_how_many_there_are(client, moderator, article) -> None:
    make_answer(article, "Read already", status="approved")
    make_answer(article, "Unread", answered_at=timezone.now() - dt.timedelta(days=9))
    make_answer(article, "")
    page = client.get(QUEUE).content.decode()
    assert page.index("Unread") < page.index("Read already")
    for label in ("Waiting (1)", "Approved (1)", "Vote only (1)", "Spam (0)"):
        assert label in page


def test_the_queue_has_one_box_for_all_of_a_page_and_its_script(client, moderator, article) -> None:
    """A script shows it, since it does nothing without one. No script is in the page."""
    make_answer(article)
    page = client.get(QUEUE).text
    assert re.search(r'<p class="select-all" hidden><label><input type="checkbox" data-select-all> Select all 1 ', page)
    assert re.search(r'<script src="[^"]*feedback/moderation-queue[^"]*\.js" defer></script>', page)
    Answer.objects.all().delete()
    assert "data-select-all" not in client.get(QUEUE).text


def test_the_queue_costs_the_same_however_long_it_is(client, moderator, article, django_assert_max_num_queries) -> None:
    for number in range(12):
        make_answer(article, f"Words {number}", decided_by=moderator)
    with django_assert_max_num_queries(12):
        client.get(QUEUE)


def test_the_queue_shows_text_and_never_markup(client, moderator, article) -> None:
    """F01, F02: a visitor's input is text in the admin as well."""
    answer = make_answer(article, "<script>alert(1)</script>", name='"><b>', email="a'onx='1@example.com")
    for address in (QUEUE, page_of(answer)):
        page = client.get(address).content.decode()
        assert "<script>alert(1)" not in page
        assert '"><b>' not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_moderators_cannot_change_a_visitors_words(client, moderator, article) -> None:
    answer = make_answer(article, "As typed")
    sent = {"decision": "approve", "message": "Other", "name": "Other", **seen_on(client, page_of(answer))}
    client.post(page_of(answer), sent)
    answer.refresh_from_db()
    assert (answer.message, answer.name) == ("As typed", "")
    assert client.get(f"{QUEUE}add/").status_code == 403
    assert client.post(f"{QUEUE}{answer.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("role", ["Author", "Newsletter manager"])
def test_other_roles_have_no_business_here(client, article, role) -> None:
    client.force_login(make_user(role))
    answer = make_answer(article)
    for address in (QUEUE, page_of(answer)):
        assert client.get(address).status_code == 403
        assert client.post(address, {"decision": "approve"}).status_code == 403
    answer.refresh_from_db()
    assert answer.status == "waiting"


def test_no_decision_without_an_account_or_a_token(article) -> None:
    answer = make_answer(article)
    assert Client().post(page_of(answer), {"decision": "approve"}).status_code == 302
    staff = Client(enforce_csrf_checks=True)
    staff.force_login(make_user("Moderator"))
    assert staff.post(page_of(answer), {"decision": "approve"}).status_code == 403
    answer.refresh_from_db()
    assert answer.status == "waiting"


def test_every_decision_tells_the_house_that_the_article_changed(client, moderator, article) -> None:
    received = []

    def listen(article, **kwargs) -> None:
        received.append(article)

    signals.answers_changed.connect(listen)
    try:
        decide(client, make_answer(article), "approve")
    finally:
        signals.answers_changed.disconnect(listen)
    assert received == [article]


def test_after_a_decision_in_the_queue_its_filter_still_holds(client, moderator, article) -> None:
    answer = make_answer(article)
    page = client.get(f"{QUEUE}?state=waiting&q=words").content.decode()
    assert 'name="back" value="state=waiting&amp;q=words"' in page
    sent = {"decision": "approve", "back": "state=waiting&q=words", **seen_on(client, page_of(answer))}
    assert client.post(page_of(answer), sent)["Location"] == f"{QUEUE}?state=waiting&q=words"
    sent = {"decision": "reject", "back": "//evil.example", **seen_on(client, page_of(answer))}
    assert client.post(page_of(answer), sent)["Location"].startswith(QUEUE)


def test_who_may_only_look_finds_no_button_and_decides_nothing(client, article) -> None:
    user = make_user(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_answer"))
    client.force_login(user)
    answer = make_answer(article)
    for address in (QUEUE, page_of(answer)):
        page = client.get(address).content.decode()
        assert "Some words." in page
        assert 'value="approve"' not in page
    sent = {"decision": "approve", f"seen-{answer.pk}": answer.changed_at.isoformat()}
    assert client.post(page_of(answer), sent).status_code == 403
    answer.refresh_from_db()
    assert answer.status == "waiting"


@pytest.mark.parametrize(("query", "has_hint"), [("?state=waiting", True), ("?state=waiting&q=nothing", False)])
def test_an_empty_list_says_where_comments_come_from_but_a_search_does_not(client, moderator, query, has_hint) -> None:
    assert ("New comments appear here" in client.get(f"{QUEUE}{query}").text) is has_hint
