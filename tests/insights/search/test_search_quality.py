"""Quality of fifty searches in the demo publication, alone and among a thousand generated articles."""

from __future__ import annotations

from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from insights.demo import scale
from insights.models import Article, SearchEntry
from insights.search import index
from insights.search.measurement import mean_reciprocal_rank, measure, read_queries
from tests.insights.search import search_words

pytestmark = pytest.mark.django_db

QUERIES = Path(__file__).parent / "search_queries.yaml"
WORDS = Path(__file__).parent / "search_words.yaml"
HELD = 0.95


def test_there_are_ten_queries_of_each_kind():
    kinds = Counter(expected.kind for expected in read_queries(QUERIES))
    assert kinds == dict.fromkeys(
        ["phrase", "misspelling", "accent or stem", "only in the body", "two topics at once"], 10
    )


def test_the_right_article_comes_first_alone_and_in_a_crowd():
    call_command("load_demo", stdout=StringIO())
    index.refresh_all()
    alone = measure(read_queries(QUERIES))
    assert mean_reciprocal_rank(alone) > HELD
    scale.make_scale(1_000)
    crowded = measure(read_queries(QUERIES))
    assert mean_reciprocal_rank(crowded) > HELD
    assert [one.expected.text for one in crowded if not one.rank] == []
    said = StringIO()
    call_command("measure_search", str(QUERIES), stdout=said)
    assert f"{mean_reciprocal_rank(crowded):.3f}  mean reciprocal rank of all 50" in said.getvalue()


def test_the_publication_s_own_words_are_found_alone_and_in_a_crowd():
    """Fault A7: acronyms, possessives, names with punctuation, hidden characters and scripts without blanks."""
    queries = read_queries(WORDS)
    assert len(queries) == 30
    call_command("load_demo", stdout=StringIO())
    search_words.make_all()
    index.refresh_all()
    alone = measure(queries)
    assert [(one.expected.text, one.rank) for one in alone if one.rank != 1] == []
    scale.make_scale(1_000)
    crowded = measure(queries)
    assert mean_reciprocal_rank(crowded) > HELD
    assert mean_reciprocal_rank(measure(read_queries(QUERIES))) > HELD


def test_a_file_that_holds_no_queries_is_refused_in_words(tmp_path):
    file = tmp_path / "queries.yaml"
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("measure_search", str(file))
    for text in ("- a\n- b\n", "a: {b: [", "a: b", "a: {b: 3}"):
        file.write_text(text)
        with pytest.raises(CommandError, match="must be YAML"):
            call_command("measure_search", str(file))
    file.write_text("a: {}")
    with pytest.raises(CommandError, match="contains no query"):
        call_command("measure_search", str(file))


class TestGeneratedArticles:
    def test_are_the_same_however_many_are_made_at_once(self):
        scale.make_scale(3)
        first = Article.objects.get(slug="generated-2").live_version()
        scale.make_scale(5, versions=2)
        again = Article.objects.get(slug="generated-2").live_version()
        assert (first.pk, Article.objects.count(), SearchEntry.objects.count()) == (again.pk, 5, 5)
        Article.objects.all().delete()
        scale.make_scale(5)
        same = Article.objects.get(slug="generated-2").live_version()
        assert (same.title, same.body, same.listed_at) == (first.title, first.body, first.listed_at)

    def test_earlier_versions_are_not_found(self, client):
        scale.make_scale(3, versions=5)
        article = Article.objects.get(slug="generated-1")
        assert article.versions.count() == 5
        assert article.live_version().live_until is None
        assert client.get("/insights/generated-1/").status_code == 200

    def test_a_number_that_makes_no_sense_is_refused(self):
        for count, versions in ((0, 1), (2_000_000, 1), (1, 0)):
            with pytest.raises(CommandError):
                call_command("make_scale", str(count), "--versions", str(versions))


def test_the_index_is_put_right_by_a_command():
    scale.make_scale(3)
    index.clear()
    said = StringIO()
    call_command("index_search", stdout=said)
    assert said.getvalue() == "Texts in the search index: 3. Repaired entries: 3.\n"
    call_command("index_search", "--rebuild", stdout=said)
    assert SearchEntry.objects.count() == 3
