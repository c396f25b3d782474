"""An unavailable database or disk: 503 everywhere in a request, with the typed text in the page."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError, connection
from django.http import HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import path

from config import urls as site_urls
from config.typed_text import is_typed
from config.unavailable import LastResort
from insights.models import Article, Category, SiteSettings
from tests.config.role_forms import FORMS
from tests.factories import make_article, make_user
from tests.insights.article_form import ADD, change_url, form_values

pytestmark = pytest.mark.django_db

UNAVAILABLE = [
    OperationalError("database is locked"),
    OperationalError("database or disk is full"),
    OperationalError("attempt to write a readonly database"),
    OperationalError("disk I/O error"),
    InterfaceError("connection already closed"),
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EROFS, "Read-only file system"),
    PermissionError(errno.EACCES, "Permission denied"),
]
OUR_MISTAKE = [
    ZeroDivisionError(),
    ProgrammingError("there is no such column"),
    DatabaseError("Save with update_fields did not affect any rows."),
    FileNotFoundError(errno.ENOENT, "No such file"),
    OSError("with no number"),
]
PLACES = ("in-view", "in-template", "in-response", "in-middleware", "before-view", "after-view")


class Failing:
    """Raises `error` at the place that the path of the request names."""

    error: BaseException = ZeroDivisionError()

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        if request.path == "/in-middleware/":
            raise self.error
        response = self.get_response(request)
        if request.path == "/after-view/":
            raise self.error
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
        is_public_or_admin = request.method == "POST" and request.path.startswith(
            ("/admin/", "/newsletter/", "/insights/")
        )
        if request.path == "/before-view/" or is_public_or_admin:
            raise self.error


def fail(*args: Any) -> Any:
    raise Failing.error


def in_template(request: Any) -> HttpResponse:
    return HttpResponse(engines["django"].from_string("{{ fails }}").render({"fails": fail}, request))


def in_response(request: Any) -> TemplateResponse:
    return TemplateResponse(request, engines["django"].from_string("{{ fails }}"), {"fails": fail})


class Addresses:
    """The site's URLs, and one for each place at which something can fail."""

    urlpatterns = [
        path("in-view/", fail),
        path("in-template/", in_template),
        path("in-response/", in_response),
        *(path(f"{place}/", lambda request: HttpResponse("fine")) for place in PLACES[3:]),
        *site_urls.urlpatterns,
    ]
    handler400, handler403 = site_urls.handler400, site_urls.handler403
    handler404, handler500 = site_urls.handler404, site_urls.handler500


@pytest.fixture
def failing(settings, monkeypatch) -> Iterator[Any]:
    """Return a function that sets the error with which the site fails from now on. It returns a client."""
    settings.ROOT_URLCONF = Addresses

    def begin(error: BaseException) -> Client:
        monkeypatch.setattr(Failing, "error", error)
        return Client(raise_request_exception=False)

    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Failing"]
    return begin


@pytest.fixture
def recovered(settings) -> Any:
    """Return a function that ends the fault. It returns a client."""

    def end() -> Client:
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != f"{__name__}.Failing"]
        return Client()

    return end


