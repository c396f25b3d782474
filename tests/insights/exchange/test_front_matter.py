"""Front matter: every value is text, and errors are reported with key and line."""

import datetime as dt
import random
import zoneinfo

import pytest

from insights.exchange import front_matter, string_yaml
from insights.exchange.front_matter import parse_front_matter, write_front_matter
from tests.cpu import cpu_seconds

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


def read(head, body="Text.\n"):
    article, problems = parse_front_matter(f"---\n{head}\n---\n{body}", "a.md", BERLIN)
    assert not problems, problems
    return article


def complaint(head):
    article, problems = parse_front_matter(f"---\n{head}\n---\nText.\n", "a.md", BERLIN)
    assert article is None
    return "\n".join(map(str, problems))


@pytest.mark.parametrize("value", ["no", "2026", "1e3", "0x1f", "Null", "12:30:45", "2026-05-25", "true", "=", "<<"])
def test_values_stay_the_text_that_was_written(value):
    assert read(f"title: {value}").title == value


def test_lists_hold_text_and_a_single_author_is_a_list():
    article = read("title: T\nauthor: AI Scope Hub\ntags: [no, 2026, 'a, b']")
    assert article.authors == ["AI Scope Hub"]
    assert article.tags == ["no", "2026", "a, b"]


def test_a_title_with_an_unquoted_colon_needs_quotes():
    message = complaint("slug: x\ntitle: China AI: 9.22 Trillion")
    assert message == 'a.md, line 3: The text of “title” has a colon and needs quotes: title: "…"'


@pytest.mark.parametrize(
    "value", ["@home", "%x", "`x`", '"a" b', "[open", "{a: b", "- a", "!tag x", "&anchor x", "*alias"]
)
def test_other_text_that_needs_quotes_is_refused_with_its_line(value):
    message = complaint(f"slug: x\ntitle: {value}")
    assert "line 3" in message or "line 4" in message
    assert "quotes" in message


def test_an_unknown_key_is_named_with_the_one_that_was_meant():
    assert complaint("title: T\ncatgory: X") == "a.md, line 3: catgory: Unknown key. Did you mean “category”?"


def test_a_line_break_in_a_title_is_refused():
    assert complaint('title: "a\\nb"') == "a.md, line 2: title: This must be a single line. Remove the line break."


def test_a_key_that_stands_twice_is_refused():
    assert complaint("title: T\ntitle: U") == "a.md, line 3: “title” is listed twice. Remove one."


def test_all_problems_of_a_file_are_reported_together():
    message = complaint("titel: T\nid: 7\ndate: soon\nstatus: live\nseries_part: two")
    for word in ("titel", "title: Every", "id: Invalid", "date: “soon”", "status: “live”", "series_part: Write"):
        assert word in message


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-05-25T09:00:00+00:00", "2026-05-25T09:00:00+00:00"),
        ("2026-05-25T09:00:00.123456Z", "2026-05-25T09:00:00.123456+00:00"),
        ("2026-05-25 09:00 +0530", "2026-05-25T03:30:00+00:00"),
        ("2026-05-25T09:00", "2026-05-25T07:00:00+00:00"),
        ("2026-01-25", "2026-01-24T23:00:00+00:00"),
    ],
)
def test_a_datetime_without_a_zone_is_in_the_sites_time_zone(written, expected):
    assert read(f"title: T\ndate: {written}").date == dt.datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "written", ["2026-13-01", "0000-01-01", "0001-01-01", "9999-12-31", "25.5.2026", "2026-W21-1", "now"]
)
def test_an_invalid_datetime_is_refused(written):
    assert f"date: “{written}” is not a valid date. Write" in complaint(f"title: T\ndate: {written}")


def test_a_byte_order_mark_and_windows_line_ends_are_taken():
    article, problems = parse_front_matter("\ufeff---\r\ntitle: T\r\n---\r\nOne\r\ntwo\r\n", "a.md", dt.UTC)
    assert not problems
    assert article.body == "One\ntwo\n"


def test_a_body_is_kept_byte_for_byte():
    body = "\n  indented\r\n---\nafter a rule, no line end  \t"
    assert read("title: T", body).body == body


@pytest.mark.parametrize("text", ["", "# A heading\n", "---\ntitle: T\n", "--- \ntitle: T", "\n---\ntitle: T\n---\n"])
def test_a_file_without_front_matter_is_refused(text):
    article, problems = parse_front_matter(text, "a.md", dt.UTC)
    assert article is None
    assert "The file must begin with front matter" in str(problems[0])


@pytest.mark.parametrize("escape", [r"\0", r"\ud800"])
def test_what_no_database_can_hold_is_refused(escape):
    assert "cannot be stored" in complaint(f'title: "a{escape}b"')
    article, problems = parse_front_matter("---\ntitle: T\n---\na\0b", "a.md", dt.UTC)
    assert article is None
    assert "NUL" in str(problems[0])


@pytest.mark.parametrize(
    "head",
    [
        "a: &a [x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]",
        "title: !!python/object/apply:os.system [id]",
        "title: " + "[" * 5000,
        "title: " + "{a: " * 5000,
        "? " * 5000 + "a",
        "x: y\n" * 5000,
    ],
)
def test_a_bomb_is_refused_at_once(head):
    """X07: nothing in a file can expand or run."""
    assert complaint(head)
    assert cpu_seconds(lambda: complaint(head)) < 1


def test_whatever_text_is_written_is_read_back_as_it_was():
    chance = random.Random(7)
    characters = "ab:#-[]{},&*!|>'\"%@`?\\ \t\x0b\x85\u2028\ufeffäß中🎉0.~<=/"
    for _ in range(400):
        values = {key: "".join(chance.choices(characters, k=chance.randint(1, 12))) for key in front_matter.TEXTS}
        values["title"] += "x"
        tags = sorted({"".join(chance.choices(characters, k=6)).strip() for _ in range(3)} - {""})
        article, problems = parse_front_matter(write_front_matter({**values, "tags": tags}, "Body"), "a.md", dt.UTC)
        assert not problems
        assert article.texts == values
        assert article.tags == tags


def test_numbers_and_datetimes_are_written_without_quotes():
    text = string_yaml.write_yaml(
        {"date": "2026-05-25T09:00:00+00:00", "part": "2", "word": "no", "tags": ["a: b", "c"]}
    )
    assert text == "date: 2026-05-25T09:00:00+00:00\npart: 2\nword: 'no'\ntags: ['a: b', c]\n"
