"""Demo comments under marked names; an article with any answer is skipped, so moderators' decisions stay."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from feedback.lookalike_names import resembles_staff, skeleton
from feedback.models import Answer
from feedback.text_cleaning import fingerprint
from insights.demo.identity import demo_identity
from insights.models import Article

NAMESPACE = uuid.UUID("5d0f2f0b-6a8e-5c34-8a57-3f0f8f3b9a21")


@dataclass(frozen=True, slots=True)
class Said:
    """One demo comment with its vote, `hours` after the article; approved unless it `waits`."""

    name: str
    hours: int
    message: str
    helpful: bool = True
    reasons: list[str] = field(default_factory=list)
    waits: bool = False


SAID: dict[str, list[Said]] = {
    "china-ai-9-22-trillion-tokens": [
        Said(
            "Demo reader",
            5,
            "The line about what a token count measures stayed with me: how much was read and written, not how much "
            "was understood. I had taken such totals for a ranking.",
        ),
        Said(
            "Another demo reader",
            21,
            "Helpful. A follow-up on how to estimate the tokens of one's own business would be welcome; the stream of "
            "290,000 a second is hard to scale down to an office of six.",
        ),
        Said(
            "Demo reader, shop owner",
            30,
            "I came for the big number and left with the small one: the cost of a single reply.\n\n"
            "We answer about forty emails a day with a model, and I had never asked how many of them are done twice.",
        ),
        Said(
            "Demo reader, student",
            47,
            "Clear until the table. “If spread over one year, as an example” needs a second look before one sees that "
            "the year is assumed and not reported. Perhaps say so in the text above it.",
            helpful=False,
            reasons=["unclear"],
        ),
        Said(
            "Demo reader, data center technician",
            76,
            "Building for the worst hour of the day is exactly it. From the outside, everybody counts tokens; from the "
            "inside, we count the hour when all of them arrive.",
        ),
        Said(
            "A third demo reader",
            122,
            "Good to read something on this that neither cheers nor warns. The four drivers could each be an article.",
        ),
        Said(
            "Demo reader, accountant",
            190,
            "One question: does the total count what the model writes to itself while it plans, or only what the user "
            "gets to see? The bill at our firm says the former.",
            waits=True,
        ),
        Said(
            "One more demo reader",
            214,
            "Too short on the infrastructure. Networks and data centers get one line, and they are half of the story.",
            helpful=False,
            reasons=["shallow"],
            waits=True,
        ),
    ],
    "what-a-token-is": [
        Said(
            "Demo reader, translator",
            9,
            "At last an explanation of why the same text costs more in one of my languages than in the other. I ran "
            "the rule of thumb over last month's work, and it was off by less than a tenth.",
        ),
        Said("Demo reader", 33, "The ten lines of Python did more for me than any drawing of a tokenizer so far."),
        Said(
            "Another demo reader",
            80,
            "A word on how pictures are counted would round it off.",
            helpful=False,
            reasons=["shallow"],
        ),
    ],
    "how-to-read-a-model-card": [
        Said(
            "Demo reader, librarian",
            26,
            "“Start at the end” is how we teach people to read a study, too. The form with the keys now hangs beside "
            "my screen.",
        ),
        Said(
            "Demo reader",
            51,
            "We compared two candidates this way. The one with the better scores had the longer list under “not "
            "stated”, and we took the other.",
        ),
        Said(
            "Another demo reader",
            120,
            "Could you show one complete card, with the weak sentences marked? Made up is fine.",
            waits=True,
        ),
    ],
    "five-questions-before-you-buy": [
        Said(
            "Demo reader, dentist's office",
            12,
            "I put the five questions to a vendor in this order. The second one, how do we leave, ended the call.",
        ),
        Said(
            "Demo reader, shop owner",
            40,
            "The table with the best month is worth the whole page. Success was not in our sum.",
        ),
        Said(
            "Another demo reader",
            95,
            "Question five reads as if everybody had a phone number to call. Most of us only get a form.",
            helpful=False,
            reasons=["wrong"],
        ),
    ],
    "why-models-make-things-up": [
        Said(
            "Demo reader, teacher",
            18,
            "I used the two invented students in class. It took them a minute to see that they are graded like the "
            "guesser.",
        ),
        Said(
            "Demo reader",
            64,
            "Asking twice in separate conversations works well for dates and badly for quotations, in my experience.",
        ),
    ],
}


@transaction.atomic
def load_demo_feedback(tell: Callable[[str], None]) -> None:
    added = 0
    for slug, said in SAID.items():
        article = Article.objects.filter(uid=demo_identity(slug), published_at__isnull=False).first()
        if article and not article.answers.exists():
            added += len(Answer.objects.bulk_create(_answer(article, slug, entry) for entry in said))
    tell(f"Demo comments added: {added}." if added else "The demo comments are already loaded.")


def _answer(article: Article, slug: str, said: Said) -> Answer:
    assert article.published_at is not None
    uid = uuid.uuid5(NAMESPACE, f"{slug} {said.hours}")
    answered_at = min(article.published_at + dt.timedelta(hours=said.hours), timezone.now())
    return Answer(
        uid=uid,
        article=article,
        visitor=hashlib.sha256(uid.bytes).digest()[:16],
        helpful=said.helpful,
        reasons=said.reasons,
        message=said.message,
        name=said.name,
        fingerprint=fingerprint(said.message),
        name_key=skeleton(said.name),
        resembles_staff=resembles_staff(said.name),
        answered_at=answered_at,
        changed_at=answered_at,
        approved_at=None if said.waits else answered_at + dt.timedelta(hours=3),
    )
