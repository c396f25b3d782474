"""The sign-up form: its content, stored and ignored fields, and the recorded source."""

import re

import pytest
from django.core import mail
from django.template import Context, Template

from insights.models import Article, Step
from insights.models.site import SIGNUP_NOTE
from newsletter.models import Consent, Subscriber
from newsletter.models.wording import PROOF_FORM
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def render(**context) -> str:
    source = '{% load newsletter_tags %}{% newsletter_signup article=article step=step prefix="next" %}'
    return Template(source).render(Context({"article": None, "step": None, **context}))


def test_the_page_describes_the_newsletter_and_has_one_form(client, django_assert_num_queries):
    with django_assert_num_queries(2):  # the site's settings and the next step whose text invites
        response = client.get("/newsletter/")
    assert response.status_code == 200
    assert response.text.count('action="/newsletter/subscribe/"') == 1
    assert "Get weekly China AI intelligence in English" in response.text
    assert SIGNUP_NOTE in response.text


def test_the_page_is_the_same_bytes_for_everybody_and_sets_no_cookie(client, admin_client):
    """H05: no cookie, no session token, and nothing that only staff see."""
    ours, theirs = client.get("/newsletter/"), admin_client.get("/newsletter/")
    assert ours.content == theirs.content
    assert not ours.cookies
    assert "csrf" not in ours.text
    assert "Cookie" not in ours.get("Vary", "")


def test_no_newsletter_page_has_inline_script_or_style(client):
    main = client.get("/newsletter/").text.partition("<main")[2]
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", main)


def test_the_archive_is_not_there_yet(client):
    assert client.get("/newsletter/issues/").status_code == 404
    assert "/newsletter/issues/" not in client.get("/newsletter/").text


def test_a_slip_keeps_what_was_typed_and_says_what_to_change(sign_up):
    response = sign_up("renata@example", source="/insights/a/", article="a", step="newsletter")
    assert response.status_code == 400
    assert 'value="renata@example"' in response.text
    assert 'aria-invalid="true" aria-describedby="signup-error signup-note"' in response.text
    assert '<p class="err" role="alert" id="signup-error">This email address has no ending such as' in response.text
    assert '<input type="hidden" name="article" value="a">' in response.text


