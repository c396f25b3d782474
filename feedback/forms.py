"""The one public form of feedback: first yes or no, then words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from feedback import form_tokens, signals
from feedback.lookalike_names import resembles_staff, skeleton
from feedback.models import MESSAGE_MAX_LENGTH, NAME_MAX_LENGTH, Answer
from feedback.text_cleaning import clean_message, clean_name, fingerprint
from insights.models import Article
from insights.public.readers import Visitor
from insights.text.email_addresses import EmailAddressField

SAME_WORDS_A_DAY = 3
SHORT_WORDS = 20  # letters; so short a text may well be said by many, unless it holds an address


class SameWords(Exception):
    """The same words came in too often today."""


class WordsField(forms.CharField):
    """Many lines, or one name, cleaned before it is measured; NUL is refused."""

    def __init__(self, *, clean_with: Any, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.clean_with = clean_with

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        ProhibitNullCharactersValidator(message="Take out the characters that cannot be seen.")(text)
        return str(self.clean_with(text))


class AnswerForm(forms.Form):
    """What a visitor answers to `article`.

    `token` is the ticket of the answer page; `subject` is a trap for machines.
    """

    helpful = forms.ChoiceField(
        choices=[("yes", "Yes"), ("no", "No")],
        error_messages={"required": "Choose one of the two.", "invalid_choice": "Choose one of the two."},
    )
    reason = forms.MultipleChoiceField(
        choices=Answer.Reason.choices,
        required=False,
        error_messages={"invalid_choice": "Choose from the reasons that are offered."},
    )
    message = WordsField(
        clean_with=clean_message,
        max_length=MESSAGE_MAX_LENGTH,
        error_messages={"max_length": f"Shorten this to {MESSAGE_MAX_LENGTH:,} letters; it has %(show_value)d."},
    )
    name = WordsField(
        clean_with=clean_name,
        max_length=NAME_MAX_LENGTH,
        error_messages={"max_length": f"Shorten the name to {NAME_MAX_LENGTH} letters."},
    )
    email = EmailAddressField(
        required=False,
        max_length=254,
        error_messages={"invalid": "Write an address like name@example.com, or leave it out."},
    )
    token = forms.CharField(required=False)
    subject = forms.CharField(required=False)

    def __init__(self, data: QueryDict, *, article: Article, visitor: Visitor) -> None:
        self.article, self.visitor = article, visitor
        self.ticket: form_tokens.FormToken | None = None
        self.refusal: form_tokens.FormTokenRefused | None = None
        if self.has_more_text(data):
            try:
                self.ticket = form_tokens.read_form_token(data.get("token", ""), article)
            except form_tokens.FormTokenRefused as refused:
                self.refusal = refused
        if self.ticket and "helpful" not in data:
            data = data.copy()
            data["helpful"] = "yes" if self.ticket.helpful else "no"
        super().__init__(data)

    @staticmethod
    def has_more_text(data: QueryDict) -> bool:
        """Whether this is the second step: the answer page's form, or words in any case."""
        return any(
            value.strip()
            for name in ("token", "reason", "message", "name", "email", "subject")
            for value in data.getlist(name)
        )

    def clean(self) -> dict[str, Any]:
        if self.refusal and not self.is_trapped:
            raise forms.ValidationError(str(self.refusal))
        return self.cleaned_data

    @property
    def is_trapped(self) -> bool:
        """Whether a machine filled the field that nobody sees."""
        return bool(self.data.get("subject", "").strip())

    @property
    def is_helpful(self) -> bool:
        return self.data.get("helpful") == "yes"

    def new_token(self) -> str:
        """The ticket for the page that shows this form next: the one sent, while that is good, or a new one."""
        if self.ticket or (self.refusal and self.refusal.is_early):
            return str(self.data["token"])
        return form_tokens.issue_form_token(self.article, self.visitor.key, self.is_helpful)

    @transaction.atomic
    def save(self) -> None:
        """Store the vote, which counts at once, and the comment for a moderator. Raises SameWords, and stores nothing.

        A vote beyond the network's cap is not stored; a comment with it is, and its vote does not count.
        """
        key = self.ticket.visitor if self.ticket else b""  # empty when the page came before today's first visitor
        visitor = replace(self.visitor, key=key) if key else self.visitor
        helpful = self.cleaned_data["helpful"] == "yes"
        answer, has_changed = Answer.objects.answer(self.article, visitor, helpful)
        if self.ticket and answer is None and self.cleaned_data["message"]:
            answer = Answer.objects.uncounted(self.article, visitor, helpful)
        if self.ticket and answer is not None:
            self._add_words(answer)
            has_changed = True
        if has_changed:
            signals.answers_changed.send(sender=Answer, article=self.article)

    def _add_words(self, answer: Answer) -> None:
        """Words join the visitor's own answer while it has none; after that they are a further one, never a change."""
        Answer.objects.select_for_update().get(pk=answer.pk)  # a form sent twice at once waits for itself here
        message, now = self.cleaned_data["message"], timezone.now()
        mine = Answer.objects.filter(pk=answer.pk, message="").undecided()
        words = {"reasons": self.cleaned_data["reason"], "email": self.cleaned_data["email"], "changed_at": now}
        if not message:
            if words["reasons"]:
                mine.update(**words)
            return
        key = fingerprint(message)
        day_ago = now - dt.timedelta(days=1)
        if (
            Answer.objects.filter(article=self.article, message=message)
            .saying(key, day_ago)
            .filter(Q(pk=answer.pk) | Q(visitor__isnull=True))
            .exists()
        ):
            return  # the same form, sent twice
        if _is_worth_counting(message) and Answer.objects.saying(key, day_ago).count() >= SAME_WORDS_A_DAY:
            raise SameWords
        name = self.cleaned_data["name"]
        words |= {
            "message": message,
            "fingerprint": key,
            "name": name,
            "name_key": skeleton(name)[: 2 * NAME_MAX_LENGTH],
            "resembles_staff": resembles_staff(name),
        }
        if not mine.update(**words):
            Answer.objects.create(article=self.article, helpful=answer.helpful, answered_at=now, **words)


def _is_worth_counting(message: str) -> bool:
    return len(message) >= SHORT_WORDS or "://" in message or "www." in message.lower()
