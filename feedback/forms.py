"""Public feedback form in two steps: the vote, then the comment."""

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
SHORT_WORDS = 20  # characters; shorter texts are often the same by chance, unless they contain a URL


class SameWords(Exception):
    """The same comment was sent too often today."""


class WordsField(forms.CharField):
    """Text that is cleaned before its length is checked; NUL is rejected."""

    def __init__(self, *, clean_with: Any, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.clean_with = clean_with

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        ProhibitNullCharactersValidator(message="Remove the invisible characters, or type the text again.")(text)
        return str(self.clean_with(text))


class AnswerForm(forms.Form):
    """Vote and comment of a visitor; `token` is from the answer page, `subject` is a honeypot for bots."""

    helpful = forms.ChoiceField(
        choices=[("yes", "Yes"), ("no", "No")],
        error_messages={"required": "Choose “Yes” or “Not really”.", "invalid_choice": "Choose “Yes” or “Not really”."},
    )
    reason = forms.MultipleChoiceField(
        choices=Answer.Reason.choices,
        required=False,
        error_messages={"invalid_choice": "Choose only reasons from this list."},
    )
    message = WordsField(
        clean_with=clean_message,
        max_length=MESSAGE_MAX_LENGTH,
        error_messages={"max_length": f"Use at most {MESSAGE_MAX_LENGTH:,} characters; you wrote %(show_value)d."},
    )
    name = WordsField(
        clean_with=clean_name,
        max_length=NAME_MAX_LENGTH,
        error_messages={"max_length": f"Your name can have at most {NAME_MAX_LENGTH} characters."},
    )
    email = EmailAddressField(
        required=False,
        max_length=254,
        error_messages={"invalid": "Enter an email address like name@example.com, or leave this field empty."},
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
        """Return whether this is the second step: the answer page's form, or any text."""
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
        return bool(self.data.get("subject", "").strip())

    @property
    def is_helpful(self) -> bool:
        return self.data.get("helpful") == "yes"

    def new_token(self) -> str:
        """Return the token for the next page: the one sent if it is still usable, or a new one."""
        if self.ticket or (self.refusal and self.refusal.is_early):
            return str(self.data["token"])
        return form_tokens.issue_form_token(self.article, self.visitor.key, self.is_helpful)

    @transaction.atomic
    def save(self) -> None:
        """Store vote and comment, or raise SameWords. A vote beyond the cap is stored only with a comment."""
        key = self.ticket.visitor if self.ticket else b""  # empty if the page came before today's first visitor
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
        """Add the comment to the visitor's answer if it has none; else store a further answer."""
        Answer.objects.select_for_update().get(pk=answer.pk)  # lock: serializes a form that is sent twice at once
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