def test_a_too_long_email_address_is_refused_with_its_length_and_not_cut(client, sign_up):
    assert "maxlength" not in client.get("/newsletter/").text
    address = f"{'a' * 288}@example.com"
    response = sign_up(address)
    assert response.status_code == 400
    assert "An email address can have at most 254 characters; this one has 300." in response.text
    assert f'value="{address}"' in response.text


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_who_opens_the_forms_own_address_is_led_to_the_form(client, method):
    """H18: still 405, with the allowed methods."""
    response = getattr(client, method)("/newsletter/subscribe/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert response["Cache-Control"] == "no-store"
    if method != "head":
        assert '<a href="/newsletter/">Go to the sign-up form: AI Scope Weekly</a>' in response.text


def test_what_was_typed_comes_back_as_text(sign_up):
    """M09: a script in the email field is shown, never run."""
    response = sign_up('"><script>alert(1)</script>', source='"><img src=x onerror=alert(1)>')
    assert response.status_code == 400
    assert "<script>alert(1)" not in response.text
    assert "<img src=x" not in response.text


def test_a_form_without_any_field_is_an_error_of_the_visitor(client):
    assert client.post("/newsletter/subscribe/").status_code == 400


def test_the_form_under_an_article_names_article_step_and_page():
    article = make_article("On tokens", slug="on-tokens")
    html = render(article=article, step=Step.objects.get(slug="newsletter"))
    assert '<input type="hidden" name="source" value="/insights/on-tokens/">' in html
    assert '<input type="hidden" name="article" value="on-tokens">' in html
    assert '<input type="hidden" name="step" value="newsletter">' in html


def test_ids_of_a_form_are_its_own():
    ids = re.findall(r'id="([^"]+)"', render())
    assert ids
    assert len(set(ids)) == len(ids)
    assert all(name.startswith("next-") for name in ids)
    assert set(re.findall(r'for="([^"]+)"', render())) <= set(ids)


def test_consent_records_where_and_what_was_agreed_to(sign_up):
    article = make_article("On tokens", slug="on-tokens")
    sign_up("reader@example.com", source="/insights/on-tokens/?utm=x#y", article="on-tokens", step="newsletter")
    consent = Consent.objects.get()
    assert (consent.what, consent.wording, consent.proof) == ("asked", SIGNUP_NOTE, PROOF_FORM)
    assert (consent.page, consent.article, consent.article_slug) == ("/insights/on-tokens/", article, "on-tokens")
    assert (consent.article_title, consent.step_slug) == ("On tokens", "newsletter")
    assert consent.step == Step.objects.get(slug="newsletter")


def test_the_text_of_a_source_outlives_its_article(sign_up):
    make_article("On tokens", slug="on-tokens")
    sign_up("reader@example.com", article="on-tokens", step="newsletter")
    Article.objects.all().delete()
    consent = Consent.objects.get()
    assert (consent.article, consent.article_slug, consent.article_title) == (None, "on-tokens", "On tokens")


@pytest.mark.parametrize(
    "data",
    [
        {"article": "no-such-article"},
        {"article": "x" * 500, "step": "../../etc"},
        {"source": "https://evil.example/", "step": "no-such-step"},
        {"source": "//evil.example/"},
        {"source": "/" + "x" * 1000},
    ],
)
def test_a_made_up_source_does_not_prevent_the_sign_up(sign_up, data):
    assert sign_up("reader@example.com", **data).status_code == 200
    consent = Consent.objects.get()
    assert (consent.article, consent.step) == (None, None)
    assert consent.page == "" or len(consent.page) <= 200


def test_a_consent_is_written_once():
    from tests.newsletter.factories import make_subscriber

    consent = make_subscriber().consents.get()
    with pytest.raises(TypeError):
        consent.save()
    with pytest.raises(TypeError):
        Consent.objects.update(wording="something else")


def test_the_trap_answers_as_always_and_keeps_nothing(sign_up, run_tasks):
    """N19: a filled-in hidden field gets the same bytes as a sign-up. There is no row and no email."""
    trapped = sign_up("robot@example.com", website="https://spam.example/")
    assert not Subscriber.objects.exists()
    assert trapped.content == sign_up("reader@example.com").content
    run_tasks()
    assert [message.to for message in mail.outbox] == [["reader@example.com"]]


@pytest.mark.parametrize("target", ["//evil", "/\\evil", "https:evil", "/%09/evil", "javascript:1"])
def test_no_redirect_to_another_site(client, sign_up, mailed_link, target):
    """N20: `next` is ignored: the one redirect is that to the page after a sign-up."""
    link = mailed_link("other@example.com")
    answers = (
        sign_up("reader@example.com", next=target),
        client.get(link, {"next": target}),
        client.post(link, {"next": target}),
    )
    assert answers[0].redirect_chain == [("/newsletter/sent/", 303)]
    for response in answers:
        assert response.status_code == 200
        assert not response.has_header("Location")
        assert "evil" not in response.text


def test_further_fields_are_ignored(sign_up):
    """N21: a posted field confirms, promotes or lists no account."""
    response = sign_up(
        "reader@example.com",
        status="confirmed",
        list="private",
        is_staff="1",
        confirmed_at="2026-01-01",
        nested='{"status": {"$set": "confirmed"}}',
    )
    assert response.status_code == 200
    subscriber = Subscriber.objects.get()
    assert (subscriber.status, subscriber.confirmed_at) == ("pending", None)


def test_json_is_no_form(client):
    """N21: a JSON body fills in no field."""
    response = client.post("/newsletter/subscribe/", {"email": "a@x.co"}, content_type="application/json")
    assert response.status_code == 400
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("name", ["x\r\nBcc: v@x.co", "x" * 10_000, "x\u2028y"])
def test_a_form_with_smuggled_lines_is_refused(sign_up, run_tasks, name):
    """N13: the form has no name field. One with a line break or ten thousand characters is ignored."""
    assert sign_up("reader@example.com", name=name).status_code == 400
    run_tasks()
    assert not Subscriber.objects.exists()
    assert not mail.outbox


def test_a_foreign_host_gets_no_mail_sent(client, run_tasks):
    """N10: Host evil.example on a sign-up: 400, no row, no email."""
    response = client.post("/newsletter/subscribe/", {"email": "a@x.co"}, headers={"host": "evil.example"})
    run_tasks()
    assert response.status_code == 400
    assert not Subscriber.objects.exists()
    assert not mail.outbox


def test_a_form_on_another_site_is_refused(client):
    response = client.post("/newsletter/subscribe/", {"email": "a@x.co"}, headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403
    assert not Subscriber.objects.exists()
