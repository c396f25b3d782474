"""Factories for feedback, and a visitor's steps through the two forms."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from typing import Any

from django.test import Client
from django.utils import timezone

from feedback.lookalike_names import resembles_staff, skeleton
from feedback.models import Answer
from feedback.text_cleaning import fingerprint
from insights.models import Article
from insights.public.readers import Visitor, today

LATER = dt.timedelta(seconds=5)


def make_answer(article: Article, message: str = "Some words.", *, status: str = "waiting", **fields: Any) -> Answer:
    """Make a comment in the given state, or a vote alone (`message=""`)."""
    name = fields.get("name", "")
    dates = {f"{status}_at": timezone.now()} if status in {"approved", "rejected", "spam"} else {}
    return Answer.objects.create(
        **{
            "article": article,
            "helpful": True,
            "message": message,
            "visitor": secrets.token_bytes(16),
            "fingerprint": fingerprint(message),
            "name_key": skeleton(name),
            "resembles_staff": resembles_staff(name),
            **dates,
            **fields,
        }
    )


def vote_again(answer: Answer, helpful: bool) -> None:
    """Vote again as the visitor of `answer`, from the same browser."""
    Answer.objects.answer(answer.article, Visitor(today(), bytes(answer.visitor), ()), helpful)


def path_for(article: Article) -> str:
    return f"/insights/{article.slug}/feedback/"


def token_in(response: Any) -> str:
    match = re.search(r'name="token" value="([^"]+)"', response.content.decode())
    assert match, response.content.decode()
    return match[1]


def press(client: Client, article: Article, helpful: str = "yes", **headers: Any) -> Any:
    """Send the first form: yes or no. Returns the page that the redirect leads to."""
    return client.post(path_for(article), {"helpful": helpful}, follow=True, **headers)


def say(
    client: Client, article: Article, traveller: Any, message: str = "Some words.", *, helpful: str = "yes", **more: Any
) -> Any:
    """Send both forms, with the pause of a person who writes (`traveller`: time_machine's)."""
    headers = {name: more.pop(name) for name in list(more) if name.isupper()}
    token = token_in(press(client, article, helpful, **headers))
    traveller.shift(LATER)
    sent = {"helpful": helpful, "token": token, "message": message, **more}
    return client.post(path_for(article), sent, follow=True, **headers)
