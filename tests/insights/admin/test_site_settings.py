"""The publication's settings: one page for a person who never saw a template."""

from __future__ import annotations

import gzip
import html
import json
import random
import re
import string
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError

from config.templatetags.page import page_mark
from insights.models import Picture, SiteSettings
from insights.models.site import FOOTER
from insights.signals import listing_changed
from newsletter.models import ConfirmationMail
from newsletter.signup.confirmation_mail import build_confirmation_email
from tests.factories import make_article, make_picture, make_user
from tests.html_forms import form_values
from tests.insights.photos import drawing_bytes
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db

PAGE = "/admin/insights/sitesettings/1/change/"


@pytest.fixture(autouse=True)
def administrator(client):
    user = make_user(superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def listings_changed():
    """Yield a list that collects the senders of `listing_changed`."""
    senders: list[type] = []

    def hear(sender, **kwargs):
        senders.append(sender)

    listing_changed.connect(hear)
    yield senders
    listing_changed.disconnect(hear)


def values(client, **changes: Any) -> dict[str, Any]:
    """Return the form data of the page as it is, with changes."""
    return {**form_values(client.get(PAGE).text, "sitesettings_form"), "_save": "Save", **changes}


def links(name: str, *rows: tuple[str, ...]) -> dict[str, str]:
    """Return rows of links as the form sends them: label, URL, and the order if one is typed."""
    return {
        f"{name}-{number}-{key}": value
        for number, row in enumerate(rows)
        for key, value in zip(("label", "address", "place"), row, strict=False)
    }


def errors_of(answer) -> dict[str, list[str]]:
    assert answer.status_code == 400
    return {name: list(found) for name, found in answer.context["adminform"].form.errors.items()}


class TestThePage:
    def test_makes_the_one_row_and_changes_it(self, client, listings_changed):
        assert client.get("/admin/insights/sitesettings/").url == PAGE
        page = client.get(PAGE).text
        assert 'value="AI Scope Hub"' in page
        assert "_addanother" not in page
        assert not SiteSettings.objects.exists()
        assert client.post(PAGE, values(client, name="Another Hub")).status_code == 302
        assert "Another Hub" in client.get("/").text
        assert client.get("/admin/insights/sitesettings/2/change/").status_code == 302
        assert client.get("/admin/insights/sitesettings/add/").status_code == 403
        assert listings_changed == [SiteSettings]

    def test_is_the_administrators_alone(self, client):
        typed = values(client, _preview="1")
        client.force_login(make_user("Editor"))
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, typed).status_code == 403

    def test_asks_for_no_json(self, client):
        SiteSettings(navigation=[{"label": "About", "address": "/about/"}]).save()
        page = client.get(PAGE).text
        assert "{&quot;" not in page
        assert page.count('aria-label="URL of link 1"') == 2

    def test_the_admin_shows_the_publication_s_name(self, client):
        SiteSettings(name="Another Hub").save()
        page = client.get("/admin/").text
        assert "Another Hub <span>Admin</span>" in page
        assert "AI Scope Hub" not in page


