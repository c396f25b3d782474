"""Share images of articles."""

from __future__ import annotations

import datetime as dt
import io
import re
from itertools import count

import pytest
import time_machine
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from insights.covers import choose_cover, draw
from insights.covers.figures import FIGURES
from insights.covers.share_card import (
    ACCENT,
    FIGURE,
    INK,
    LEFT,
    PAPER,
    RIGHT,
    SIZE,
    TITLE_HEIGHT,
    WASH,
    Card,
    draw_card,
    drawable_text,
    fitted,
    leading,
    width,
)
from insights.covers.svg_pixels import DrawingStyle, rasterize
from insights.models import SiteSettings
from insights.public import share_images as share_images
from insights.publishing.drafts import import_version
from tests.factories import make_article, make_author, make_category

SITE = settings.SITE_URL


def path_for(client, page: str) -> str:
    """Return the path of the share image that a page names."""
    found = re.search(r'property="og:image" content="([^"]*)"', client.get(page).content.decode())
    assert found and found[1].startswith(SITE)
    return found[1].removeprefix(SITE)


def picture(client, address: str) -> Image.Image:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    return Image.open(io.BytesIO(response.content)).convert("RGB")


def kept() -> list[str]:
    return default_storage.listdir("share")[1] if default_storage.exists("share") else []


@pytest.mark.django_db
class TestTheImageOfAnArticle:
    def test_is_a_picture_of_its_own_at_the_size_that_networks_show(self, client):
        one, two = make_article("One"), make_article("Two")
        first, second = (picture(client, path_for(client, row.get_absolute_url())) for row in (one, two))
        assert first.size == second.size == (1200, 630)
        assert first.tobytes() != second.tobytes()

    def test_has_a_new_address_when_what_it_shows_changes(self, client):
        author, category = make_author("A Desk"), make_category("Analysis")
        article = make_article("One", authors=[author], category=category)
        page = article.get_absolute_url()
        seen = [path_for(client, page)]
        article.publish(import_version(article, {"title": "Another"}))
        seen.append(path_for(client, page))
        category.name = "Opinion"
        category.save()
        seen.append(path_for(client, page))
        author.name = "B Desk"
        author.save()
        seen.append(path_for(client, page))
        site = SiteSettings.current()
        site.name = "Another Hub"
        site.save()
        seen.append(path_for(client, page))
        assert len(set(seen)) == 5
        for old in seen[:-1]:
            answer = client.get(old)
            assert (answer.status_code, answer["Location"]) == (302, seen[-1])

    def test_stays_the_same_when_only_the_text_changes(self, client):
        article = make_article("One")
        before = path_for(client, article.get_absolute_url())
        article.publish(import_version(article, {"body": "Other words.\n"}))
        assert path_for(client, article.get_absolute_url()) == before

    def test_is_found_under_an_old_slug(self, client):
        article = make_article("One")
        before = path_for(client, article.get_absolute_url())
        article.change_slug("second")
        answer = client.get(before, follow=True)
        assert answer.status_code == 200
        assert answer.redirect_chain[0] == (before.replace("/one/", "/second/"), 301)

    def test_is_nowhere_while_the_article_is_not_out(self, client):
        """H14: the Open Graph image of a draft, future or unpublished article is 404, also when it was drawn before."""
        article = make_article("One")
        address = path_for(client, article.get_absolute_url())
        picture(client, address)
        article.unpublish()
        assert client.get(address).status_code == 404
        make_article("Draft", published=None)
        make_article("Future", published=timezone.now() + dt.timedelta(hours=2))
        for slug in ("draft", "future", "nothing"):
            assert client.get(f"/insights/{slug}/share-0000000000.png").status_code == 404
        article.republish()
        picture(client, address)

    def test_is_drawn_once_and_stored_under_an_unguessable_name(self, client):
        article = make_article("One")
        address = path_for(client, article.get_absolute_url())
        first = client.get(address).content
        (name,) = kept()
        assert re.fullmatch(r"[0-9a-f]{64}\.png", name)
        # From now on the file is served.
        with default_storage.open(f"share/{name}") as file:
            assert file.read() == first
        assert client.get(address).content == first
        assert kept() == [name]

    def test_may_be_kept_by_any_cache_and_is_304_for_who_has_it(self, client):
        address = path_for(client, make_article("One").get_absolute_url())
        first = client.get(address)
        assert first["Cache-Control"] == "public, max-age=86400, s-maxage=60"
        assert not first.cookies
        assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304

    def test_is_drawn_even_if_it_cannot_be_kept(self, client, settings, caplog):
        """The storage is full. Readers still get the picture, and one log line says so."""
        address = path_for(client, make_article("One").get_absolute_url())
        settings.MEDIA_ROOT.mkdir(exist_ok=True)
        (settings.MEDIA_ROOT / "share").write_text("in the way")
        assert picture(client, address).size == SIZE
        assert len([record for record in caplog.records if record.name == "insights.public.stored_images"]) == 1

    def test_costs_two_queries(self, client, django_assert_max_num_queries):
        address = path_for(client, make_article("One", authors=[make_author()]).get_absolute_url())
        client.get(address)
        with django_assert_max_num_queries(2):
            client.get(address)


