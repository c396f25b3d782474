"""Small hostile input stays cheap: at every input, twice the text costs at most about twice the time.

Measured as CPU time of this process, from a length that costs 20 ms. Four times the text may cost six times as much. An
input that costs less than 20 ms at its largest length is cheap anyway.
"""

from __future__ import annotations

import datetime as dt
import io
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client

from config.logs.filters import loggable, redact
from config.page_cache.page import preferred_encoding
from feedback import lookalike_names, text_cleaning
from insights.editor import paste
from insights.editor.merge import merge
from insights.editor.preflight_gate import check_post
from insights.exchange import front_matter
from insights.history.html_diff import compare_pages
from insights.history.text_diff import compare, compare_line
from insights.markup import render
from insights.markup.highlighting import LANGUAGES, Highlighter, most_characters
from insights.next_step.scoring import StepRule, Text, Weight, choose_step
from insights.preflight.foreign_markup import look_for
from insights.publishing.slugs import slug_from
from insights.search.documents import Source
from insights.search.exactness import Exactness
from insights.search.queries import MAX_CHARACTERS, read_query
from insights.search.snippets import highlighted, passage
from insights.text import invisible_characters
from insights.text.words import terms_in
from newsletter.models.email_addresses import address_key, clean_address
from newsletter.subscribers import import_csv
from tests import hostile
from tests.cpu import cpu_seconds
from tests.factories import make_article, make_user
from tests.hostile import Generator

ENOUGH = 0.02  # seconds from which on growth is measured
GROWTH = 6
BODY = 190_000
FORM = 100_000  # characters of a field; a form may have a megabyte
HEADER = 8_000


def seconds(work: Callable[[str], Any], text: str) -> float:
    start = time.process_time()
    try:
        work(text)
    except (ValueError, ValidationError, paste.TooLarge) as refused:
        assert len(str(refused)) < 1000
    return time.process_time() - start


def growth(work: Callable[[str], Any], generator: Generator, largest: int) -> float:
    """Return how much longer four times the text takes, or 0 if the largest text takes too little to measure."""
    length = min(2000, largest)
    while (once := seconds(work, generator(length))) < ENOUGH:
        if length >= largest:
            return 0
        length = min(2 * length, largest)
    short, long = generator(length), generator(min(4 * length, largest))
    ratio = seconds(work, long) / once
    if ratio > GROWTH:
        least = min(seconds(work, long) for _ in range(5))
        ratio = least / min(seconds(work, short) for _ in range(5)) if least > ENOUGH else 0
    return ratio


def too_steep(work: Callable[[str], Any], largest: int, generators: dict[str, Generator]) -> dict[str, float]:
    """Return the generators whose cost grows faster than their length.

    One engine tries all of them, the other a few.
    """
    names = list(generators) if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") else list(generators)[::12]
    return {name: ratio for name in names if (ratio := growth(work, generators[name], largest)) > GROWTH}


