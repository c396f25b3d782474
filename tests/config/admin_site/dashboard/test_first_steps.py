"""The first steps on the start page of an empty publication."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from insights.models import SiteSettings, Step
from newsletter.models import ConfirmationMail
from tests.factories import make_article, make_author, make_category, make_picture, make_tag, make_user
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db

ZEROS = re.compile(r'<span class="count">0</span>')


@pytest.fixture
def page(client):
    """Return the start page for an account, by default an administrator's."""

    def read(user=None) -> str:
        client.force_login(user or make_user(superuser=True))
        return client.get("/admin/").text

    return read


def steps(text: str) -> dict[str, str]:
    """Return the steps and whether they are done."""
    section = re.search(r'<section class="first-steps" aria-labelledby="first-steps">.*?</section>', text, re.DOTALL)
    if section is None:
        return {}
    rows = re.findall(r"<li.*?</li>", section[0], re.DOTALL)
    plain = [" ".join(re.sub(r"<[^>]+>", "|", row).split()) for row in rows]
    found = [[part.strip() for part in row.split("|") if part.strip()] for row in plain]
    return {parts[0]: parts[1] for parts in found}


def test_an_empty_site_begins_with_a_list_of_first_steps(page):
    """Fault F3: instead of zeros."""
    text = page()
    assert list(steps(text)) == ["Names and texts", "Logo", "First author", "First category", "Email", "First article"]
    assert set(steps(text).values()) == {"To do"}
    assert "0 of 6" in text
    assert not ZEROS.search(text)
    assert "Views per day" not in text


def test_the_steps_tick_themselves_off(page):
    """Fault F3: by the state of the database, one by one."""
    admin = make_user(superuser=True)
    SiteSettings().save()
    assert steps(page(admin))["Names and texts"] == "Done"
    make_author("Ana")
    assert steps(page(admin))["First author"] == "Done"
    make_category("News")
    assert steps(page(admin))["First category"] == "Done"
    mail = ConfirmationMail.objects.create(subscriber=make_subscriber(), state="failed")
    assert steps(page(admin))["Email"] == "To do"
    ConfirmationMail.objects.filter(pk=mail.pk).update(state="sent")
    assert steps(page(admin))["Email"] == "Done"
    SiteSettings(logo=make_picture()).save()
    assert list(steps(page(admin)).values()) == ["Done"] * 5 + ["To do"]


def test_a_draft_leaves_the_list_and_a_published_article_ends_it(page):
    """Fault F3: afterwards the start page shows the usual panels."""
    admin = make_user(superuser=True)
    make_article("Not yet", published=None, user=admin)
    text = page(admin)
    assert steps(text)["First article"] == "To do"
    assert "Not yet" in text
    make_article("Out")
    text = page(admin)
    assert steps(text) == {}
    assert "Views per day" in text


def test_sign_ups_before_the_first_article_are_shown_beside_the_steps(page):
    """Fault F3: the form is public from the start."""
    make_subscriber(status="confirmed")
    text = page()
    assert steps(text)
    assert "Confirmed sign-ups per day" in text


def test_it_says_that_the_form_is_public_and_with_which_words(page):
    """Fault F3: the same text that a visitor reads, and where to change it."""
    SiteSettings(newsletter_name="Grid Notes").save()
    Step.objects.update(heading="What the grid did <this week>")
    text = page()
    section = text[text.index('id="already-public"') :]
    for words in (
        "visitors can subscribe now",
        "Grid Notes",
        "What the grid did &lt;this week&gt;",
        "One email a week.",
    ):
        assert words in section, words
    assert "/admin/insights/sitesettings/1/change/" in section
    assert f"/admin/insights/step/{Step.objects.get().pk}/change/" in section


@pytest.mark.parametrize(("role", "sees"), [("Editor", True), ("Author", False), ("Newsletter manager", False)])
def test_the_steps_are_for_those_who_can_do_them(page, role, sees):
    """Fault F3: an editor sees which of them are for an administrator."""
    text = page(make_user(role))
    assert bool(steps(text)) is sees
    assert ("Only an administrator can do this." in text) is sees
    assert "/sitesettings/" not in text


def test_every_link_of_the_first_day_leads_somewhere(client, page):
    """Fault F3: no link on the start page of an empty site is broken."""
    admin = make_user(superuser=True)
    found = set(re.findall(r'href="(/[^"#]*)"', page(admin)))
    assert len(found) > 20
    client.force_login(admin)
    for url in sorted(found):
        if "/static/" not in url:
            assert client.get(url, follow=True).status_code == 200, url


def test_articles_and_site_settings_stand_at_the_top_of_the_admins_list(client, page):
    """Fault F3: the settings are no longer the last entry but one."""
    admin = make_user(superuser=True)
    page(admin)
    client.force_login(admin)
    models = [model["object_name"] for app in client.get("/admin/").context["app_list"] for model in app["models"]]
    assert models[:2] == ["Article", "SiteSettings"]
    assert len(models) > 10


def test_a_bare_database_gives_the_public_page_of_the_seed(client):
    """Fault F3: the defaults stay those of AI Scope Hub."""
    text = client.get("/newsletter/").text
    assert "AI Scope Weekly" in text
    assert "Get weekly China AI intelligence in English" in text


def test_the_example_of_the_search_page_is_found(client):
    """Fault F3: a phrase of this publication, or none, but never one without results."""
    assert "to find an exact phrase.</p>" in client.get("/insights/search/").text
    article = make_article("On the grid", slug="grid", tags=[make_tag("Heat pumps & more"), make_tag("Solar")])
    text = client.get("/insights/search/").text
    [url] = re.findall(r'such as <a href="([^"]+)">“Heat pumps &amp; more”', text)
    assert article.get_absolute_url() in client.get(url).text


def test_commands_say_in_one_line_that_a_database_cannot_be_opened(tmp_path):
    """Fault F8: also for a file that is no SQLite database, and for a folder in its place."""
    broken = tmp_path / "broken.sqlite3"
    broken.write_text("this is no database, but a text of some length " * 40)
    (tmp_path / "folder.sqlite3").mkdir()
    for name in ("broken.sqlite3", "folder.sqlite3"):
        env = {
            "PATH": os.environ["PATH"], "DEBUG": "1", "VAR_DIR": str(tmp_path / "var"),
            "DATABASE_URL": f"sqlite:///{tmp_path / name}",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate"],
            env=env,
            cwd=Path(__file__).parents[4],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert done.stderr.strip().splitlines()[-1].startswith("The database does not answer: ")
