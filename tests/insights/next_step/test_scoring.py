"""The choice of the next step: scored, chosen, and explained in one line."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal

import pytest

from insights.models import Step
from insights.next_step.decisions import decision_of, step_rules
from insights.next_step.scoring import (
    Decision,
    Score,
    StepRule,
    Text,
    Weight,
    choose_step,
    found,
    plain_number,
    score_step,
    scores,
)
from insights.publishing.rendering import render_text
from tests.factories import make_article, make_step

DEFAULTS = {"title": ("3", 1), "excerpt": ("1.5", 1), "content": ("1", 3)}


def rule(slug: str = "letter", *keywords: str, threshold: str = "3", **weights: tuple[str, int]) -> StepRule:
    """Make a next step's rule. `title=("2", 1)` replaces a weight and a cap."""
    all_weights = {field: Weight(Decimal(weight), cap) for field, (weight, cap) in {**DEFAULTS, **weights}.items()}
    return StepRule(slug, keywords or ("ai", "tokens", "models"), all_weights, Decimal(threshold))


def decide(*rules: StepRule, title: str = "", excerpt: str = "", content: str = "", **options: str) -> Decision:
    return choose_step(rules, Text(title, excerpt, content), **{"default": "letter", **options})


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        (
            decide(rule("a", "China", "token"), title="China, token"),
            "Chosen because the article mentions China, token.",
        ),
        (
            decide(rule("a", "token", "China"), title="Token, token", content="china, token"),
            "Chosen because the article mentions token, China.",
        ),
        (decide(title="Nothing"), "Shown because no other next step fits this article."),
        (decide(pinned="b"), "Chosen by an editor."),
    ],
)
def test_a_decision_says_in_one_sentence_why(decision, sentence):
    assert decision.reason() == sentence


class TestAField:
    def test_contributes_its_weight_for_each_distinct_keyword(self):
        assert score_step(rule(), Text("", "", "ai and tokens, ai and ai")).points == 2

    def test_up_to_its_cap(self):
        result = score_step(rule("x", "a", "b", "c", "d"), Text("a b", "a b", "a b c d"))
        assert [(part.field, part.points) for part in result.parts] == [
            ("title", Decimal(3)),
            ("excerpt", Decimal("1.5")),
            ("content", Decimal(3)),
        ]

    def test_names_all_words_that_were_found(self):
        assert score_step(rule("x", "a", "b", "c", "d"), Text("", "", "d c b a")).parts[0].words == ("a", "b", "c", "d")

    def test_that_is_empty_contributes_nothing(self):
        assert [part.field for part in score_step(rule(), Text("ai", "", "ai")).parts] == ["title", "content"]

    @pytest.mark.parametrize("title", [("0", 1), ("3", 0)])
    def test_with_no_weight_or_no_cap_is_left_out(self, title):
        assert [part.field for part in score_step(rule(title=title), Text("ai", "ai", "")).parts] == ["excerpt"]


class TestAKeyword:
    """Fault A7: keywords are read as the search reads words."""

    @pytest.mark.parametrize(
        ("keyword", "text"),
        [
            ("ai", "AI"),
            ("AI", "what ai is"),
            ("ai", "“AI”, they said"),
            ("ai", "AI-made"),
            ("ai", "China's AI's"),
            ("model card", "Model\n  cards? A model  card."),
            ("c++", "In C++, mostly"),
            (".net", "On .NET today"),
            ("straße", "STRASSE"),
            ("élan", "e\u0301lan"),
            ("e\u0301lan", "ÉLAN"),
            ("人工智能", "人工智能"),
            ("人工智能", "关于人工智能的文章"),
            ("ai", "ai_x"),
            ("token", "tokens"),
            ("tokens", "One token"),
            ("LLM", "LLMs"),
            ("llms", "an LLM"),
            ("GPU", "GPUs"),
            ("KPI", "our kpis"),
            ("VLM", "VLMs"),
            ("H100", "ten H100s"),
            ("llm", "the LLM’s limits"),
            ("llm", "the LLM's limits"),
            ("policy", "policies"),
            ("elan", "ÉLAN"),
            ("hyphenation", "hy\u00adphen\u00adation"),
            ("quasicrystal", "quasi\u200bcrystal"),
            ("word joiner", "word\u2060 join\ufeffer"),
            ("gpt-4o", "GPT-4o"),
            ("c#", "C#, too"),
            (".net", "ASP.NET"),
            ("AT&T", "at&t"),
            ("dms", "DMs"),
        ],
    )
    def test_matches_whole_words_in_any_case(self, keyword, text):
        assert len(found([keyword], text)) == 1

    @pytest.mark.parametrize(
        ("keyword", "text"),
        [
            ("ai", "maintain"),
            ("ai", "ai2"),
            ("c", "c++"),
            ("c#", "c++"),
            (".net", "net"),
            ("net", ".NET"),
            ("GPT-4o", "GPT-4"),
            ("AW", "AWS"),
            ("cm", "CMS"),
            ("DN", "DNS"),
            ("io", "iOS"),
            ("http", "https"),
            ("人工智能", "智能工人"),
            ("ハ", "バ"),
            ("model card", "model of a card"),
            ("c++", "c"),
            ("e", "e\u0301lan"),
            (".", "a b"),
            ("a.c", "abc"),
            ("(a+)+$", "aaaa"),
        ],
    )
    def test_does_not_match_within_words(self, keyword, text):
        assert found([keyword], text) == ()

    def test_counts_once_however_it_is_written(self):
        assert found(["AI", "ai", " Ai ", ""], "ai") == ("AI",)
        assert found(["LLM", "LLMs", "llm’s"], "an LLM") == ("LLM",)

    def test_is_never_an_expression(self):
        """R02: a slow regular expression is a keyword like any other."""
        assert found(["(a+)+$"], "a" * 50_000) == ()


