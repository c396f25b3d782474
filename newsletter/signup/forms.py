"""Sign-up form of the newsletter."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, cast

from django import forms
from django.core.validators import validate_slug
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from insights.models import Article, Step
from insights.public.networks import network_of
from newsletter.models import ConfirmationMail, Consent, MailAllowance, SignupNetwork, Subscriber, SuppressionKey
from newsletter.models.email_addresses import clean_address
from newsletter.models.wording import PROOF_FORM, shown_note
from newsletter.signup import confirmation_outbox

MAX_FIELD_LENGTH = 2000
_BREAK = re.compile(r"[\n\r\v\f\x00\x85\u2028\u2029]")


class TooManyAddresses(Exception):
    """The network has signed up its share; `wait` is the time until it may continue."""

    def __init__(self, wait: dt.timedelta) -> None:
        super().__init__("too many email addresses from one network")
        self.wait = wait


class SubscribeForm(forms.Form):
    """Sign-up form. All fields but the email address are optional; an invalid value is dropped without an error."""

    email = forms.CharField(required=False, strip=False)
    source = forms.CharField(required=False)
    article = forms.CharField(required=False)
    step = forms.CharField(required=False)
    wording = forms.CharField(required=False, strip=False)  # `wording.signed_note`
    website = forms.CharField(required=False)  # honeypot, hidden from people: only a bot fills it in

    def clean_email(self) -> str:
        return clean_address(self.cleaned_data["email"])

    def clean_source(self) -> str:
        """Return the path of the page with the form, without the query, which could be personal."""
        path: str = self.cleaned_data["source"].partition("?")[0].partition("#")[0]
        is_ours = path.startswith("/") and not path.startswith("//") and path.isprintable()
        return path[:200] if is_ours and "\\" not in path else ""

    def clean_article(self) -> str:
        return _slug(self.cleaned_data["article"], 80)

    def clean_step(self) -> str:
        return _slug(self.cleaned_data["step"], 60)

    def clean(self) -> dict[str, Any] | None:
        """Refuse long values and line breaks in any field, known or not: such a form tries to inject email headers."""
        values = [value for values in cast("QueryDict", self.data).lists() for value in values[1]]
        if any(len(value) > MAX_FIELD_LENGTH or _BREAK.search(value) for value in values):
            raise forms.ValidationError("This form has line breaks or too much text. Enter only your email address.")
        return super().clean()

    @property
    def is_trapped(self) -> bool:
        return bool(self.data.get("website"))

    @transaction.atomic
    def save(self, client: str) -> None:
        """Add the subscriber and queue the email, within the limits. Raises TooManyAddresses."""
        # The same steps for every email address: a difference would reveal who is subscribed.
        now, email = timezone.now(), self.cleaned_data["email"]
        address_hash = SuppressionKey.hash_address(email)
        wait = SignupNetwork.objects.admit(SuppressionKey.hash("network", network_of(client)), address_hash, now)
        if wait is not None:
            raise TooManyAddresses(wait)
        source = self._source()
        is_granted = MailAllowance.objects.grant(address_hash, now)
        subscriber = Subscriber.objects.enter(email)
        if is_granted:
            record_request(subscriber, source, shown_note(self.cleaned_data["wording"]))

    def _source(self) -> dict[str, Any]:
        slug, step_slug = self.cleaned_data["article"], self.cleaned_data["step"]
        article = Article.objects.published().filter(slug=slug).first() if slug else None
        version = article.live_version() if article else None
        return {
            "page": self.cleaned_data["source"],
            "article": article,
            "article_slug": slug,
            "article_title": version.title if version else "",
            "step": Step.objects.filter(slug=step_slug).first() if step_slug else None,
            "step_slug": step_slug,
        }


def record_request(subscriber: Subscriber, source: dict[str, Any], wording: str) -> None:
    if subscriber.status != Subscriber.Status.CONFIRMED:
        subscriber.consents.create(what=Consent.What.ASKED, wording=wording, proof=PROOF_FORM, **source)
    mail = ConfirmationMail.objects.queue(subscriber)
    if mail is not None:
        confirmation_outbox.enqueue(mail)


@transaction.atomic
def ask_again(subscriber: Subscriber) -> None:
    if MailAllowance.objects.grant(SuppressionKey.hash_address(subscriber.email), timezone.now()):
        asked = subscriber.consents.filter(what=Consent.What.ASKED).last()
        record_request(subscriber, asked.source if asked else {}, asked.wording if asked else shown_note(""))


def _slug(text: str, length: int) -> str:
    try:
        validate_slug(text)
    except forms.ValidationError:
        return ""
    return text if len(text) <= length else ""
