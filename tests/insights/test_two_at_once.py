"""Two requests of the desk at the same instant, at the real site: nothing is lost, nothing breaks."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.insights.test_images import picture_bytes


@pytest.fixture(scope="module")
def desk(start_site):
    site = start_site(with_worker=False)
    yield site
    site.stop()


def at_once(times: int, ask) -> Counter[int]:
    with ThreadPoolExecutor(times) as pool:
        return Counter(answer.status for answer in pool.map(ask, range(times)))


@pytest.fixture(scope="module")
def editor(desk):
    """Headers of an account that is logged in, and the token its forms carry."""
    return desk.log_in(role="Editor")


def test_a_double_click_on_a_new_article_makes_one(desk, editor):
    """The second one hears that the address is taken; never a 500."""
    form = {"title": "Clicked twice", "csrfmiddlewaretoken": editor["x_csrftoken"], "_save": "1"}
    answers = at_once(6, lambda _: desk.post("/admin/insights/article/add/", form, **editor))
    assert answers[302] == 1
    assert set(answers) == {302, 400}
    assert (
        desk.shell("from insights.models import Article; print(Article.objects.filter(slug='clicked-twice').count())")
        == "1"
    )


def test_of_two_editors_one_hears_of_the_other(desk, editor):
    """D02: one save stands, the others get 409; no version is lost."""
    pk, base = desk.shell(
        "from insights.forms.articles import base_of; from tests.factories import make_article\n"
        "article = make_article('Shared', published=None); print(article.pk, base_of(article.working_version()))"
    ).split()
    form = {"title": "Shared", "slug": "shared", "base": base, "_publish": "1",
            "csrfmiddlewaretoken": editor["x_csrftoken"]}  # fmt: skip
    answers = at_once(
        6, lambda n: desk.post(f"/admin/insights/article/{pk}/change/", {**form, "body": f"By {n}."}, **editor)
    )
    assert answers == {302: 1, 409: 5}
    kept = desk.shell(f"from insights.models import Version; print(Version.objects.filter(article={pk}).count())")
    assert kept == "2"  # the text that all had opened, and the first one's


def test_sixty_uploads_at_once_are_thirty_pictures(desk, editor):
    """U19: the limit holds when the uploads come in parallel."""
    content = picture_bytes(size=(2, 2))
    body = (
        b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        + content + b"\r\n--b--\r\n"
    )  # fmt: skip
    headers = {**editor, "content_type": "multipart/form-data; boundary=b"}
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda _: desk.post("/admin/markdown/upload/", body, **headers), range(60))
        assert Counter(answer.status for answer in answers) == {200: 30, 429: 30}
    assert desk.shell("from insights.models import Picture; print(Picture.objects.count())") == "30"
    assert len(list((desk.folder / "media").rglob("*.png"))) == 30
