"""Reading aids on the article page."""

from __future__ import annotations

import pytest

from tests.factories import make_article, make_author, make_picture

pytestmark = pytest.mark.django_db

SECTION = "\n\n## Section {n}\n\n" + "word " * 200
LONG = "".join(SECTION.format(n=n) for n in range(1, 5))


def page(client, article) -> str:
    answer = client.get(article.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


class TestContents:
    def test_a_long_piece_lists_its_sections_and_their_parts(self, client):
        text = page(client, make_article(body=LONG + "\n\n### A part\n\nWords.\n"))
        contents = text[text.index('<nav class="contents"') : text.index('<div class="prose"')]
        assert contents.count("<li>") == 5
        assert '<a href="#s-section-4">Section 4</a><ol><li><a href="#s-a-part">A part</a></li></ol>' in contents
        assert "<summary>Contents</summary>" in contents

    @pytest.mark.parametrize("body", [LONG.replace("word ", ""), "word " * 2000, "## One\n\n" + "word " * 2000])
    def test_a_short_piece_or_one_without_sections_has_none(self, client, body):
        assert 'class="contents"' not in page(client, make_article(body=body))

    def test_parts_before_the_first_section_stand_for_themselves(self, client):
        text = page(client, make_article(body="### Early\n\nWords.\n" + LONG))
        assert '<li><a href="#s-early">Early</a></li>' in text

    def test_a_hostile_heading_is_text(self, client):
        """M09: a heading as markup, in the list of contents."""
        text = page(client, make_article(body="## <script>alert(1)</script>\n" + LONG))
        assert "<script>alert" not in text

    def test_every_entry_leads_to_a_heading(self, client):
        text = page(client, make_article(body=LONG))
        for number in range(1, 5):
            assert f'<h2 id="s-section-{number}" aria-label="Section {number}">' in text


class TestTheHead:
    @pytest.mark.parametrize(("words", "minutes"), [(1, 1), (230, 1), (690, 3), (2300, 10)])
    def test_it_tells_how_long_reading_takes(self, client, words, minutes):
        assert f"<span>{minutes} min read</span>" in page(client, make_article(body="word " * words))

    def test_a_portrait_stands_beside_the_name(self, client):
        author = make_author("Desk", avatar=make_picture())
        assert 'class="avatar"' in page(client, make_article(authors=[author]))


class TestWithoutJavaScript:
    def test_headings_have_a_plain_link(self, client):
        text = page(client, make_article(body="## One\n"))
        assert '<a class="anchor" href="#s-one"' in text

    def test_what_only_a_script_can_answer_is_not_offered(self):
        from config.page_assets import SCRIPT, STYLE

        assert "html:not([data-js]) :is([data-scheme],[data-share]){display:none}" in STYLE
        assert 'dataset.js = ""' in SCRIPT


class TestFigures:
    def test_the_cover_bears_caption_and_credit(self, client):
        article = make_article(cover=make_picture(), cover_caption="Below it", cover_credit="Drawing: us")
        text = page(client, article)
        assert 'Below it <span class="credit">Drawing: us</span></figcaption>' in text

    def test_a_picture_in_the_text_brings_its_own(self, client):
        picture = make_picture(caption="Stored caption", credit="Photo: us")
        text = page(client, make_article(body=f"![]({picture.reference})\n"))
        assert 'Stored caption <span class="credit">Photo: us</span></figcaption>' in text
