"""Word-by-word comparison of two texts: equal, added and removed words, and its cost."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest

from insights.history.alignment import Effort, align, pair_similar, runs
from insights.history.text_diff import ADDED, CHANGED, REMOVED, SAME, bag_of, compare, compare_line
from tests.cpu import cpu_seconds

SEEN = re.compile(r'<span class="visually-hidden">[^<]*</span>')


def diff(before: str, after: str) -> list[tuple[str, list[tuple[str, str]]]]:
    paragraphs = compare(before, after).paragraphs
    return [(one.kind, [(piece.kind, piece.text) for piece in one.pieces]) for one in paragraphs]


def seen(html: str) -> str:
    """Return a fragment without the text for screen readers."""
    return SEEN.sub("", html)


class TestWords:
    def test_a_changed_word_is_marked_within_its_paragraph(self):
        assert diff("The quick brown fox.\n\nThe end.", "The quick red fox.\n\nThe end.") == [
            (CHANGED, [(SAME, "The quick "), (REMOVED, "brown"), (ADDED, "red"), (SAME, " fox.")]),
            (SAME, [(SAME, "The end.")]),
        ]

    def test_a_new_paragraph_is_added_as_a_whole(self):
        assert diff("One.\n\nTwo.", "One.\n\nBetween them.\n\nTwo.")[1] == (ADDED, [(ADDED, "Between them.")])

    def test_paragraphs_that_have_little_in_common_are_not_mixed(self):
        before, after = "Models are priced by the token.", "Nobody reads a licence before lunch."
        assert [kind for kind, _ in diff(before, after)] == [REMOVED, ADDED]

    def test_words_between_two_larger_changes_are_part_of_one(self):
        before = "A text of which the greater part stays and keeps its cheaper and faster words in the end."
        after = "A text of which the greater part stays and keeps its dearer and slower words in the end."
        assert (REMOVED, "cheaper and faster") in diff(before, after)[0][1]

    def test_of_a_script_without_blanks_each_sign_is_a_word(self):
        pieces = diff("人工智能的成本很高而且还会上升", "人工智能的价格很高而且还会上升")[0][1]
        assert (REMOVED, "成本") in pieces
        assert (ADDED, "价格") in pieces

    def test_a_character_and_its_combining_marks_stay_together(self):
        assert diff("cafe\u0301 is open today", "cafe is open today")[0][1][0] == (REMOVED, "cafe\u0301")

    def test_the_kind_of_line_breaks_is_no_difference(self):
        assert compare("One.\r\n\r\nTwo.\r\n", "One.\n\n\nTwo.").is_same


class TestTheFragment:
    def test_is_escaped(self):
        """M09: an editor's input is text."""
        html = compare("<script>alert(1)</script> a b c d", "<img src=x onerror=alert(1)> a b c d").html()
        assert "<script" not in html
        assert "<img" not in html

    def test_says_in_words_what_is_added_and_removed(self):
        html = compare("Some old words here.", "Some new words here.").html()
        assert '<del><span class="visually-hidden"> [removed: </span>old' in html
        assert '<ins><span class="visually-hidden"> [added: </span>new' in html

    def test_says_so_when_nothing_differs(self):
        assert "No differences." in compare("Same.\n", "Same.").html()

    def test_folds_what_is_the_same_and_shows_what_is_around_a_change(self):
        paragraphs = [f"Paragraph {number} says so." for number in range(20)]
        changed = [*paragraphs[:10], "Paragraph 10 says no.", *paragraphs[11:]]
        html = compare("\n\n".join(paragraphs), "\n\n".join(changed)).html()
        assert html.count("<details") == 2
        assert "<summary>9 paragraphs unchanged</summary>" in html
        open_ones = re.sub(r"<details.*?</details>", "", html)
        assert "Paragraph 9 says so." in open_ones
        assert "Paragraph 8 says so." not in open_ones

    def test_shows_blanks_that_changed_alone(self):
        assert "<ins>␣</ins>" in seen(compare("Some words of a  kind here", "Some words of a kind he re").html())

    def test_of_one_line_has_no_paragraphs(self):
        assert seen(compare_line("Old title", "New title")) == "<del>Old</del><ins>New</ins> title"
        assert seen(compare_line("", "New")) == "<ins>New</ins>"
        assert compare_line("", "") == ""