def typed_in(answer: Any) -> dict[str, str]:
    """Return the values of the page's fields, by name, as a browser reads them."""
    page = answer.content.decode()
    texts = re.findall(r'<textarea id="typed-\d+" name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    lines = re.findall(r'<input id="typed-\d+" name="([^"]+)" value="([^"]*)"', page)
    return {unescape(name): unescape(value) for name, value in [*texts, *lines]}


def carried_in(answer: Any) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.content.decode())
    return {unescape(name): unescape(value) for name, value in found}


def as_sent(data: dict[str, Any]) -> dict[str, str]:
    """Return the values of a form as they arrive."""
    return {name: str(value) for name, value in data.items() if not isinstance(value, list | SimpleUploadedFile)}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("error", UNAVAILABLE, ids=str)
def test_it_is_503_wherever_in_a_request_it_comes_up(failing, place: str, error: BaseException) -> None:
    """E4, E6: view, template, middleware on the way in and out: 503 with Retry-After, never a bare 500."""
    answer = failing(error).get(f"/{place}/", secure=True)
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert answer["Cache-Control"] == "no-store"
    assert "<h1>Temporarily unavailable</h1>" in answer.content.decode()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("error", OUR_MISTAKE, ids=repr)
def test_a_mistake_of_the_code_stays_500(failing, place: str, error: BaseException) -> None:
    """E4: 503 is only for temporary faults."""
    assert failing(error).get(f"/{place}/", secure=True).status_code == 500


@pytest.mark.parametrize("place", ["in-view", "before-view"])
def test_debug_shows_the_same_page(failing, settings, place: str) -> None:
    """E4:"""
    from django.views import debug

    from config.debugging import show_own_pages

    before = debug.technical_404_response, debug.technical_500_response
    settings.DEBUG = True
    show_own_pages()
    try:
        assert failing(OperationalError("database is locked")).get(f"/{place}/").status_code == 503
        assert failing(ZeroDivisionError()).get(f"/{place}/").status_code == 500
    finally:
        debug.technical_404_response, debug.technical_500_response = before


@pytest.mark.parametrize("error", UNAVAILABLE, ids=str)
def test_what_fails_around_django_is_503_as_well(error: BaseException) -> None:
    """E4, E6: the page cache, the reading of a body, the signals around a request."""
    said: list[Any] = []

    def fails(environ: Any, start_response: Any) -> Any:
        raise error

    parts = LastResort(fails)({}, lambda line, headers: said.extend((line, dict(headers))))
    assert (said[0], int(said[1]["Retry-After"]) > 0) == ("503 Service Unavailable", True)
    assert b"<h1>" in b"".join(parts)


def test_a_mistake_around_django_is_left_to_the_server() -> None:
    def fails(environ: Any, start_response: Any) -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        LastResort(fails)({}, lambda line, headers: None)


def test_the_log_says_why_in_one_line(failing, caplog) -> None:
    """E4: the reason, and no traceback of correct code."""
    failing(OperationalError("database is locked")).get("/in-view/", secure=True)
    assert "503 for /in-view/: OperationalError: database is locked" in caplog.text
    assert "Traceback" not in caplog.text


class TestWithoutAnyDatabase:
    """E4, E5: no statement works, in any middleware, view or page."""

    @pytest.fixture
    def lost(self) -> Iterator[None]:
        def fails(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            raise OperationalError("the connection is lost")

        with connection.execute_wrapper(fails):
            yield

    @pytest.fixture(params=["remembered", "never-read"])
    def name(self, request) -> str:
        """Return the publication's name, or the host's in a process that never read the settings."""
        SiteSettings(name="A Publication").save()
        if request.param == "never-read":
            return "hub.example.com"
        SiteSettings.current()
        return "A Publication"

    @pytest.fixture
    def outdated(self, name: str, monkeypatch) -> str:
        """Make the cached settings too old to be used."""
        monkeypatch.setattr(SiteSettings, "stamp", staticmethod(lambda: "another"))
        return name

    def test_a_page_is_the_sites_own(self, outdated, lost) -> None:
        answer = Client(raise_request_exception=False).get("/insights/search/?q=x")
        assert (answer.status_code, outdated in answer.content.decode()) == (503, True)

    def test_typed_text_comes_back(self, outdated, lost) -> None:
        client = Client(raise_request_exception=False)
        answer = client.post("/newsletter/subscribe/", {"email": "reader@example.com"})
        assert (answer.status_code, typed_in(answer)) == (503, {"email": "reader@example.com"})
        assert outdated in answer.content.decode()
        client.cookies["session"] = "x" * 32
        answer = client.post(ADD, {"title": "A title", "body": "Words of an hour."})
        assert (answer.status_code, typed_in(answer)) == (503, {"title": "A title", "body": "Words of an hour."})

    def test_a_script_gets_json(self, outdated, lost) -> None:
        client = Client(raise_request_exception=False)
        answer = client.post("/admin/insights/article/autosave/", {"body": "x"}, headers={"accept": "application/json"})
        assert (answer.status_code, list(answer.json())) == (503, ["error"])


class TestVisitors:
    def test_get_their_email_address_back_and_can_send_it_again(self, failing, recovered) -> None:
        """E4: the sign-up form comes back filled in. Sent again unchanged, it works."""
        sent = {"email": "reader@example.com", "source": "/insights/", "website": ""}
        answer = failing(OperationalError("database is locked")).post("/newsletter/subscribe/", sent, secure=True)
        assert (answer.status_code, typed_in(answer)) == (503, {"email": "reader@example.com"})
        again = typed_in(answer) | carried_in(answer)
        assert again == sent
        assert '<form method="post" action="/newsletter/subscribe/"' in answer.content.decode()
        assert recovered().post("/newsletter/subscribe/", again).status_code == 303

    def test_get_a_comment_back(self, failing) -> None:
        """E4: name, email address and every line of the message."""
        article = make_article("An article")
        typed = {"message": "\r\nFirst line.\r\n<b>Second</b> & last.", "name": 'Ann "A"', "email": "ann@example.com"}
        sent = {**typed, "helpful": "no", "token": "abc:def", "reason": "unclear"}
        client = failing(OSError(errno.ENOSPC, "No space left on device"))
        answer = client.post(f"/insights/{article.slug}/feedback/", sent, secure=True)
        assert (answer.status_code, typed_in(answer)) == (503, typed)
        assert carried_in(answer) == {"helpful": "no", "token": "abc:def", "reason": "unclear"}
        assert "<b>Second" not in answer.content.decode()

    def test_of_another_site_get_nothing_shown(self, failing) -> None:
        """E4: input from another site is not put into a page of ours."""
        client = failing(OperationalError("database is locked"))
        headers = {"origin": "https://evil.example"}
        sent = {"username": "x", "title": "Shown by us", "body": "?"}
        answer = client.post("/admin/login/", sent, secure=True, headers=headers)
        assert answer.status_code in {403, 503}
        assert "Shown by us" not in answer.content.decode()

    def test_get_the_cookie_free_page(self, failing) -> None:
        answer = failing(OperationalError("database is locked")).post("/newsletter/subscribe/", {"email": "a@b.co"})
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")


TEXT_FORMS = {
    "article": ADD,
    "category": "/admin/insights/category/add/",
    "tag": "/admin/insights/tag/add/",
    "series": "/admin/insights/series/add/",
    "byline": "/admin/insights/author/add/",
    "new-step": "/admin/insights/step/add/",
    "settings": "/admin/insights/sitesettings/1/change/",
    "group": "/admin/auth/group/add/",
    "account": "/admin/insights/user/1/change/",
    "words": "/admin/insights/picture/1/change/",
}


class TestEditors:
    @pytest.mark.parametrize("form", TEXT_FORMS)
    def test_get_every_typed_text_back(self, failing, form: str) -> None:
        """E4: in the page, from every form of the admin that has text. The rest of the form is kept, too."""
        client = failing(OperationalError("database is locked"))
        client.force_login(make_user(superuser=True))
        sent = as_sent(FORMS[form](None))
        answer = client.post(TEXT_FORMS[form], sent, secure=True)
        assert answer.status_code == 503
        assert typed_in(answer) | carried_in(answer) == sent
        assert set(typed_in(answer)) & {"title", "name", "keywords", "rule-0-keywords", "alt"}

    def test_store_the_same_form_when_they_send_it_again(self, failing, recovered) -> None:
        """E4: nothing is stored the first time, everything the second."""
        editor = make_user("Editor")
        article = make_article("As it was", published=None)
        opened = Client()
        opened.force_login(editor)
        body = "\nFirst.\n\n</textarea><script>x</script>\n"
        sent = {
            **form_values(opened, change_url(article)),
            "title": "An hour's <b>work</b>",
            "body": body,
            "_save": "1",
        }
        unlucky = failing(OperationalError("database is locked"))
        unlucky.force_login(editor)
        answer = unlucky.post(change_url(article), sent, secure=True)
        assert answer.status_code == 503
        assert typed_in(answer)["body"] == body
        assert "<script>x" not in answer.content.decode()
        assert article.newest_version().title == "As it was"
        lucky = recovered()
        lucky.force_login(editor)
        again = typed_in(answer) | carried_in(answer)
        again |= {"tags": sent["tags"]}
        assert lucky.post(change_url(article), again).status_code == 302
        assert Article.objects.get().newest_version().title == "An hour's <b>work</b>"

    def test_never_get_a_password_back(self, failing) -> None:
        """E4: a form with a password gets the plain page."""
        client = failing(OperationalError("database is locked"))
        for form, address in (("login", "/admin/login/"), ("password", "/admin/password_change/")):
            answer = client.post(address, as_sent(FORMS[form](None)), secure=True)
            assert answer.status_code == 503
            assert "pass-word" not in answer.content.decode()
            assert not typed_in(answer) | carried_in(answer)

    def test_are_asked_to_choose_a_file_again(self, failing) -> None:
        """E4: a browser does not send a file twice. The text can be copied."""
        client = failing(OSError(errno.EROFS, "Read-only file system"))
        client.force_login(make_user("Editor"))
        file = SimpleUploadedFile("a.png", b"x", "image/png")
        answer = client.post(ADD, {"title": "With a cover", "body": "Words.", "cover_file": file}, secure=True)
        page = answer.content.decode()
        assert typed_in(answer) == {"title": "With a cover", "body": "Words."}
        assert "choose the file again" in page
        assert "Send again" not in page

    @pytest.mark.parametrize(
        "headers", [{"accept": "application/json"}, {"x-requested-with": "XMLHttpRequest"}], ids=["fetch", "xhr"]
    )
    def test_whose_script_asks_get_json(self, failing, headers) -> None:
        """E4: autosave answers JSON with 503. Its script keeps the text in the browser and tries again."""
        client = failing(OperationalError("database is locked"))
        client.force_login(make_user("Editor"))
        address = "/admin/insights/article/autosave/"
        answer = client.post(address, {"title": "x", "body": "y"}, secure=True, headers=headers)
        assert (answer.status_code, answer["Content-Type"]) == (503, "application/json")
        assert answer.json()["error"].endswith("Please try again in a minute.")
        assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("name", "value", "is_ours"),
    [
        ("title", "A title", True), ("slug", "a-title", True), ("body", "1986", False), ("email", "a@b.co", True),
        ("excerpt", "", False), ("is_active", "on", False), ("category", "12", False), ("opened_body", "Old", False),
        ("csrfmiddlewaretoken", "abc", False), ("rule-0-keywords", "course, lesson", True), ("_save", "Save", False),
        ("rule-TOTAL_FORMS", "1", False), ("tab", "0" * 32, False), ("at", "2026-05-25T09:00", False),
    ],
)  # fmt: skip
def test_a_field_is_shown_when_a_person_typed_it(name: str, value: str, is_ours: bool) -> None:
    assert is_typed(name, value) == is_ours


def test_nothing_is_stored_by_half(failing) -> None:
    client = failing(OperationalError("database is locked"))
    client.force_login(make_user(superuser=True))
    client.post(TEXT_FORMS["category"], FORMS["category"](None), secure=True)
    assert not Category.objects.filter(slug="policy").exists()
