"""The focal point of a picture is visible wherever the site crops it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from insights.markup.picture_html import PLACES, picture_html
from tests.factories import make_article, make_author, make_category, make_picture, make_user

ROOT = Path(__file__).resolve().parents[2]
CROPS = [name for name, place in PLACES.items() if place.crops]


def classes(x: float, y: float, place: str = "card") -> set[str]:
    found = re.search(r'class="([^"]*)"', picture_html("/a.png", "", 6, 4, place=place, focus=(x, y)))
    return set(found[1].split()) if found else set()


def test_the_middle_needs_no_word():
    assert picture_html("/a.png", "", 6, 4, place="card") == picture_html(
        "/a.png", "", 6, 4, place="card", focus=(0.5, 0.5)
    )
    assert "class" not in picture_html("/a.png", "", 6, 4, place="card")


@pytest.mark.parametrize(
    ("x", "y", "wanted"),
    [(0, 0, {"x0", "y0"}), (1, 1, {"x4", "y4"}), (0.5, 0.1, {"y0"}), (0.25, 0.5, {"x1"}), (0.78, 0.5, {"x3"})],
)
def test_a_point_has_its_classes(x, y, wanted):
    assert classes(x, y) == wanted


@pytest.mark.parametrize("place", sorted(PLACES))
def test_only_where_the_site_crops(place):
    assert bool(classes(0, 0, place)) == (place in CROPS)


@pytest.mark.parametrize("sheet", ["config/static/css/site.css", "insights/static/insights/admin/pictures.css"])
def test_the_sheets_know_every_class(sheet):
    css = (ROOT / sheet).read_text()
    stops = dict(re.findall(r"\.([xy]\d) { --\w: ([\d%]+); }", css))
    assert stops == {
        f"{axis}{stop}": value for axis in "xy" for stop, value in ((0, "0"), (1, "25%"), (3, "75%"), (4, "100%"))
    }
    assert "object-position: var(--x, 50%) var(--y, 50%)" in css


@pytest.mark.parametrize("share", [0.2, 0.3, 0.5, 0.67, 0.9])
def test_the_point_is_in_view_wherever_a_fifth_of_the_picture_is(share):
    """By the rule of `object-position`: at 100 % · p, point p of the picture is at point p of its box."""
    for hundredth in range(101):
        point = hundredth / 100
        names = classes(point, 0.5)
        stop = {"x0": 0, "x1": 0.25, "x3": 0.75, "x4": 1}[names.pop()] if names else 0.5
        left = stop * (1 - share)
        assert left - 1e-9 <= point <= left + share + 1e-9, (point, stop)


@pytest.mark.django_db
class TestOnTheSite:
    @pytest.fixture
    def picture(self):
        picture = make_picture()
        picture.focal_x, picture.focal_y = 0.1, 0.9
        picture.save()
        return picture

    def test_cover_card_and_lead(self, client, picture):
        article = make_article(cover=picture, category=make_category("Policy", slug="policy"))
        for address in (article.get_absolute_url(), "/", "/insights/", "/insights/category/policy/"):
            shown = [
                tag
                for tag in re.findall(r"<img[^>]*>", client.get(address).content.decode())
                if picture.file.url in tag
            ]
            assert shown, address
            assert all("x0 y4" in tag for tag in shown), address

    def test_portraits_and_bands(self, client, picture):
        author = make_author("A portrait", slug="portrait", avatar=picture)
        category = make_category("Policy", slug="policy", picture=picture)
        article = make_article(authors=[author], category=category)
        for address in (article.get_absolute_url(), author.get_absolute_url(), category.get_absolute_url()):
            assert "x0 y4" in client.get(address).content.decode(), address

    def test_a_picture_in_a_text_is_shown_whole(self, client, picture):
        article = make_article(body=f"![x]({picture.reference})\n")
        assert "x0 y4" not in client.get(article.get_absolute_url()).content.decode()

    def test_it_is_set_in_the_admin_and_shown_at_once(self, client, picture):
        client.force_login(make_user("Editor"))
        article = make_article(cover=picture)
        assert "x0 y4" in client.get("/insights/").content.decode()
        words = {"alt": "A field", "caption": "", "credit": "", "focal_x": "1", "focal_y": "0.5"}
        assert client.post(f"/admin/insights/picture/{picture.pk}/change/", words).status_code == 302
        for address in ("/insights/", article.get_absolute_url()):
            shown = client.get(address).content.decode()
            assert "x4" in shown
            assert "x0 y4" not in shown

    @pytest.mark.parametrize("value", ["-0.1", "1.1", "x", "", "nan", "inf"])
    def test_a_point_outside_the_picture_is_an_error_of_its_field(self, client, picture, value):
        client.force_login(make_user("Editor"))
        words = {"alt": "A field", "focal_x": value, "focal_y": "0.5"}
        answer = client.post(f"/admin/insights/picture/{picture.pk}/change/", words)
        assert answer.status_code == 400
        assert answer.context["adminform"].form.errors["focal_x"]