class TestTheCost:
    """Two different texts of 200 kB, the maximum of a body."""

    @staticmethod
    def words(seed: int, voc: int = 3000) -> str:
        chance = random.Random(seed)
        return "\n\n".join(" ".join(f"w{chance.randrange(voc)}" for _ in range(60)) for _ in range(570))[:200_000]

    def some_changed(self) -> str:
        chance = random.Random(3)
        return re.sub(r"w\d+", lambda word: word[0] if chance.random() > 0.05 else "new", self.words(1))

    @pytest.mark.parametrize(
        "other",
        ["words", "one paragraph", "characters", "signs", "some changed", "shuffled"],
    )
    def test_is_bounded(self, other):
        before = self.words(1)
        shuffled = before.split("\n\n")
        random.Random(4).shuffle(shuffled)
        after = {
            "words": lambda: self.words(2),
            "one paragraph": lambda: self.words(2).replace("\n\n", " "),
            "characters": lambda: "a\n\n" * 66_000,
            "signs": lambda: "[" * 200_000,
            "some changed": self.some_changed,
            "shuffled": lambda: "\n\n".join(shuffled),
        }[other]()
        before = before.replace("\n\n", " ") if other == "one paragraph" else before
        before = "b\n\na\n\n" * 28_000 if other == "characters" else before
        html = []
        assert cpu_seconds(lambda: html.append(compare(before, after).html())) < 3
        assert len(html[0]) < 2_000_000

    def test_goes_word_by_word_where_each_paragraph_changed_a_little(self):
        comparison = compare(self.words(1), self.some_changed())
        assert not comparison.is_coarse
        assert {one.kind for one in comparison.paragraphs} <= {SAME, CHANGED}

    def test_too_large_to_tell_is_said(self):
        chance = random.Random(1)
        before, after = (" ".join(chance.choice("abcd") for _ in range(50_000)) for _ in range(2))
        assert "shown as completely replaced" in compare(before, after).html()


def test_nothing_is_lost_whatever_differs():
    """Each side can be read off the comparison, for any effort."""
    chance = random.Random(7)
    for _ in range(300):
        before, after = (
            "\n\n".join(" ".join(chance.choices("abcdefg.", k=chance.randrange(1, 9))) for _ in range(4))
            for _ in range(2)
        )
        paragraphs = compare(before, after, Effort(chance.choice([0, 10, 100, 10_000]))).paragraphs
        for left_out, text in ((ADDED, before), (REMOVED, after)):
            pieces = ["".join(piece.text for piece in one.pieces if piece.kind != left_out) for one in paragraphs]
            assert "".join(pieces) == text.replace("\n", "")


def test_an_alignment_rises_on_both_sides_and_pairs_equals():
    chance = random.Random(9)
    for _ in range(500):
        left, right = (chance.choices("abc", k=chance.randrange(14)) for _ in range(2))
        pairs = align(left, right, Effort(chance.choice([0, 5, 40, 1000])))
        assert all(left[i] == right[j] for i, j in pairs)
        assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
        all_runs = runs(pairs, len(left), len(right))
        assert sum(high - low for _, low, high, _, _ in all_runs) == len(left)
        assert sum(to - from_ for *_, from_, to in all_runs) == len(right)


def test_of_two_that_are_like_one_the_likelier_is_its_pair():
    left = [bag_of("one two three four")]
    right = [bag_of("one two nine ten"), bag_of("one two three five")]
    assert pair_similar(left, right, Effort()) == [(0, 1)]
