"""The demo's comments: marked as such, waiting and approved, and added once."""

from __future__ import annotations

import pytest
from django.utils import timezone

from feedback.demo import SAID, load_demo_feedback
from feedback.display import read_comments
from feedback.models import Answer
from insights.demo.identity import demo_identity
from tests.factories import make_article
from tests.feedback.factories import make_answer

pytestmark = pytest.mark.django_db
LEAD = "china-ai-9-22-trillion-tokens"


def make_demo_articles() -> None:
    for slug in SAID:
        make_article(slug=slug, article={"uid": demo_identity(slug)})


def test_the_lead_has_at_least_five_approved_and_two_waiting_answers() -> None:
    make_demo_articles()
    load_demo_feedback(lambda line: None)
    lead = Answer.objects.filter(article__slug=LEAD)
    assert lead.approved().count() >= 5
    assert lead.waiting().count() >= 2
    assert len(SAID) >= 5
    comments = read_comments(lead[0].article)
    assert 0 < comments.helpful < comments.counted == lead.count()


def test_every_name_says_that_it_is_made_up() -> None:
    make_demo_articles()
    load_demo_feedback(lambda line: None)
    assert all("demo reader" in name.lower() for name in Answer.objects.values_list("name", flat=True))
    assert not Answer.objects.filter(resembles_staff=True).exists()
    assert not Answer.objects.filter(answered_at__gt=timezone.now()).exists()


def test_a_second_load_adds_nothing_and_undoes_no_decision() -> None:
    make_demo_articles()
    lines: list[str] = []
    load_demo_feedback(lines.append)
    Answer.objects.waiting().update(rejected_at=timezone.now())
    before = list(Answer.objects.order_by("pk").values_list("pk", "status"))
    load_demo_feedback(lines.append)
    assert list(Answer.objects.order_by("pk").values_list("pk", "status")) == before
    assert lines == [f"Demo comments added: {len(before)}.", "The demo comments are already loaded."]


def test_an_article_that_is_not_from_the_demo_gets_none() -> None:
    make_article(slug=LEAD)
    answered = make_article(slug="what-a-token-is", article={"uid": demo_identity("what-a-token-is")})
    make_answer(answered)
    load_demo_feedback(lambda line: None)
    assert Answer.objects.count() == 1