class TestLinks:
    def test_stand_in_the_order_of_their_places(self, client):
        rows = links("navigation", ("Shop", "https://example.com/shop", "2"), ("About", "/insights/about/", "1"))
        assert client.post(PAGE, values(client, **rows)).status_code == 302
        page = client.get("/").text
        assert page.index('href="/insights/about/">About') < page.index('href="https://example.com/shop">Shop')

    def test_a_row_that_is_emptied_is_taken_away(self, client):
        SiteSettings(navigation=[{"label": name, "address": f"/{name}/"} for name in ("one", "two", "three")]).save()
        rows = links("navigation", ("one", "/one/", "1"), ("", "", "2"), ("three", "/three/", "3"))
        assert client.post(PAGE, values(client, **rows)).status_code == 302
        assert [link["label"] for link in SiteSettings.current().navigation] == ["one", "three"]

    def test_social_links_say_that_the_accounts_are_ours(self, client):
        rows = links("social_links", ("Mastodon", "https://example.social/@hub"))
        assert client.post(PAGE, values(client, **rows)).status_code == 302
        page = client.get("/").text
        assert '<a rel="me" href="https://example.social/@hub">Mastodon</a>' in page
        data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
        assert data
        assert json.loads(data[1])["@graph"][0]["publisher"]["sameAs"] == ["https://example.social/@hub"]

    @pytest.mark.parametrize(
        ("row", "expected"),
        [
            (("x", "javascript:alert(1)"), "Link 1: “javascript:alert(1)” must begin with https:// or a single /."),
            (("x", "//evil.example"), "Link 1: “//evil.example” must begin with https:// or a single /."),
            (("x", "http://plain.example/"), "Link 1: “http://plain.example/” must begin with https:// or a single /."),
            (("", "/about/"), "Link 1: Enter a label."),
            (("About", ""), "Link 1: Enter the URL for “About”."),
            (("x" * 41, "/about/"), "Link 1: The label can have at most 40 characters."),
            (("x", "/" + "x" * 200), "Link 1: The URL can have at most 200 characters."),
            (("x", "/about/", "first"), "Link 1: The order must be a number, such as 2."),
        ],
    )
    def test_an_invalid_row_gets_a_message_and_keeps_its_values(self, client, row, expected):
        answer = client.post(PAGE, values(client, **links("navigation", row)))
        assert errors_of(answer)["navigation"][0].startswith(expected)
        assert f'value="{html.escape(row[1])}"' in answer.text
        assert not SiteSettings.objects.exists()

    @pytest.mark.parametrize("address", ["/about/", "https://", "https://-/", "mailto:a@example.com"])
    def test_a_social_link_leads_elsewhere(self, client, address):
        assert "social_links" in errors_of(client.post(PAGE, values(client, **links("social_links", ("x", address)))))

    def test_a_label_is_text(self, client):
        """M09: markup in a link is shown, not interpreted."""
        rows = links("navigation", ("<b>x</b>", "/x/")) | links("social_links", ("<i>y</i>", "https://example.com/y"))
        assert client.post(PAGE, values(client, **rows)).status_code == 302
        page = client.get("/").text
        assert "&lt;b&gt;x&lt;/b&gt;" in page
        assert "&lt;i&gt;y&lt;/i&gt;" in page


class TestTheTimeZone:
    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ("Mars/Olympus", "“Mars/Olympus” is not a time zone. Enter one such as Europe/Berlin."),
            ("Berlin", "“Berlin” is not a time zone. Did you mean Europe/Berlin?"),
            ("new york", "“new york” is not a time zone. Did you mean America/New_York?"),
            ("europe/berlin", "“europe/berlin” is not a time zone. Did you mean Europe/Berlin?"),
        ],
    )
    def test_that_is_unknown_is_refused_with_a_suggestion(self, client, typed, expected):
        assert errors_of(client.post(PAGE, values(client, time_zone=typed))) == {"time_zone": [expected]}

    def test_is_offered_by_name(self, client):
        page = client.get(PAGE).text
        assert '<datalist id="time_zone-zones"><option value="UTC"></option>' in page
        assert '<option value="Europe/Berlin"></option>' in page


class TestTheLogo:
    def test_stands_beside_the_name_with_its_alt_text_at_a_sane_size(self, client):
        picture = make_picture(alt="A ring & a dot")  # 60 × 40 pixels
        assert client.post(PAGE, values(client, logo=picture.pk)).status_code == 302
        page = client.get("/").text
        shown = f'<img src="{picture.file.url}" alt="A ring &amp; a dot" width="48" height="32">'
        assert f'<a class="name" href="/">{shown}AI Scope Hub</a>' in page
        assert picture.file.url in client.get("/insights/feed.xml").text
        assert client.get("/insights/feed.json").json()["icon"].endswith(picture.file.url)

    def test_comes_as_a_file_as_well(self, client):
        """C1: a file that is uploaded with every field that a browser posts becomes the logo. The links stay."""
        stored = [
            {"label": "About", "address": "/insights/about/"},
            {"label": "Shop", "address": "https://example.com/"},
        ]
        SiteSettings(navigation=stored, social_links=[stored[1]]).save()
        file = SimpleUploadedFile("logo.png", drawing_bytes(), "image/png")
        assert client.post(PAGE, values(client, logo_file=file)).status_code == 302
        assert Picture.objects.get() == SiteSettings.current().logo
        assert SiteSettings.current().navigation == stored
        assert SiteSettings.current().social_links == [stored[1]]
        assert Picture.objects.get().alt == "The logo of AI Scope Hub"

    def test_that_is_no_picture_gets_a_message(self, client):
        file = SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>", "image/png")
        assert "an SVG drawing" in errors_of(client.post(PAGE, values(client, logo_file=file)))["logo_file"][0]

    def test_an_uploaded_file_is_not_lost_when_another_field_is_invalid(self, client):
        """C1: the typed values of the other fields come back, too."""
        typed = links("navigation", ("Shop", "https://example.com/shop", "1")) | {"tagline": "Typed"}
        file = SimpleUploadedFile("logo.png", drawing_bytes(), "image/png")
        answer = client.post(PAGE, values(client, logo_file=file, name="", **typed))
        assert errors_of(answer) == {"name": ["This field is required."]}
        assert f'<option value="{Picture.objects.get().pk}" selected>' in answer.text
        sent_back = form_values(answer.text, "sitesettings_form")
        assert sent_back["navigation-0-address"] == ["https://example.com/shop"]
        assert sent_back["tagline"] == ["Typed"]

    def test_is_not_deleted_while_it_is_the_logo(self):
        picture = make_picture()
        SiteSettings(logo=picture).save()
        with pytest.raises(ProtectedError):
            picture.delete()

    def test_a_site_without_one_has_its_mark(self, client):
        page = client.get("/").text
        assert f'<a class="name" href="/">{page_mark(SiteSettings())}AI Scope Hub</a>' in page


