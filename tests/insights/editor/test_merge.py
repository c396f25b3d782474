"""Merging of two edits of one text that changed different paragraphs."""

from __future__ import annotations

import random

import pytest

from insights.editor.merge import BOTH, MINE, THEIRS, merge
from tests.cpu import cpu_seconds

BASE = "First.\n\nSecond.\n\nThird.\n"


def merged(mine: str, theirs: str, base: str = BASE) -> str:
    result = merge(base, mine, theirs)
    assert not result.conflicts
    return result.text


def test_the_two_sides_of_a_conflict_are_shown_without_the_lines_between_paragraphs():
    (conflict,) = merge(BASE, BASE.replace("Second", "2nd"), BASE.replace("Second.\n\n", "")).conflicts
    assert conflict.mine.startswith("\n")
    assert conflict.sides == {MINE: "2nd.", THEIRS: ""}


class TestWithoutAConflict:
    def test_changes_of_different_paragraphs_both_stand(self):
        """D02: also of neighbors."""
        mine, theirs = BASE.replace("First", "1st"), BASE.replace("Second", "2nd")
        assert merged(mine, theirs) == "1st.\n\n2nd.\n\nThird.\n"

    def test_a_paragraph_at_the_end_and_one_at_the_beginning(self):
        assert merged("Zeroth.\n\n" + BASE, BASE + "\nFourth.\n") == f"Zeroth.\n\n{BASE}\nFourth.\n"

    def test_a_paragraph_put_in_beside_one_that_was_changed(self):
        assert merged(BASE.replace("Second.", "2nd."), BASE.replace("Third.", "And.\n\nThird.")) == (
            "First.\n\n2nd.\n\nAnd.\n\nThird.\n"
        )

    def test_a_paragraph_taken_out_and_another_changed(self):
        assert merged("Second.\n\nThird.\n", BASE.replace("Third", "3rd")) == "Second.\n\n3rd.\n"

    def test_the_same_change_on_both_sides(self):
        both = BASE.replace("Second", "2nd")
        assert merged(both + "\nMine.\n", both) == both + "\nMine.\n"

    def test_what_both_began_from_nothing_and_one_only_wrote(self):
        assert merged("A text.\n", "", base="") == "A text.\n"

    def test_blank_lines_and_code_keep_their_bytes(self):
        base = "```\na\n\n\nb\n```\n\n\n  Indented.\nLast\n"
        assert merged(base.replace("Last", "Mine"), base.replace("a\n", "A\n"), base) == (
            "```\nA\n\n\nb\n```\n\n\n  Indented.\nMine\n"
        )


class TestAConflict:
    def test_is_one_paragraph_that_both_changed(self):
        result = merge(BASE, BASE.replace("Second", "Mine"), BASE.replace("Second", "Theirs").replace("Third", "3rd"))
        assert [(one.base, one.mine, one.theirs) for one in result.conflicts] == [
            ("\n\nSecond.", "\n\nMine.", "\n\nTheirs.")
        ]
        assert result.text == result.chosen([MINE]) == "First.\n\nMine.\n\n3rd.\n"
        assert result.chosen([THEIRS]) == "First.\n\nTheirs.\n\n3rd.\n"
        assert result.chosen([BOTH]) == "First.\n\nMine.\n\nTheirs.\n\n3rd.\n"

    def test_is_a_paragraph_that_one_took_out_and_the_other_changed(self):
        result = merge(BASE, "First.\n\nThird.\n", BASE.replace("Second", "2nd"))
        assert [one.mine for one in result.conflicts] == [""]
        assert result.chosen([BOTH]) == "First.\n\n2nd.\n\nThird.\n"

    def test_is_what_both_put_in_at_one_place(self):
        result = merge(BASE, BASE + "\nMine.\n", BASE + "\nTheirs.\n")
        assert result.chosen([BOTH]) == BASE + "\nMine.\n\nTheirs.\n"

    def test_is_a_title_that_both_changed(self):
        result = merge("A title", "My title", "Their title")
        assert result.chosen([THEIRS]) == "Their title"
        assert len(result.conflicts) == 1


def random_text(chance: random.Random) -> str:
    words = [chance.choice(["One.", "Two.", "Two.", "Three\nlines.", "  Four.", "```\nx\n```"]) for _ in range(8)]
    blanks = [chance.choice(["\n\n", "\n\n\n", "\n \n"]) for _ in words]
    text = "".join(word + blank for word, blank in zip(words, blanks, strict=True))
    return chance.choice(["", "\n", "\n\n"]) + text.rstrip() + chance.choice(["", "\n", "\n\n"])


def changed(text: str, chance: random.Random) -> str:
    parts = text.split("\n\n")
    for _ in range(chance.randint(0, 3)):
        place = chance.randrange(len(parts)) if parts else 0
        match chance.randrange(3):
            case 0:
                parts.insert(place, chance.choice(["New.", "One."]))
            case 1 if parts:
                parts[place] = chance.choice(["Changed.", "Two."])
            case 2 if parts:
                del parts[place]
    return "\n\n".join(parts)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_the_texts_nothing_is_lost(seed):
    """D02: a change of one side comes out byte for byte, and both sides are available whole."""
    chance = random.Random(seed)
    base = random_text(chance)
    mine, theirs = changed(base, chance), changed(base, chance)
    assert merge(base, mine, base).text == mine
    assert merge(base, base, theirs).text == theirs
    assert merge(base, mine, mine).text == mine
    result, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert len(result.conflicts) == len(other.conflicts)
    assert result.chosen([THEIRS] * 9) == other.chosen([MINE] * 9)
    for text in (mine, theirs):
        for word in set(text.split()) - set(base.split()):
            assert word in result.chosen([BOTH] * 9)


def test_two_long_texts_that_differ_everywhere_are_merged_quickly():
    base, mine, theirs = ("\n\n".join(f"{side} {n}" for n in range(20_000)) for side in "abc")
    assert len(merge(base, mine, theirs).conflicts) > 0


def test_what_no_article_can_hold_is_chosen_as_a_whole():
    base, mine, theirs = (f"{character}\n\n" * 700_000 for character in "abc")
    assert cpu_seconds(lambda: merge(base, mine, theirs)) < 1
    result = merge(base, mine, theirs)
    assert (result.chosen([MINE]), result.chosen([THEIRS])) == (mine, theirs)


def test_thousands_of_blank_lines_cost_no_more_than_other_characters():
    base, mine, theirs = (f"{side}{chr(10) * 190_000}\u00a0end\n" for side in "abc")
    assert len(merge(base, mine, theirs).conflicts) == 1
    assert cpu_seconds(lambda: merge(base, mine, theirs)) < 3
