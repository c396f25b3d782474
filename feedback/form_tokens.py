"""The ticket in the form of the answer page: who got the page, for which article, when.

Signed, not stored. It makes a form worthless that nobody looked at (posted within `MIN_SECONDS`) or that was kept for
long, and ties words to one visitor's answer. It is no secret: the visitor in it is the keyed hash of the day.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.utils import timezone

from insights.models import Article

SALT = "feedback.answer.v1"
MIN_SECONDS = 3
EARLY = "That was very fast. Your words are still here: press “Send feedback” again."
MAX_SECONDS = 24 * 60 * 60


class FormTokenRefused(Exception):
    """The message is a sentence for the visitor; `is_early` says that the same ticket will do a little later."""

    def __init__(self, words: str, *, is_early: bool = False) -> None:
        super().__init__(words)
        self.is_early = is_early


@dataclass(frozen=True, slots=True)
class FormToken:
    """`visitor` is the key of who got the page, empty where it was not known."""

    visitor: bytes
    helpful: bool


def issue_form_token(article: Article, visitor: bytes, helpful: bool) -> str:
    """A ticket for the answer page that is being shown now."""
    return signing.dumps([article.pk, visitor.hex(), helpful, round(timezone.now().timestamp(), 3)], salt=SALT)


def read_form_token(text: str, article: Article) -> FormToken:
    """The ticket in `text`. Raises TicketRefused."""
    try:
        pk, visitor, helpful, made_at = signing.loads(text, salt=SALT)
        age = timezone.now().timestamp() - made_at
    except (signing.BadSignature, ValueError, TypeError):
        raise FormTokenRefused("Look over your words and send them once more.") from None
    if pk != article.pk:
        raise FormTokenRefused("This form belongs to another article. Send it once more to answer this one.")
    if age > MAX_SECONDS:
        raise FormTokenRefused("This page was open for more than a day. Send the form once more.")
    if age < MIN_SECONDS:
        raise FormTokenRefused(EARLY, is_early=True)
    return FormToken(bytes.fromhex(visitor), helpful)
