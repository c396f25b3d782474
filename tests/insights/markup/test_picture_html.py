"""Pictures on a page: useful widths, always a size, the first one loaded early and all others lazily."""

from __future__ import annotations

import re

import pytest
from django.core.files.storage import default_storage

from insights.markup import render, sanitise
from insights.markup.figures import FigurePicture as FigurePicture
from insights.markup.picture_html import PLACES, Files, picture_html
from insights.models import SiteSettings
from insights.pictures.renditions import RECIPE, make_renditions
from tests.factories import make_article, make_author, make_category, make_picture
from tests.insights.photos import make_photo

UID = "00000000-0000-0000-0000-000000000001"
WIDTHS = (320, 480, 800, 1200, 1600)
FILES = Files("/media/renditions/1/ab", {"avif": WIDTHS, "webp": WIDTHS})


def named(html: str, format_: str = "avif") -> list[int]:
    """Return the widths that a page names."""
    return [int(width) for width in re.findall(rf'-(\d+)\.{format_}(?: \1w|")', html)]


class TestAPlace:
    def test_a_text_names_what_a_column_needs_and_no_more(self):
        html = picture_html("/a.jpg", "Words", 1600, 900, FILES)
        assert html == (
            '<picture><source type="image/avif" srcset="/media/renditions/1/ab-480.avif 480w, '
            '/media/renditions/1/ab-800.avif 800w, /media/renditions/1/ab-1200.avif 1200w" '
            'sizes="(min-width:41em) 37em,92vw"><source type="image/webp" '
            'srcset="/media/renditions/1/ab-480.webp 480w, /media/renditions/1/ab-800.webp 800w, '
            '/media/renditions/1/ab-1200.webp 1200w" sizes="(min-width:41em) 37em,92vw">'
            '<img src="/a.jpg" alt="Words" width="1600" height="900" loading="lazy" decoding="async"></picture>'
        )
        assert len(html) < 700

    @pytest.mark.parametrize(
        ("place", "widths"),
        [("cover", [480, 800, 1200, 1600]), ("lead", [480, 800, 1200]), ("card", [320, 480, 800]), ("avatar", [320])],
    )
    def test_every_place_has_its_own_choice(self, place, widths):
        html = picture_html("/a.jpg", "", 1600, 900, FILES, place=place)
        assert named(html) == named(html, "webp") == widths
        assert html.count(f'sizes="{PLACES[place].sizes}"') == (2 if len(widths) > 1 else 0)

    @pytest.mark.parametrize(
        ("has", "names"), [([320], [320]), ([1200], [1200]), ([320, 1400], [1400]), ([480, 1000], [480, 1000])]
    )
    def test_what_there_is_is_used_where_a_width_is_missing(self, has, names):
        assert named(picture_html("/a.jpg", "", 1400, 900, Files("/b", {"avif": has}))) == names

    def test_without_renditions_there_is_the_stored_file_alone(self):
        html = picture_html("/a.jpg", "", 60, 40)
        assert html == '<img src="/a.jpg" alt="" width="60" height="40" loading="lazy" decoding="async">'

    def test_the_first_picture_comes_early_and_does_not_wait(self):
        html = picture_html("/a.jpg", "", 60, 40, place="cover", early=True)
        assert html == '<img src="/a.jpg" alt="" width="60" height="40" fetchpriority="high">'

    def test_words_are_text(self):
        """M09: an alt text as markup."""
        html = picture_html('/a"b.jpg', '"><script>alert(1)</script>', 1, 1, Files('/"c', {"webp": [1]}), css='"')
        assert "<script" not in html
        assert html.count('"') % 2 == 0
        assert 'srcset="/&quot;c-1.webp"' in html