@pytest.mark.django_db
def test_every_other_page_has_the_image_of_the_site(client):
    address = path_for(client, "/")
    assert address == path_for(client, "/insights/")
    assert picture(client, address).size == SIZE
    answer = client.get("/insights/share-0000000000.png")
    assert (answer.status_code, answer["Location"]) == (302, address)


@pytest.mark.django_db
def test_old_images_are_removed_and_drawn_again_when_asked_for(client):
    address = path_for(client, make_article("One").get_absolute_url())
    first = client.get(address).content
    assert share_images.remove_old() == 0
    with time_machine.travel(timezone.now() + share_images.KEPT + dt.timedelta(hours=1)):
        assert share_images.remove_old() == 1
        assert kept() == []
    assert client.get(address).content == first


def test_removing_before_anything_was_kept_is_no_error(db):
    assert share_images.remove_old() == 0


class TestWhatIsDrawn:
    @pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.__name__)
    def test_every_figure_fills_its_place_with_lines_one_bold_and_a_dot(self, figure):
        seed = next(f"seed-{number}" for number in count() if choose_cover(f"seed-{number}") is figure)
        place = rasterize(draw(seed), (540, 630), DrawingStyle(WASH, ACCENT, pen=1.9))
        colours = {colour: times for times, colour in place.getcolors(1 << 24)}
        inked = 1 - colours[WASH] / (540 * 630)
        assert 0.02 < inked < 0.7
        assert colours[ACCENT] > 200  # the dot alone has about three hundred pixels

    def test_shows_words_on_paper_beside_the_figure(self):
        card = draw_card(Card("one", "AI Scope Hub", "Analysis", "A title", "A Desk")).convert("RGB")
        words, figure = card.crop((0, 0, FIGURE, 630)), card.crop((FIGURE, 0, 1200, 630))
        assert max(abs(a - b) for a, b in zip(words.getpixel((2, 2)), PAPER, strict=True)) <= 2
        near = [colour for _, colour in words.getcolors(4096)]
        assert any(max(abs(a - b) for a, b in zip(colour, INK, strict=True)) < 12 for colour in near)
        assert figure.getcolors(4096)

    def test_is_the_same_bytes_each_time(self):
        card = Card("one", "AI Scope Hub", "Analysis", "A title", "A Desk")
        assert draw_card(card).tobytes() == draw_card(card).tobytes()

    def test_is_light_enough_for_every_network(self):
        for seed in ("a", "b", "c", "d", "e", "f"):
            stream = io.BytesIO()
            draw_card(Card(seed, "AI Scope Hub", "Analysis", "A title " * 20)).save(stream, "PNG", optimize=True)
            assert len(stream.getvalue()) < 250_000

    @pytest.mark.parametrize(
        "title",
        ["Short", "Of a middling length, as most are", "Words of all kinds " * 10, "W" * 200, "i" * 200, "x " * 100],
    )
    def test_fits_any_title(self, title):
        size, lines = fitted(title.strip())
        assert lines
        assert len(lines) * leading(size) <= TITLE_HEIGHT
        assert all(width(line, size) <= RIGHT - LEFT for line in lines)
        shown = "".join(lines).replace(" ", "")
        assert shown.endswith("…") or shown == title.replace(" ", "")

    def test_leaves_out_characters_that_the_font_lacks(self):
        assert drawable_text("中国 and\u000b “Überblick”\n½ é — Ελληνικά кириллица \U0001f600") == (
            "and “Überblick” ½ é — Ελληνικά кириллица"
        )
        assert drawable_text("e\u0301") == "é"
        assert drawable_text("\u202eabc") == "abc"

    def test_shows_the_site_name_if_the_font_lacks_the_whole_title(self):
        assert (
            draw_card(Card("one", "AI Scope Hub", "", "中国的人工智能")).tobytes()
            == draw_card(Card("one", "AI Scope Hub", "", "AI Scope Hub")).tobytes()
        )

    @pytest.mark.parametrize("title", ["", " ", '"><script>alert(1)</script>', "\u0301" * 100, "{{7*7}} %(x)s"])
    def test_takes_any_words(self, title):
        assert draw_card(Card("one", title, title, title, title)).size == SIZE


def test_the_face_comes_with_its_licence():
    from insights.covers.share_card import FACE

    assert "SIL OPEN FONT LICENSE" in (FACE.parent / "OFL.txt").read_text()
