"""Texts of the newsletter: from the site settings, without false promises, and copied into consents."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from insights.models import SiteSettings
from insights.models.site import NEWSLETTER_TEXT, SIGNUP_NOTE
from newsletter.models import Consent
from newsletter.models.wording import signed_note
from tests.factories import make_article, make_user
from tests.html_forms import form_values
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db

SETTINGS = "/admin/insights/sitesettings/1/change/"
OURS = {
    "newsletter_text": "Notes on <glass> & light, every second Friday.",
    "newsletter_label": "Every second Friday",
    "signup_note": "Two emails a month. Confirm first, leave whenever you like.",
}


def save_words(client, **words: str) -> None:
    client.force_login(make_user(superuser=True))
    typed = form_values(client.get(SETTINGS).text, "sitesettings_form")
    assert client.post(SETTINGS, {**typed, **words, "_save": "Save"}).status_code == 302
    client.logout()


def test_a_bare_site_has_the_words_it_had(client) -> None:
    """Fault B7: the defaults are the seed's."""
    page = client.get("/newsletter/").text
    for words in (NEWSLETTER_TEXT, "Once a week", SIGNUP_NOTE):
        assert f">{words}</p>" in page


def test_the_settings_hold_every_word_of_the_page(client) -> None:
    """Fault B7: lede, label and note come from the settings, on this page and under articles. No other text is left."""
    make_article("An article", slug="an-article")
    save_words(client, **OURS)
    page = client.get("/newsletter/").text
    assert "Notes on &lt;glass&gt; &amp; light, every second Friday.</p>" in page
    assert ">Every second Friday</p>" in page
    for path in ("/newsletter/", "/", "/insights/an-article/"):
        assert OURS["signup_note"] in client.get(path).text
        assert "six minutes" not in client.get(path).text
        assert SIGNUP_NOTE not in client.get(path).text


def test_text_and_label_can_be_empty_and_the_note_cannot(client) -> None:
    """Fault B7: a subscriber agrees to the note."""
    save_words(client, newsletter_text="", newsletter_label="")
    page = client.get("/newsletter/").text
    assert NEWSLETTER_TEXT not in page
    assert "Once a week" not in page
    client.force_login(make_user(superuser=True))
    typed = form_values(client.get(SETTINGS).text, "sitesettings_form")
    answer = client.post(SETTINGS, {**typed, "signup_note": " ", "_save": "Save"})
    assert answer.status_code != 302
    assert "This field is required." in answer.text
    assert SiteSettings.stored().signup_note == SIGNUP_NOTE


def note_in(page: str) -> str:
    found = re.search(r'name="wording" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_consent_keeps_the_words_that_stood_on_the_page(client, sign_up) -> None:
    """Fault B7: also when an editor changed them between opening the page and sending the form."""
    before = note_in(client.get("/newsletter/").text)
    save_words(client, **OURS)
    after = note_in(client.get("/newsletter/").text)
    sign_up("early@example.com", wording=before)
    sign_up("late@example.com", wording=after)
    sign_up("own-form@example.com")
    sign_up("forged@example.com", wording="Free money:AAAA")
    kept = dict(Consent.objects.values_list("subscriber__email", "wording"))
    ours = OURS["signup_note"]
    assert kept == {
        "early@example.com": SIGNUP_NOTE, "late@example.com": ours, "own-form@example.com": ours,
        "forged@example.com": ours,
    }  # fmt: skip


def test_the_words_are_the_same_bytes_for_everybody(client) -> None:
    """Fault B7: the signature has no time in it, so a cached page stays valid."""
    assert signed_note() == signed_note()
    assert client.get("/newsletter/").content == client.get("/newsletter/").content


def test_nothing_is_promised_that_cannot_be_sent_yet(client, sign_up, mailed_link, run_tasks) -> None:
    """Fault B7: no page and no email says when the next issue comes."""
    link = mailed_link("reader@example.com")
    texts = [client.post(link).text, client.get(link).text, client.get("/newsletter/sent/").text]
    make_subscriber("subscriber@example.com", status="confirmed")
    sign_up("subscriber@example.com")
    run_tasks()
    assert "already subscribed" in mail.outbox[-1].subject
    texts += [mail.outbox[-1].body, str(mail.outbox[-1].alternatives[0][0])]
    for text in texts:
        assert not re.search(r"next (letter|issue|email)|within a week|as usual", text), text


def test_a_sign_up_leads_to_one_page_for_everybody(client) -> None:
    """Fault B4: 303 to a fixed URL without the email address. It can be reloaded."""
    answer = client.post("/newsletter/subscribe/", {"email": "reader@example.com"})
    assert (answer.status_code, answer["Location"]) == (303, "/newsletter/sent/")
    trapped = client.post("/newsletter/subscribe/", {"email": "robot@example.com", "website": "x"})
    assert trapped.content == answer.content
    assert sorted(trapped.headers.items()) == sorted(answer.headers.items())
    pages = [client.get("/newsletter/sent/") for _ in range(2)]
    assert pages[0].content == pages[1].content
    assert "example.com" not in pages[0].text
    assert 'content="noindex"' in pages[0].text
    assert not pages[0].cookies
    assert client.post("/newsletter/sent/").status_code == 405


def test_the_email_to_a_subscriber_names_its_list(sign_up, run_tasks) -> None:
    """Fault D: List-Id beside List-Unsubscribe."""
    make_subscriber("reader@example.com", status="confirmed")
    sign_up("reader@example.com")
    run_tasks()
    message = mail.outbox[-1].message()
    assert message["List-Unsubscribe"]
    assert message["List-Id"] == "<newsletter.hub.example.com>"
    assert "\n" not in message["List-Id"]
