"""Invisible and text-reversing characters are removed from every line of the admin."""

from __future__ import annotations

import pytest

from insights.markup import render
from insights.models import Author, Category, Series, SiteSettings, Tag, Version
from insights.text import invisible_characters
from tests.factories import make_author, make_user
from tests.insights.article_form import send

pytestmark = pytest.mark.django_db

UNSEEN = "\u202a\u202e\u2066\u2069\u200b\u200e\u2060\ufeff\u00ad\x07\x1b\x85\u3164\U000e0041"


@pytest.fixture
def admin(client):
    user = make_user(superuser=True)
    client.force_login(user)
    return user


def test_an_article_s_lines_are_kept_without_them(client, admin):
    """F13: title, excerpt and search description."""
    lines = ("title", "excerpt", "seo_title", "seo_description")
    assert send(client, None, **dict.fromkeys(lines, f"A{UNSEEN}b c{UNSEEN}")).status_code == 302
    version = Version.objects.get()
    assert {getattr(version, name).replace("\n", "").replace(" ", "") for name in lines} == {"Abc"}
    assert not any(character in getattr(version, name) for name in lines for character in UNSEEN)


@pytest.mark.parametrize(
    ("kind", "model", "field", "more"),
    [
        ("category", Category, "name", {"position": "0"}),
        ("tag", Tag, "name", {}),
        ("series", Series, "title", {}),
        ("author", Author, "name", {"initials": "AB"}),
    ],
)
def test_names_are_kept_without_them(client, admin, kind, model, field, more):
    """F13: categories, tags, series and bylines."""
    address = f"/admin/insights/{kind}/add/"
    values = {**more, "slug": "alpha", "text": "One\u202e.\r\nTwo."}
    assert client.post(address, {**values, field: f"Al{UNSEEN[:4]}pha\u200b"}).status_code == 302
    row = model.objects.get(slug="alpha")
    assert getattr(row, field) == "Alpha"
    assert row.text == "One.\nTwo."
    answer = client.post(address, {**values, "slug": "beta", field: "\u200b\u2066"})
    assert answer.status_code == 400
    assert "required" in str(answer.context["errors"])


def test_a_name_that_differs_only_in_them_is_taken(client, admin):
    Tag.objects.create(name="Safety", slug="safety")
    assert client.post("/admin/insights/tag/add/", {"name": "Saf\u200bety", "slug": "other"}).status_code == 400


def test_a_byline_and_the_publication_as_well(client, admin):
    author = make_author()
    values = {"name": "A\u202eB", "slug": author.slug, "initials": "A\u2066", "line": "L\u200bine"}
    assert client.post(f"/admin/insights/author/{author.pk}/change/", values).status_code == 302
    author.refresh_from_db()
    assert (author.name, author.initials, author.line) == ("AB", "A", "Line")
    site = {"name": "Hub\u202e", "tagline": "T", "headline": "H", "introduction": "I", "newsletter_name": "L",
            "signup_note": "N\u200bote", "time_zone": "UTC"}  # fmt: skip
    assert client.post("/admin/insights/sitesettings/1/change/", site).status_code == 302
    assert (SiteSettings.objects.get().name, SiteSettings.objects.get().signup_note) == ("Hub", "Note")


def test_a_body_keeps_what_was_typed_and_shows_none_of_it(client, admin):
    send(client, None, title="A body", body="Turned \u202earound\u2066.\n\n```\nx\u202e = 1\n```\n")
    version = Version.objects.get()
    assert "\u202e" in version.body
    assert "Turned around." in version.html
    assert not {"\u202e", "\u2066"} & set(version.html + version.search_text)


def test_no_control_character_reaches_a_feed():
    assert render("One\x08 \x1btwo\ufffe.").html == "<p>One two.</p>\n"


@pytest.mark.parametrize(
    "text", ["👩\u200d💻 at work", "می\u200cخواهم", "🏳\ufe0f\u200d🌈", "中国的人工智能", "Zoë – “naïve”", "שלום"]
)
def test_what_scripts_and_emoji_need_stays(text):
    assert invisible_characters.single_line(text) == text


@pytest.mark.parametrize("text", ["ad\u200dmin", "ad\u200c\u200dmin", "\u200dadmin", "admin\u200c"])
def test_a_joiner_that_joins_nothing_goes(text):
    assert invisible_characters.single_line(text) == "admin"


def test_a_line_is_one_line():
    assert invisible_characters.single_line(" a\r\nb\u2028c\td ") == "a b c d"
    assert invisible_characters.lines("a\r\nb\u2029c\n") == "a\nb\nc"
