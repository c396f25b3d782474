"""Signed token in the form of the answer page: article, visitor, vote and time.

It rejects forms sent within MIN_SECONDS or after MAX_SECONDS, and ties a comment to one visitor's vote. It is no
secret: its visitor is the keyed hash of the day.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.utils import timezone

from insights.models import Article

SALT = "feedback.answer.v1"
MIN_SECONDS = 3
EARLY = "That was very fast. Please press “Send feedback” again."
MAX_SECONDS = 24 * 60 * 60


class FormTokenRefused(Exception):
    """Rejected token, with a sentence for the visitor; `is_early`: it is valid a little later."""

    def __init__(self, words: str, *, is_early: bool = False) -> None:
        super().__init__(words)
        self.is_early = is_early


@dataclass(frozen=True, slots=True)
class FormToken:
    """Content of a valid token; `visitor` is the visitor's key, empty if it was not known."""

    visitor: bytes
    helpful: bool


def issue_form_token(article: Article, visitor: bytes, helpful: bool) -> str:
    return signing.dumps([article.pk, visitor.hex(), helpful, round(timezone.now().timestamp(), 3)], salt=SALT)


def read_form_token(text: str, article: Article) -> FormToken:
    """Return the token in `text`. Raise FormTokenRefused if it is invalid, early, late or misplaced."""
    try:
        pk, visitor, helpful, made_at = signing.loads(text, salt=SALT)
        age = timezone.now().timestamp() - made_at
    except (signing.BadSignature, ValueError, TypeError):
        raise FormTokenRefused("We could not check this form. Please press “Send feedback” again.") from None
    if pk != article.pk:
        raise FormTokenRefused("This form was for another article. Press “Send feedback” again to comment on this one.")
    if age > MAX_SECONDS:
        raise FormTokenRefused("This page was open for more than a day. Please press “Send feedback” again.")
    if age < MIN_SECONDS:
        raise FormTokenRefused(EARLY, is_early=True)
    return FormToken(bytes.fromhex(visitor), helpful)
