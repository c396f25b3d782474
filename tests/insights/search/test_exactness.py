"""Ranking by exact words: articles with the very word of a query come before those with others of its stem."""

from __future__ import annotations

import datetime as dt

import pytest

from insights.search import index
from insights.search.exactness import MOST, Closeness, Exactness, inflection_free
from insights.search.finding import search
from insights.search.queries import read_query
from tests.factories import make_article, make_tag

pytestmark = pytest.mark.django_db

OLD, NEW = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def found(text: str) -> list[str]:
    """Return the slugs of the first page, once the vocabulary knows all articles."""
    index.refresh_all()
    return [hit.version.article.slug for hit in search(read_query(text)).page(1)]


def test_the_very_word_in_a_body_comes_before_relatives_in_titles():
    """“Tokenizer” and “token” have one stem. Everything is still found."""
    make_article("A token is a token", slug="title", excerpt="Of tokens.", body="Token, tokens, token.", published=NEW)
    make_article("Costs", slug="excerpt", excerpt="Tokens are counted.", published=NEW)
    make_article("Costs", slug="body", body="Each token costs. " * 9, published=NEW)
    make_article("Words", slug="very", body="Long before, a tokenizer cuts them.", published=OLD)
    assert found("tokenizer")[0] == "very"
    assert found("Tokenizer's")[0] == "very"
    assert found("tokenizers")[0] == "very"
    assert sorted(found("tokenizer")) == ["body", "excerpt", "title", "very"]
    assert found("tokens")[0] == "title"


@pytest.mark.parametrize(
    ("query", "very", "other"),
    [
        ("token", "A token here.", "The tokens here."),
        ("tokens", "The tokens here.", "A token here."),
        ("tuning", "It is tuning.", "It was tuned."),
        ("naïve", "A naïve idea.", "Some naively."),
        ("policy", "A policy here.", "The policies here."),
    ],
)
def test_among_equals_the_word_as_typed_comes_first(query, very, other):
    """Two bodies are equal that have the word once. Without this rule the newer one would come first."""
    make_article("A", slug="very", body=very, published=OLD)
    make_article("B", slug="other", body=other, published=NEW)
    assert found(query) == ["very", "other"]


def test_a_plural_in_the_title_still_outruns_the_word_in_the_body():
    """Plural and tense make no other word."""
    make_article("About policies", slug="title", published=OLD)
    make_article("B", slug="body", body="One policy.", published=NEW)
    assert found("policy") == ["title", "body"]


def test_a_tag_has_words_too():
    make_article("A", slug="tagged", tags=[make_tag("Tokenizer")], published=OLD)
    make_article("Tokens", slug="other", published=NEW)
    assert found("tokenizer") == ["tagged", "other"]


def test_every_word_of_a_query_counts_for_itself():
    """An article with both words comes before one with a relative of one."""
    make_article("Tokens", slug="relative", body="They cost little.", published=NEW)
    make_article("B", slug="both", body="What a tokenizer may cost.", published=OLD)
    assert found("tokenizer cost")[0] == "both"
    assert found('"a tokenizer"') == ["both"]


def test_without_other_words_of_a_stem_no_text_is_looked_into(django_assert_num_queries):
    """The index alone is enough. Otherwise two queries read texts, for any number of results."""
    for number in range(5):
        make_article(f"Zebra {number}")
    index.refresh_all()
    with django_assert_num_queries(3):
        assert len(search(read_query("zebra")).places) == 5
    make_article("Zebras")
    index.refresh_all()
    with django_assert_num_queries(5):
        assert len(search(read_query("zebra")).places) == 6


@pytest.mark.parametrize(
    "words",
    [
        ("token", "tokens"),
        ("tune", "tuned", "tuning", "tunes"),
        ("run", "running", "runs"),
        ("policy", "policies"),
        ("class", "classes"),
        ("label", "labels", "labeled", "labelled"),
        ("status",),
        ("analysis",),
        ("ring", "rings"),
    ],
)
def test_forms_of_a_word_are_the_same_without_their_endings(words):
    """Plural and tense."""
    assert len({inflection_free(word) for word in words}) == 1


@pytest.mark.parametrize(
    "words", [("token", "tokenizer", "tokenization"), ("regulate", "regulation", "regulator"), ("naive", "naively")]
)
def test_relatives_of_a_word_stay_apart(words):
    """Words that a stemmer takes for one."""
    assert len({inflection_free(word) for word in words}) == len(words)


@pytest.mark.parametrize(
    ("text", "closeness"),
    [
        ("A tokenizer.", Closeness.WORD),
        ("TOKENIZER’s", Closeness.WORD),
        ("Detokenizer, tokenizerless, 3tokenizer", Closeness.STEM),
        ("tokenizers", Closeness.FORM),
        ("tokens", Closeness.STEM),
        ("", Closeness.STEM),
        ("a " * MOST + "tokenizer", Closeness.STEM),
    ],
)
def test_how_near_a_text_comes(text, closeness):
    """Words within longer words are no words. Of a very long text only the beginning is searched."""
    exactness = Exactness(read_query("tokenizer"), {"token": {"token", "tokens", "tokenizer", "tokenizers"}})
    assert list(exactness.of(text).values()) == [closeness]


def test_a_text_of_near_words_costs_little():
    """E2: a word that only occurs within longer ones is searched for in one pass."""
    exactness = Exactness(read_query("a b"), {"a": {"aa", "ab"}, "b": {"bb"}})
    assert next(iter(exactness.of("xa" * 1_000_000).values())) == Closeness.STEM
