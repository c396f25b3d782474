"""Simultaneous requests to the admin, on the real site: no text lost, no error."""

from __future__ import annotations

import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.insights.pictures.test_uploads import picture_bytes


@pytest.fixture(scope="module")
def site(start_site):
    site = start_site(with_worker=False)
    yield site
    site.stop()


def at_once(times: int, ask) -> Counter[int]:
    with ThreadPoolExecutor(times) as pool:
        return Counter(answer.status for answer in pool.map(ask, range(times)))


@pytest.fixture(scope="module")
def editor(site):
    """Return headers of a logged-in account, and the token of its forms."""
    return site.log_in(role="Editor")


def test_a_new_article_sent_without_its_mark_is_made_once(site, editor):
    """The second request gets a message that the URL is in use, and no 500."""
    form = {"title": "Clicked twice", "csrfmiddlewaretoken": editor["x_csrftoken"], "_save": "1"}
    answers = at_once(6, lambda _: site.post("/admin/insights/article/add/", form, **editor))
    assert answers[302] == 1
    assert set(answers) == {302, 400}
    assert (
        site.shell("from insights.models import Article; print(Article.objects.filter(slug='clicked-twice').count())")
        == "1"
    )


TIMES = 4


@pytest.mark.parametrize("round_", range(3))
@pytest.mark.parametrize("button", ["_save", "_publish", "_submit"])
def test_the_form_of_a_new_article_pressed_four_times_at_once_makes_one(site, editor, button, round_):
    """E13: every press is answered like the first, and leads to the same article."""
    title = f"Pressed {button} {round_}"
    form = {"title": title, "excerpt": "Two words.", "body": "Some words.\n", "authors_0": byline(site),
            "tab": secrets.token_hex(16),
            "category": category(site), "csrfmiddlewaretoken": editor["x_csrftoken"], button: "1"}  # fmt: skip
    with ThreadPoolExecutor(TIMES) as pool:
        answers = list(pool.map(lambda _: site.post("/admin/insights/article/add/", form, **editor), range(TIMES)))
    assert [answer.status for answer in answers] == [302] * TIMES
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert counted(site, title) == "1 1"


def test_autosave_and_a_press_at_once_make_one_article(site, editor):
    """E13: the first autosave and the button arrive in the same second."""
    title = "Pressed while it saved itself"
    form = {
        "title": title,
        "body": "Some words.\n",
        "tab": secrets.token_hex(16),
        "csrfmiddlewaretoken": editor["x_csrftoken"],
    }
    ways = [("add/", {**form, "_save": "1"}), ("autosave/", form)] * 2

    with ThreadPoolExecutor(TIMES) as pool:
        answers = list(pool.map(lambda way: site.post(f"/admin/insights/article/{way[0]}", way[1], **editor), ways))
    assert [answer.status for answer in answers] == [302, 200, 302, 200], answers
    assert counted(site, title) == "1 1"


def byline(site) -> str:
    return site.shell(
        "from insights.models import Author; print(Author.objects.get_or_create(name='A', slug='a')[0].pk)"
    )


def category(site) -> str:
    return site.shell(
        "from insights.models import Category; print(Category.objects.get_or_create(name='B', slug='b')[0].pk)"
    )


def counted(site, title: str) -> str:
    """Return how many articles have it, and how many texts."""
    return site.shell(
        f"from insights.models import Version; found = Version.objects.filter(title={title!r})\n"
        "print(found.values('article').distinct().count(), found.count())"
    )


def test_of_two_editors_one_hears_of_the_other(site, editor):
    """D02: one save is stored, the others get 409. No version is lost."""
    pk, base = site.shell(
        "from insights.editor.form import version_token; from tests.factories import make_article\n"
        "article = make_article('Shared', published=None); print(article.pk, version_token(article.working_version()))"
    ).split()
    form = {"title": "Shared", "slug": "shared", "base": base, "_publish": "1",
            "csrfmiddlewaretoken": editor["x_csrftoken"]}  # fmt: skip
    answers = at_once(
        6, lambda n: site.post(f"/admin/insights/article/{pk}/change/", {**form, "body": f"By {n}."}, **editor)
    )
    assert answers == {302: 1, 409: 5}
    kept = site.shell(f"from insights.models import Version; print(Version.objects.filter(article={pk}).count())")
    assert kept == "2"  # the text that all had opened, and the first one's


def test_sixty_uploads_at_once_are_thirty_pictures(site, editor):
    """U19: the limit holds when the uploads come in parallel."""
    content = picture_bytes(size=(2, 2))
    body = (
        b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        + content + b"\r\n--b--\r\n"
    )  # fmt: skip
    headers = {**editor, "content_type": "multipart/form-data; boundary=b"}
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda _: site.post("/admin/markdown/upload/", body, **headers), range(60))
        assert Counter(answer.status for answer in answers) == {200: 30, 429: 30}
    assert site.shell("from insights.models import Picture; print(Picture.objects.count())") == "30"
    assert len(list((site.folder / "media").rglob("*.png"))) == 30