class TestTheChoice:
    def test_the_highest_score_wins(self):
        assert decide(rule("one", "ai"), rule("two", "ai", "tokens"), content="ai tokens x", title="ai").slug == "two"

    def test_a_tie_goes_to_the_first(self):
        """R05: the same winner every time."""
        first, second = rule("first", "ai"), rule("second", "ai")
        assert {decide(first, second, title="ai").slug for _ in range(100)} == {"first"}
        assert decide(second, first, title="ai").slug == "second"

    def test_a_step_below_its_own_threshold_drops_out(self):
        high, low = rule("high", "ai", "tokens", threshold="4.01"), rule("low", "ai", threshold="1")
        assert decide(high, low, title="ai", content="tokens").slug == "low"
        assert decide(rule("exact", "ai", threshold="3"), title="ai").slug == "exact"

    def test_the_default_stands_in(self):
        decision = decide(rule(threshold="9"), title="ai", default="welcome")
        assert decision.line() == "default: welcome · confidence: 0.00 · source: default"
        assert decide(default="welcome").source == "default"

    def test_a_pin_is_stronger_than_every_rule(self):
        decision = decide(rule(), title="ai tokens models", pinned="chosen")
        assert decision.line() == "editor: chosen · confidence: 1.00 · source: editor"

    def test_a_step_that_scores_nothing_is_not_chosen(self):
        assert decide(rule(threshold="0"), title="none").source == "default"


class TestTheLine:
    def test_has_the_contract_s_form(self):
        decision = decide(rule(), title="AI", excerpt="AI", content="AI, tokens, models")
        assert decision.line() == (
            "rule: letter (score=7.5) title:3, excerpt:1.5, content:3 · confidence: 0.75 · source: rule"
        )

    def test_leaves_out_what_contributes_nothing(self):
        assert decide(rule(), content="AI, tokens, models").line() == (
            "rule: letter (score=3) content:3 · confidence: 0.30 · source: rule"
        )

    @pytest.mark.parametrize(
        ("weight", "shown", "confidence"),
        [
            ("10", "10", "1.00"),
            ("99.99", "99.99", "1.00"),
            ("100", "100", "1.00"),
            ("3.10", "3.1", "0.31"),
            ("3.05", "3.05", "0.31"),
            ("9.95", "9.95", "1.00"),
            ("3.00", "3", "0.30"),
        ],
    )
    def test_numbers_have_no_trailing_zeros_and_confidence_has_two_decimals(self, weight, shown, confidence):
        line = decide(rule(title=(weight, 1)), title="ai").line()
        assert line == f"rule: letter (score={shown}) title:{shown} · confidence: {confidence} · source: rule"

    def test_tenths_add_up(self):
        """Binary fractions would print 0.30000000000000004."""
        result = decide(rule(title=("0.1", 1), excerpt=("0.2", 1), threshold="0.01"), title="ai", excerpt="ai")
        assert result.line().startswith("rule: letter (score=0.3) title:0.1, excerpt:0.2 ")

    @pytest.mark.parametrize(("number", "shown"), [("0", "0"), ("1E+2", "100"), ("0.50", "0.5"), ("1000.00", "1000")])
    def test_plain_numbers(self, number, shown):
        assert plain_number(Decimal(number)) == shown


