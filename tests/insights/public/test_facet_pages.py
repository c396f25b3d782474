"""The pages of a category, tag, author and series: their own text and picture above their articles."""

from __future__ import annotations

import pytest

from tests.factories import make_article, make_author, make_category, make_picture, make_series, make_tag

pytestmark = pytest.mark.django_db

MAKERS = {"category": make_category, "tag": make_tag, "series": make_series}


def page(client, row) -> str:
    answer = client.get(row.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("kind", MAKERS)
def test_text_and_picture_stand_above_the_articles(client, kind):
    picture = make_picture(alt="A blue field", caption="Below it", credit="Drawing: us")
    row = MAKERS[kind]("A matter", text="What it is about.", picture=picture)
    make_article("Inside", **({"tags": [row]} if kind == "tag" else {kind: row}))
    text = page(client, row)
    order = ["A matter</h1>", "What it is about.", 'alt="A blue field"', "Below it", "Drawing: us", "Inside</a>"]
    places = [text.index(words, text.index("<main")) for words in order]
    assert places == sorted(places)
    assert '<meta name="description" content="What it is about.">' in text


class TestAnAuthor:
    def test_has_portrait_line_and_text(self, client):
        author = make_author("A desk", line="Looks closely", text="Important dates.", avatar=make_picture())
        make_article("Inside", authors=[author])
        text = page(client, author)
        assert '<p class="label">Author</p>' in text
        assert 'class="avatar"' in text
        for words in ("A desk</h1>", "Looks closely", "Important dates.", "Inside</a>"):
            assert words in text

    def test_without_a_portrait_shows_initials(self, client):
        assert '<span class="who" aria-hidden="true">AD</span>' in page(client, make_author("A desk", initials="AD"))


@pytest.mark.parametrize("kind", [*MAKERS, "author"])
def test_a_facet_without_words_and_picture_is_its_name_and_its_articles(client, kind):
    row = make_author("Bare") if kind == "author" else MAKERS[kind]("Bare")
    text = page(client, row)
    assert "Bare</h1>" in text
    assert '<figure class="band"' not in text
    assert f"“{row}” has no articles yet." in text


@pytest.mark.parametrize("kind", [*MAKERS, "author"])
def test_hostile_words_are_text(client, kind):
    """M09: name and text of categories, tags, authors and series."""
    hostile = '"><script>alert(1)</script>'
    make = make_author if kind == "author" else MAKERS[kind]
    assert "<script>alert" not in page(client, make(hostile, slug="x", text=hostile))


@pytest.mark.parametrize("kind", [*MAKERS, "author"])
def test_a_page_costs_at_most_four_queries(client, kind, django_assert_max_num_queries):
    row = make_author("One", avatar=make_picture()) if kind == "author" else MAKERS[kind]("One", picture=make_picture())
    for number in range(3):
        values = {"tags": [row]} if kind == "tag" else {"authors": [row]} if kind == "author" else {kind: row}
        make_article(f"Number {number}", **values)
    client.get(row.get_absolute_url())
    with django_assert_max_num_queries(4):
        client.get(row.get_absolute_url())