class TestTheSanitiser:
    def test_a_figure_passes_as_it_is(self):
        html = render(f"![](picture:{UID})", {UID: FigurePicture("/a.jpg", 1600, 900, "Words", files=FILES)}).html
        assert html == f'<figure class="picture">{picture_html("/a.jpg", "Words", 1600, 900, FILES)}</figure>\n'

    def test_within_a_line_too(self):
        html = render(f"See ![](picture:{UID}) here", {UID: FigurePicture("/a.jpg", 1600, 900, "W", files=FILES)}).html
        assert html.startswith("<p>See <picture><source")
        assert html.endswith("</picture> here</p>\n")

    def test_other_attributes_do_not(self):
        dirty = (
            '<picture class="x" onclick="a()"><source type="text/html" srcset="/a 1w" sizes="1px" media="all" '
            'onerror="a()" src="/x"><img src="/a.png" onload="a()" srcset="https://evil.example/x 2x"></picture>'
        )
        assert sanitise(dirty) == '<picture><source srcset="/a 1w"><img src="/a.png"></picture>'

    def test_markdown_has_no_way_to_write_one(self):
        html = render('<picture><source srcset="https://evil.example/x"></picture>').html
        assert "<picture" not in html
        assert "<source" not in html


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def article(self):
        photo, portrait = make_photo((1200, 600), alt="A field"), make_photo((640, 400))
        make_renditions(photo)
        make_renditions(portrait)
        author = make_author("Somebody", avatar=portrait)
        text = f'Words.\n\n![Ground]({photo.reference} "A caption")\n'
        return make_article("Shown", cover=photo, cover_alt="Cover's words", body=text, authors=[author])

    def test_the_cover_is_early_and_the_figure_late(self, client, article):
        html = client.get(article.get_absolute_url()).text
        cover, figure = re.findall(r'<figure class="[^"]*picture">(.*?)</figure>', html, re.DOTALL)
        assert named(cover) == [480, 800, 1200]
        assert 'alt="Cover&#x27;s words" width="1200" height="600" fetchpriority="high"' in cover
        assert named(figure) == [480, 800, 1200]
        assert 'alt="Ground" width="1200" height="600" loading="lazy"' in figure

    def test_the_author_is_small(self, client, article):
        html = client.get(article.get_absolute_url()).text
        avatar = re.search(r'<picture>(?:(?!</picture>).)*class="avatar".*?</picture>', html, re.DOTALL)
        assert avatar
        assert named(avatar[0]) == [320]
        assert "loading" not in avatar[0]

    def test_no_query_is_added(self, client, article, django_assert_max_num_queries):
        SiteSettings.current()
        client.get(article.get_absolute_url())
        with django_assert_max_num_queries(4):
            client.get(article.get_absolute_url())

    def test_every_file_that_a_page_names_is_there(self, client, article):
        found = set()
        for address in (article.get_absolute_url(), "/", "/insights/", "/insights/author/somebody/"):
            for names in re.findall(r'srcset="([^"]+)"', client.get(address).text):
                found |= {name.split()[0] for name in names.split(", ")}
        assert len(found) == 8  # three widths of the cover, one of the portrait, in two formats
        for name in found:
            answer = client.get(name, secure=True)
            assert answer.status_code == 200
            assert answer["Content-Type"] == f"image/{name.rpartition('.')[2]}"
            assert "immutable" in answer["Cache-Control"]
            assert answer["X-Content-Type-Options"] == "nosniff"
            answer.close()

    def test_a_list_names_small_files_for_its_cards_and_large_ones_for_its_lead(self, client, article):
        make_article("Newer", cover=article.live_version().cover)
        html = client.get("/insights/").text
        lead = html[html.index('class="lead"') : html.index('class="cards"')]
        card = html[html.index('class="cards"') :]
        assert named(lead) == [480, 800, 1200]
        assert 'fetchpriority="high"' in lead
        assert named(card) == [320, 480, 800]
        assert 'loading="lazy"' in card
        assert ',8.3em"' in card

    def test_every_picture_says_its_size(self, client, article):
        make_article("No widths yet", cover=make_picture())
        for address in ("/", "/insights/", article.get_absolute_url(), "/insights/author/somebody/"):
            for image in re.findall(r"<img [^>]*>", client.get(address).text):
                assert re.search(r' width="\d+" height="\d+"', image), (address, image)

    def test_before_they_are_made_the_page_shows_the_stored_file(self, client):
        picture = make_photo()
        article = make_article(cover=picture, body=f"![]({picture.reference})\n")
        html = client.get(article.get_absolute_url()).text
        assert html.count(f'src="{picture.file.url}"') == 2
        assert f"/renditions/{RECIPE}" not in html


@pytest.mark.django_db
class TestAPictureWhoseFileIsGone:
    @pytest.fixture
    def article(self):
        """Return an article whose cover lost its renditions. The picture in its text never had any."""
        cover, shown = make_photo(alt="A field"), make_photo((640, 400), alt="Ground")
        make_renditions(cover)
        article = make_article(
            "Lost", cover=cover, body=f"![]({shown.reference})\n", category=make_category("Analysis", picture=cover)
        )
        for folder in ("pictures/2026", f"renditions/{RECIPE}"):
            for name in default_storage.listdir(folder)[1]:
                default_storage.delete(f"{folder}/{name}")
        return article

    def test_pages_and_feeds_go_on_with_the_words(self, client, article):
        html = client.get(article.get_absolute_url())
        assert html.status_code == 200
        assert 'alt="A field"' in html.text
        assert 'alt="Ground"' in html.text
        for address in (
            "/", "/insights/", "/insights/category/analysis/", "/insights/feed.xml", "/insights/feed.json",
            "/insights/lost.md", "/sitemap.xml",
        ):  # fmt: skip
            assert client.get(address).status_code == 200, address

    def test_the_file_itself_is_not_found(self, client, article):
        for address in re.findall(r'src="(/media/[^"]+)"', client.get(article.get_absolute_url()).text):
            assert client.get(address, secure=True).status_code == 404

    def test_admin_pages_still_open(self, client, article, admin_user):
        client.force_login(admin_user)
        cover = article.live_version().cover
        for address in (
            "/admin/insights/picture/",
            f"/admin/insights/picture/{cover.pk}/change/",
            f"/admin/insights/article/{article.pk}/change/",
            f"/admin/insights/article/{article.pk}/preview/",
        ):
            assert client.get(address).status_code == 200, address

    def test_it_can_be_saved_and_deleted(self, client, article, admin_user, django_capture_on_commit_callbacks):
        client.force_login(admin_user)
        unused = make_photo((500, 300))
        make_renditions(unused)
        default_storage.delete(unused.file.name)
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(f"/admin/insights/picture/{unused.pk}/delete/", {"post": "yes"})
        assert answer.status_code == 302