class TestThePrivacyText:
    def test_of_one_s_own_takes_the_place_of_ours(self, client):
        text = "## What we keep\n\nNothing, and **that** gladly.\n\n<script>alert(1)</script>\n"
        assert client.post(PAGE, values(client, privacy_text=text)).status_code == 302
        page = client.get("/privacy/").text
        assert "<strong>that</strong> gladly" in page
        assert "&lt;script&gt;alert(1)" in page
        assert "<h2>Reading</h2>" not in page
        assert client.post(PAGE, values(client, privacy_text="")).status_code == 302
        assert "<h2>Reading</h2>" in client.get("/privacy/").text

    def test_is_shown_before_it_is_stored(self, client):
        answer = client.post(PAGE, values(client, privacy_text="## Soon\n\nWords.", name="Soon Hub", _preview="1"))
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert "Soon Hub</a>" in answer.text
        assert "Words." in answer.text
        assert not SiteSettings.objects.exists()

    def test_an_invalid_form_shows_errors_instead_of_a_preview(self, client):
        answer = client.post(PAGE, values(client, privacy_text="![x](https://example.com/x.png)", _preview="1"))
        assert "privacy_text" in errors_of(answer)

    def test_takes_no_pictures(self, client):
        """They would have no recorded use, and could be deleted."""
        reference = make_picture().reference
        errors = errors_of(client.post(PAGE, values(client, privacy_text=f"![A field]({reference})")))["privacy_text"]
        assert errors == ["This text can't contain pictures. Please remove them."]


class TestTheFoot:
    def test_has_the_line_that_was_always_there(self, client):
        assert f"AI research &amp; analysis.<br>{FOOTER}</p>" in client.get("/").text

    def test_has_another_line_or_none(self, client):
        client.post(PAGE, values(client, footer_text="Printed on recycled light."))
        assert "<br>Printed on recycled light.</p>" in client.get("/").text
        client.post(PAGE, values(client, footer_text=""))
        assert "<p>AI Scope Hub. AI research &amp; analysis.</p>" in client.get("/").text


def test_mails_feeds_and_shared_links_bear_the_new_words(client):
    make_article("Out", slug="out")
    changed = values(client, name="Night Hub", newsletter_name="Night Post", introduction="By lamplight.")
    assert client.post(PAGE, changed).status_code == 302
    page = client.get("/insights/out/").text
    assert '<meta property="og:site_name" content="Night Hub">' in page
    assert '"publisher":{"@type":"Organization","name":"Night Hub"' in page
    assert "By lamplight." in client.get("/insights/feed.xml").text
    assert "Night Hub" in client.get("/llms.txt").text
    mail = build_confirmation_email(ConfirmationMail.objects.create(subscriber=make_subscriber()))
    assert "Night Post" in mail.subject
    assert "Night Hub" in str(mail.body)


def test_a_page_stays_light_with_the_longest_settings(client):
    """An article's HTML and CSS fit into the first round trip with any settings."""
    chance = random.Random(4)

    def noise(length: int) -> str:
        return "".join(chance.choice(string.ascii_letters + " ") for _ in range(length)).strip().ljust(length, "x")

    long = {"name": 80, "tagline": 160, "headline": 160, "introduction": 400, "newsletter_name": 80, "footer_text": 300}
    rows = links("navigation", *((noise(40), f"/{'n' * 60}-{number}/") for number in range(6)))
    rows |= links("social_links", *((noise(40), f"https://example.com/{'s' * 60}{number}") for number in range(8)))
    make_article("Out", slug="out")
    answer = client.post(PAGE, values(client, **{name: noise(length) for name, length in long.items()}, **rows))
    assert answer.status_code == 302
    page = client.get("/insights/out/")
    assert len(gzip.compress(page.content, 6)) < 14_000