class TestWhateverTheText:
    """Properties over many random rules and texts, the same on every run."""

    WORDS = ("ai", "tokens", "models", "china", "model card", "c++", "and", "the")

    def cases(self):
        dice = random.Random(2026)
        for _ in range(300):
            rules = [
                rule(
                    f"step-{number}",
                    *dice.sample(self.WORDS, dice.randint(1, 5)),
                    threshold=str(dice.choice([0.01, 1, 3, 7.5])),
                    title=(str(dice.choice([0, 0.1, 3])), dice.randint(0, 3)),
                    content=(str(dice.choice([0.25, 1, 4])), dice.randint(0, 5)),
                )
                for number in range(dice.randint(0, 4))
            ]
            words = [" ".join(dice.choices(self.WORDS, k=dice.randint(0, 12))) for _ in range(3)]
            yield rules, Text(*words)

    def test_the_score_is_the_sum_of_its_parts(self):
        for rules, text in self.cases():
            for result in scores(rules, text):
                assert isinstance(result, Score)
                assert result.points == sum((part.points for part in result.parts), Decimal(0))
                assert all(part.points > 0 and part.words for part in result.parts)

    def test_the_winner_is_eligible_and_no_earlier_step_scores_as_high(self):
        for rules, text in self.cases():
            decision, results = choose_step(rules, text, default="d"), scores(rules, text)
            eligible = [result for result in results if result.reaches_threshold]
            assert (decision.source == "rule") is bool(eligible)
            if eligible:
                best = max(result.points for result in eligible)
                assert decision.slug == next(result.slug for result in eligible if result.points == best)

    def test_confidence_lies_between_nothing_and_one(self):
        for rules, text in self.cases():
            assert 0 <= choose_step(rules, text, default="d").confidence <= 1

    def test_a_decision_survives_its_storage(self):
        for rules, text in self.cases():
            decision = choose_step(rules, text, default="d")
            assert Decision.from_json(decision.as_json()) == decision
            assert Decision.from_json(decision.as_json()).line() == decision.line()

    def test_more_text_never_lowers_a_score(self):
        for rules, text in self.cases():
            longer = Text(f"{text.title} more ai", f"{text.excerpt} more", f"{text.content} tokens")
            for before, after in zip(scores(rules, text), scores(rules, longer), strict=True):
                assert after.points >= before.points

    def test_the_order_of_keywords_decides_nothing(self):
        text = Text("ai models", "tokens", "ai tokens models")
        points = {
            score_step(rule("x", *order), text).points for order in itertools.permutations(("ai", "tokens", "models"))
        }
        assert points == {Decimal("7.5")}


@pytest.mark.django_db
class TestABarePublication:
    def test_gives_the_known_line(self):
        """Without the demo: title, excerpt and text that name China, AI, tokens and models lead to the newsletter."""
        article = make_article(
            "Chinese chips: a year in numbers",
            excerpt="Tokens, counted once more.",
            body="## Counting\n\nModels read tokens.\n\n- **AI** at work\n",
        )
        version = article.live_version()
        assert version.step.slug == "newsletter"
        assert decision_of(version).line() == (
            "rule: newsletter (score=7.5) title:3, excerpt:1.5, content:3 · confidence: 0.75 · source: rule"
        )

    def test_has_one_default_with_a_rule(self):
        step = Step.objects.get()
        assert (step.slug, step.kind, step.is_default, step.is_active) == ("newsletter", "newsletter", True, True)
        assert step_rules(Step.objects.in_use())[0].keywords == ("China", "Chinese", "AI", "tokens", "models")

    def test_the_default_when_nothing_fits(self):
        assert decision_of(make_article("Bread", body="Flour.\n").live_version()).line() == (
            "default: newsletter · confidence: 0.00 · source: default"
        )


@pytest.mark.django_db
class TestTheContentThatIsScored:
    @pytest.mark.parametrize(
        "body",
        [
            "`word`",
            "```\nword\n```",
            "    word\n",
            "```word\nx\n```",
            "[x](https://word.example/)",
            "[x](https://example.com/ 'word')",
        ],
    )
    def test_neither_code_nor_addresses(self, body):
        assert found(["word"], render_text(body).text) == ()

    @pytest.mark.parametrize(
        "body",
        [
            "a **word**",
            "# Word",
            "> word",
            "- x\n  1. word",
            "| a | word |\n|---|---|\n| x | y |",
            "[word](https://example.com/)",
            "x[^1]\n\n[^1]: word",
            "~~word~~",
            "wo**rd**",
            "&#119;ord",
        ],
    )
    def test_everything_that_a_reader_sees(self, body):
        assert found(["word"], render_text(body).text) == ("word",)

    def test_a_line_break_does_not_part_a_phrase(self):
        assert found(["model card"], render_text("a model\ncard and").text) == ("model card",)
        assert found(["model card"], render_text("a model  \ncard and").text) == ("model card",)

    def test_a_picture_s_caption_is_read(self):
        from tests.factories import make_picture

        picture = make_picture(alt="unseen", caption="stored words", credit="Drawing: desk")
        text = render_text(f'![hidden]({picture.reference})\n\n![hidden]({picture.reference} "own words")').text
        assert "stored words" in text
        assert "own words" in text
        assert "Drawing: desk" in text
        assert "hidden" not in text


@pytest.mark.django_db
def test_a_step_without_a_rule_can_be_pinned():
    step = make_step("plain")
    step.rule.delete()
    article = make_article("China", pinned_step=Step.objects.get(slug="plain"))
    assert decision_of(article.live_version()).line() == "editor: plain · confidence: 1.00 · source: editor"
