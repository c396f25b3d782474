"""The action bar of the writing view: each action once, in the bar or in a panel, and its tab order."""

from __future__ import annotations

import re

import pytest

from tests.factories import make_article, make_user
from tests.insights.article_form import ADD, change_url, send

pytestmark = pytest.mark.django_db


def bar_of(html: str) -> str:
    return html[html.index('<div class="submit-row">') : html.index("</form>", html.index('<div class="submit-row">'))]


@pytest.mark.parametrize(("role", "panels"), [("Author", ["Submit for review…", "More…"]), ("Editor", ["More…"])])
@pytest.mark.parametrize("is_new", [True, False], ids=["new", "draft"])
def test_one_button_submits_and_its_note_is_beside_it(client, role, panels, is_new):
    user = make_user(role)
    client.force_login(user)
    article = make_article("A text", published=None, user=user)
    html = client.get(ADD if is_new else change_url(article)).content.decode()
    bar = bar_of(html)
    assert html.count('name="_submit"') == bar.count('name="note"') == 1
    assert 0 < bar.index('name="note"') < bar.index('name="_submit"')
    assert re.findall(r"<summary[^>]*>([^<]+)</summary>", bar) == panels
    assert bar.index('name="_save"') < bar.index("<details")
    assert "0 word," not in bar


@pytest.mark.parametrize(
    ("role", "wrong", "panels"),
    [
        ("Author", {"note": 2001}, ['<details name="bar" open>', '<details name="bar">']),
        ("Author", {"label": 81}, ['<details name="bar">', '<details name="bar" open>']),
        # Two panels of one name cannot be open together, and an error in the closed one would not be seen.
        ("Author", {"note": 2001, "label": 81}, ["<details open>", "<details open>"]),
        ("Editor", {"note": 2001, "label": 81}, ['<details name="bar" open>']),
    ],
)
def test_errors_open_their_panels(client, role, wrong, panels):
    user = make_user(role)
    client.force_login(user)
    article = make_article("A text", published=None, user=user)
    typed = {name: "n" * length for name, length in wrong.items()}
    bar = bar_of(send(client, article, "_submit", **typed).content.decode())
    assert re.findall(r"<details[^>]*>", bar) == panels
    assert ("Please shorten it." in bar) == ("note" in wrong)
    assert ("at most 80 characters" in bar) == ("label" in wrong)


def test_the_page_beside_the_text_is_no_stop_of_the_keyboard_but_has_a_link(client):
    user = make_user("Editor")
    client.force_login(user)
    article = make_article("A text", published=None, user=user)
    html = client.get(change_url(article)).content.decode()
    assert '<iframe tabindex="-1" title=' in html
    assert f'<a href="/admin/insights/article/{article.pk}/preview/" target="_blank">Open preview</a>' in html