def posted(body: str = "Text.\n", **typed: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({"title": "A title", "excerpt": "Two words.", "category": "1", "byline": "1", "slug": "this"})
    data.update({"body": body} | typed)
    return data


def changed(text: str) -> str:
    """Return the same text with each third line, or word, in another place: for comparisons."""
    apart = "\n" if "\n" in text else " "
    parts = text.split(apart)
    return apart.join(parts[1::3] + parts[::3] + ["other"] + parts[2::3])


def _decide(keywords: str, text: str) -> None:
    weights = dict.fromkeys(("title", "excerpt", "content"), Weight(Decimal(1), 3))
    rule = StepRule("a", tuple(word[:80] for word in keywords.split()[:200]), weights, Decimal(0))
    choose_step([rule] * 10, Text("A title", "An excerpt", text), default="a")


# For each input: the function that handles a text, and the time of its longest text.
PLACES: dict[str, tuple[Callable[[str], Any], int]] = {
    "render": (render, BODY),
    "paste of text": (paste.to_markdown, 2_000_000),
    "a line of a form": (invisible_characters.single_line, FORM),
    "lines of a form": (invisible_characters.lines, FORM),
    "slug": (slug_from, FORM),
    "keywords against a text": (lambda text: _decide("token prices open-weights", text), BODY),
    "text against keywords": (lambda text: _decide(text, text), BODY),
    "search query": (lambda text: read_query(text[:MAX_CHARACTERS]), FORM),
    "terms": (terms_in, BODY),
    "index": (lambda text: _source(text).document(), BODY),
    "vocabulary": (lambda text: _source(text).words(), BODY),
    "passage": (lambda text: passage(text, {("word",), ("a",), ("a",) * 100}), BODY),
    "hits": (lambda text: highlighted(text, {("word",), ("a",), ("a",) * 100}), 1000),
    "very words": (lambda text: Exactness(read_query("word a"), {"word": {"words"}, "a": {"aa"}}).of(text), BODY),
    "comparison": (lambda text: compare(text, changed(text)), BODY),
    "comparison of lines": (lambda text: compare_line(text, changed(text)), 10_000),
    "merge": (lambda text: merge(text, changed(text), text + "\n\nmore"), BODY),
    "message": (text_cleaning.clean_message, 60_000),
    "fingerprint": (text_cleaning.fingerprint, 60_000),
    "name": (text_cleaning.clean_name, 60_000),
    "look-alike name": (lookalike_names.skeleton, 60_000),
    "email address": (clean_address, FORM),
    "key of an email address": (address_key, 20_000),
    "front matter": (lambda text: front_matter.parse_front_matter(f"---\ntitle: {text}\n---\nx", "a.md", dt.UTC), BODY),
    "YAML": (lambda text: front_matter.parse_front_matter(f"---\n{text}\n---\nx", "a.md", dt.UTC), BODY),
    "article file": (lambda text: front_matter.parse_front_matter(text, "a.md", dt.UTC), BODY),
    "log": (redact, 100_000),
    "line of a log": (loggable, 100_000),
    "escapes": (invisible_characters.escape_invisible, 100_000),
    "Accept-Encoding": (preferred_encoding, HEADER),
}


READS_MARKUP = {"render", "merge"}


def _source(text: str) -> Source:
    return Source(1, "A title", "An excerpt", text, ("tag",), 1, dt.datetime(2026, 5, 25, tzinfo=dt.UTC))


@pytest.mark.django_db  # the index asks for the publication's time zone
@pytest.mark.parametrize("place", PLACES)
def test_four_times_the_text_costs_about_four_times_as_much(place: str) -> None:
    """E2, E3: brackets, punctuation, blanks, quotes and all else of `tests/hostile.py`."""
    work, largest = PLACES[place]
    assert too_steep(work, largest, hostile.MARKUP if place in READS_MARKUP else hostile.PLAIN) == {}


def test_four_times_the_foreign_markup_costs_about_four_times_as_much() -> None:
    """E2: template tags, attribute lists, shortcodes, formulas and comments that begin and never end."""
    assert too_steep(look_for, BODY, hostile.FOREIGN) == {}


def test_four_times_the_clipboard_costs_about_four_times_as_much() -> None:
    """E2: nested quotes, lists and tables, styles, broken tags."""
    assert too_steep(paste.to_markdown, 2_000_000, hostile.HTML) == {}


def test_four_times_the_page_costs_about_four_times_as_much_to_compare() -> None:
    """E2: two versions of a page, side by side."""
    assert too_steep(lambda html: compare_pages(html, changed(html)), 400_000, hostile.HTML) == {}


@pytest.mark.django_db
def test_four_times_the_text_costs_the_checks_about_four_times_as_much() -> None:
    """E2: the pre-publish checks of a body, and of the other fields."""
    editor = make_user("Editor")
    assert too_steep(lambda text: check_post(posted(text), editor), BODY, hostile.TEXTS) == {}
    for name in ("title", "excerpt", "slug", "tags", "canonical", "seo_title"):
        steep = too_steep(lambda text, name=name: check_post(posted(**{name: text}), editor), 20_000, hostile.TEXTS)
        assert steep == {}, name


@pytest.mark.django_db
def test_four_times_the_subscribers_file_costs_about_four_times_as_much() -> None:
    """E2: cells, quotes, columns and line ends of a CSV."""
    for form in ("email\n{}", "email,{}\na@b.example", "{}", 'email,consents\na@b.example,"{}"'):

        def dry_run(text: str, form: str = form) -> object:
            return import_csv(io.BytesIO(form.format(text).encode(errors="replace")), is_dry_run=True)

        assert too_steep(dry_run, 1_000_000, hostile.PLAIN) == {}, form


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header",
    ["Accept-Encoding", "Cookie", "Origin", "Referer", "X-Forwarded-For", "Range", "If-None-Match", "If-Modified-Since",
     "User-Agent", "Accept", "Accept-Language", "Content-Type", "Forwarded", "Sec-Fetch-Site"],
)  # fmt: skip
def test_four_times_the_header_costs_about_four_times_as_much(header: str, client: Client) -> None:
    """E3: a page's cost grows with the length of a header, and no faster."""
    make_article("An article")
    ask = lambda text: client.get("/insights/an-article/", headers={header: _of_a_header(text)})  # noqa: E731
    assert too_steep(ask, HEADER, hostile.PLAIN) == {}


def _of_a_header(text: str) -> str:
    return text.encode("ascii", "replace").decode().replace("\n", " ")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "before", ["/", "/insights/", "/insights/search/?q=", "/media/", "/preview/", "/newsletter/confirm/"]
)
def test_four_times_the_path_costs_about_four_times_as_much(before: str, client: Client) -> None:
    """E3: including the log of a page that is not found."""
    assert too_steep(lambda text: client.get(before + _of_a_header(text)), HEADER, hostile.PLAIN) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["email", "source", "article", "message", "name", "reason"])
def test_four_times_the_field_costs_a_public_form_about_four_times_as_much(field: str, client: Client) -> None:
    """E2: sign-up and comment forms, up to the largest body that they accept."""
    make_article("An article")
    path, rest, largest = (
        ("/newsletter/subscribe/", {"email": "a@b.example"}, 15_000)
        if field in {"email", "source", "article"}
        else ("/insights/an-article/feedback/", {"helpful": "no", "message": "Some words"}, 60_000)
    )
    assert too_steep(lambda text: client.post(path, rest | {field: text}), largest, hostile.PLAIN) == {}


@pytest.mark.parametrize("language", sorted(set(LANGUAGES.values())))
def test_a_code_fence_of_every_language_costs_a_bounded_time(language: str) -> None:
    """E2: the clock is checked between two tokens, and no token takes long in the longest fence."""
    Highlighter(left=ENOUGH).html("x", language)  # imports the lexer, once per process
    for number, (name, generator) in enumerate(hostile.CODE.items()):
        code = lines(generator, (60, 400)[number % 2], most_characters(language))
        color = lambda code=code: Highlighter(left=ENOUGH).html(code, language)  # noqa: E731
        if seconds(lambda _: color(), code) > ENOUGH + 0.1:  # noqa: B023
            assert cpu_seconds(color) < ENOUGH + 0.1, name


def lines(generator: Generator, width: int, most: int) -> str:
    """Return the longest fence, in lines of `width` characters: it is colored, though it is hostile."""
    line = generator(width).replace("\n", "x")[:width] + "\n"
    return line * (most // len(line))
