"""Articles and the small forms of the admin, as a browser posts them. Every form of the admin has to be covered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.urls import resolve

from tests.browser.admin_buttons import BUTTONS, MAKE_PAGES, OTHERS
from tests.browser.admin_forms import ARTICLE_FORMS, FORMS, AdminForm
from tests.browser.form_walk import save_and_read_again, send_nonsense
from tests.browser.pages import press
from tests.config import role_table_audience, role_table_history, role_table_insights, role_table_site
from tests.config.role_table_lines import lines_of
from tests.html_forms import fields_of

pytestmark = pytest.mark.browser

ROLES = ("author", "editor", "moderator", "manager", "admin")
TABLES = (role_table_site, role_table_insights, role_table_history, role_table_audience)


@pytest.fixture(scope="module")
def pages(site, rows) -> dict[str, str]:
    pages: dict[str, str] = json.loads(site.shell(MAKE_PAGES).partition("pages:")[2])
    return pages


@pytest.mark.parametrize("form", ARTICLE_FORMS, ids=str)
def test_every_field_of_an_article_is_stored_as_it_was_typed(meet, form):
    """C1: each error is shown beside its field, and valid input is stored."""
    person = meet(form)
    send_nonsense(person, form)
    person.page.goto(person.first_url)
    save_and_read_again(person, form, person.touch(form.typed, form.left))


@pytest.mark.parametrize("form", [form for form in ARTICLE_FORMS if form.is_plain], ids=str)
def test_every_field_of_an_article_is_stored_without_javascript(meet, form):
    """C1: with the text alone in its field, and the picture as a file."""
    person = meet(form, java_script_enabled=False)
    save_and_read_again(person, form, person.touch(form.typed, form.left | form.plain_left))


@pytest.mark.parametrize("button", BUTTONS, ids=str)
def test_every_button_does_what_it_says(meet, pages, button):
    """C1: with every field beside it filled."""
    page = pages.get(button.page, button.page)
    person = meet(AdminForm(button.role, page.replace("{", "{{").replace("}", "}}"), button.form, button.button))
    if button.fields:
        assert person.touch(button.typed) >= button.fields
    assert person.press(f"{button.form} >> {button.button}") in {200, 302}, person.errors()
    assert button.says in person.page.inner_text("body") or button.says in person.page.content()
    assert not person.page.locator(".errornote:visible, .errorlist:visible, .messagelist .error").count()
    assert person.troubles == []


# Forms that no test fills


def forms_in(html: str, path: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield view and fields of each form of a page that a person can send by POST."""
    soup = BeautifulSoup(html, "html.parser")
    for form in soup.find_all("form", method="post"):
        assert isinstance(form, Tag)
        buttons = form.select("button:not([type=button]), input[type=submit]")
        if not buttons or form.get("id") == "logout-form":
            continue
        fields = frozenset(fields_of(soup, form))
        for action in {
            str(form.get("action") or path),
            *(str(one["formaction"]) for one in buttons if one.get("formaction")),
        }:
            target = urlsplit(urljoin(path, action)).path
            if target.startswith("/admin/"):  # a preview also contains the readers' forms
                yield resolve(target).url_name or "", fields


def test_no_form_of_the_admin_is_left_out(site, rows, pages, meet):
    """C1: on every page that the role table opens to a role."""
    asks = {role: meet(AdminForm(role, "/admin/", "#content-main")).page.request for role in ROLES}
    known: dict[str, set[str]] = {button.name: set(button.fields) for button in BUTTONS}
    for form in FORMS + ARTICLE_FORMS:
        answer = asks[form.role].get(form.page.format_map(rows))
        path = urlsplit(answer.url).path
        for name, fields in forms_in(answer.text(), path):
            if name == resolve(path).url_name:
                known.setdefault(name, set()).update(fields)
    unknown = set()
    for role, ask in asks.items():
        listed = {
            line.address.format_map(rows)
            for table in TABLES
            for line in lines_of(table.TABLE)
            if line.method == "GET" and line.statuses[role] == 200 and line.address.startswith("/admin/")
        }
        more = [page for page in pages.values() if "/article/" in page]
        for path in sorted({*listed, *more}):
            answer = ask.get(path, max_redirects=0)
            if answer.status != 200 or "text/html" not in answer.headers["content-type"]:
                continue
            for name, fields in forms_in(answer.text(), urlsplit(path).path):
                if name not in OTHERS and not (name in known and fields <= known[name]):
                    unknown.add((role, path, name, tuple(sorted(fields - known.get(name, set())))))
    assert unknown == set()


def test_the_list_of_readers_is_given_as_a_file(meet):
    """C1: the button above the list."""
    person = meet(AdminForm("manager", "/admin/newsletter/subscriber/", "#content"))
    with person.page.expect_download() as given:
        person.page.click('form[action*="/export/"] button')
    assert "known@example.com" in given.value.path().read_text()


def test_a_reader_is_erased_after_a_question(meet, site):
    """C1: from the list, and from the subscriber's own page."""
    person = meet(AdminForm("manager", "/admin/newsletter/subscriber/import/", "form[enctype='multipart/form-data']"))
    addresses = b"email,status\nerase-1@example.com,pending\nerase-2@example.com,pending\n"
    person.touch({"file": {"name": "two.csv", "mimeType": "text/csv", "buffer": addresses}})
    assert person.press("[value=import]") == 200
    for address, first in (("erase-1@example.com", "action"), ("erase-2@example.com", "page")):
        person.page.goto(f"/admin/newsletter/subscriber/?q={address}")
        if first == "action":
            person.form = "#changelist-form"
            person.touch({"action": "erase_selected"})
            assert person.press("[name=index]") == 200
        else:
            press(person.page, person.page.locator("#result_list tbody a").first)
            person.page.goto(person.page.url.replace("/change/", "/delete/").partition("?")[0])
        person.form = "#content form"
        assert person.press("#content [type=submit]") == 302
        person.page.goto(f"/admin/newsletter/subscriber/?q={address}")
        assert person.page.locator("#result_list").count() == 0


def test_logging_out_says_so(meet):
    """C1: the button on every page."""
    person = meet(AdminForm("editor", "/admin/", "#logout-form"))
    assert person.press("#logout-form button") == 200
    assert (
        person.page.get_by_role("link", name="Log in again").count() or "log" in person.page.inner_text("body").lower()
    )
