"""Search results: matches, their order, and the page."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from insights.models import Article, SearchEntry, SiteSettings
from insights.search import index
from insights.search.finding import ANYWHERE, PAGE_SIZE, Results, search
from insights.search.queries import read_query
from tests.factories import make_article, make_author, make_category, make_tag

pytestmark = pytest.mark.django_db


def at(year: int, month: int = 1, day: int = 1) -> dt.datetime:
    return dt.datetime(year, month, day, 9, tzinfo=dt.UTC)


def found(text: str, **narrowed: object) -> list[str]:
    """Return the slugs of the first page."""
    return [hit.version.article.slug for hit in search(read_query(text), **narrowed).page(1)]


def results(text: str) -> Results:
    return search(read_query(text))


@pytest.fixture
def learned(django_capture_on_commit_callbacks):
    """Make articles so that the vocabulary learns their words, as it does after a commit."""

    def make(*arguments, **values):
        with django_capture_on_commit_callbacks(execute=True):
            return make_article(*arguments, **values)

    return make


class TestWhatIsFound:
    def test_words_in_title_excerpt_body_and_tags(self):
        make_article("Zebras", slug="one")
        make_article(slug="two", excerpt="About a zebra.")
        make_article(slug="three", body="Not a horse but a **zebra**.")
        make_article(slug="four", tags=[make_tag("Zebra")])
        make_article(slug="five", body="A horse.")
        assert sorted(found("zebra")) == ["four", "one", "three", "two"]

    def test_all_words_in_any_order_and_any_field(self):
        make_article("Prices of tokens", slug="both", body="In China.")
        make_article("Prices of chips", slug="one", body="In China.")
        assert found("china tokens") == ["both"]

    def test_a_phrase_as_it_stands(self):
        make_article("A", slug="together", body="They have open weights and a closed door.")
        make_article("B", slug="apart", body="The door is open, the weights are on the floor.")
        assert found('"open weights"') == ["together"]
        assert found("“open weights”") == ["together"]
        assert set(found("open weights")) == {"together", "apart"}

    def test_a_phrase_does_not_run_from_title_into_text(self):
        make_article("An open", slug="one", body="Weights follow.")
        assert found('"open weights"') == []

    def test_words_that_belong_together_without_quotation_marks(self):
        make_article("A", slug="number", body="In all 9.22 trillion.")
        make_article("B", slug="other", body="Chapter 9 has 22 pages, trillion.")
        assert found("9.22") == ["number"]

    @pytest.mark.parametrize("text", ["cafe", "CAFÉ", "café", "cafe\u0301", "cafés"])
    def test_accents_and_case_do_not_matter(self, text):
        make_article("A", slug="one", body="Two Cafés in Málaga.")
        make_article("B", slug="two", body="Two cafes in Malaga.")
        assert set(found(text)) == {"one", "two"}
        assert set(found("malága")) == {"one", "two"}

    @pytest.mark.parametrize("text", ["Łódź", "lodz", "smørrebrød", "smorrebrod", "straße", "strasse"])
    def test_characters_that_do_not_decompose_into_an_accented_one(self, text):
        make_article("A", slug="one", body="Łódź, Smørrebrød, Straße.")
        assert found(text) == ["one"]

    @pytest.mark.parametrize("text", ["policy", "policies", "evaluated", "evaluation", "model's", "models’", "dont"])
    def test_plural_and_other_forms(self, text):
        make_article("A", slug="one", body="Policies for evaluating a model. Don’t.")
        assert found(text) == ["one"]

    def test_scripts_without_blanks_and_other_alphabets(self):
        make_article("A", slug="chinese", body="关于人工智能的文章。")
        make_article("B", slug="russian", body="Статья о моделях.")
        assert found("人工智能") == ["chinese"]
        assert found("智能工人") == []
        assert found("моделях") == ["russian"]

    def test_words_that_everybody_uses_need_not_be_there(self):
        make_article("Reading a model card", slug="one", body="Short.")
        assert found("how to read a model card") == ["one"]
        assert found('"how to read"') == []

    def test_code_is_no_text(self):
        make_article("A", slug="one", body="Text.\n\n```\nzebra = 1\n```\n")
        assert found("zebra") == []


class TestTheOrder:
    def test_title_over_excerpt_over_body(self):
        make_article("C", slug="body", published=at(2026, 3), body="One zebra. " * 9)
        make_article("B", slug="excerpt", published=at(2026, 2), excerpt="One zebra.")
        make_article("One zebra", slug="title", published=at(2026, 1))
        assert found("zebra") == ["title", "excerpt", "body"]

    def test_then_the_newest(self):
        for month in (2, 3, 1):
            make_article(f"Number {month}", slug=f"month-{month}", published=at(2026, month), body="A zebra.")
        assert found("zebra") == ["month-3", "month-2", "month-1"]

    def test_an_old_title_is_found_among_many_newer_texts(self):
        """The newest are searched first, but a title is always found."""
        make_article("The zebra", slug="old", published=at(2001))
        for number in range(ANYWHERE + 5):
            make_article(f"Filler {number}", published=at(2025) + dt.timedelta(hours=number), body="A zebra.")
        answer = results("zebra")
        assert answer.is_cut
        assert answer.page(1)[0].version.article.slug == "old"
        assert len(answer.places) == ANYWHERE + 1


class TestWhatIsNot:
    def test_drafts_future_and_withdrawn_articles(self):
        """H14: not found, with any filter."""
        make_article("Zebra draft", published=None)
        make_article("Zebra future", published=timezone.now() + dt.timedelta(days=1))
        make_article("Zebra gone").unpublish()
        leaving = make_article("Zebra leaving", slug="leaving")
        leaving.unpublish(timezone.now() + dt.timedelta(days=1))
        assert found("zebra") == ["leaving"]

    def test_a_scheduled_article_is_found_from_its_date_on(self):
        scheduled_at = timezone.now() + dt.timedelta(days=1)
        make_article("Zebra", slug="soon", published=scheduled_at)
        assert found("zebra") == []
        with time_machine.travel(scheduled_at + dt.timedelta(seconds=1), tick=False):
            assert found("zebra") == ["soon"]

    def test_the_text_that_was_replaced(self):
        from insights.publishing.drafts import import_version

        article = make_article("Zebra", slug="one", body="Stripes.")
        version = import_version(article, {"title": "Horse", "body": "Plain."})
        assert (found("zebra"), found("horse")) == (["one"], [])
        article.publish(version)
        assert (found("zebra"), found("horse")) == ([], ["one"])
        assert SearchEntry.objects.count() == 1

    def test_a_restored_article_is_back_and_a_deleted_one_is_not(self):
        article = make_article("Zebra", slug="one")
        article.unpublish()
        assert not SearchEntry.objects.exists()
        article.republish()
        assert found("zebra") == ["one"]
        Article.objects.all().delete()
        assert found("zebra") == []
        make_article("Zebra", slug="two")
        assert found("zebra") == ["two"]


class TestFilters:
    def test_by_category_and_year(self):
        analysis, policy = make_category("Analysis"), make_category("Policy")
        make_article("Zebra one", slug="one", category=analysis, published=at(2025, 12, 31))
        make_article("Zebra two", slug="two", category=policy, published=at(2026))
        make_article("Zebra three", slug="three", published=at(2026, 2))
        assert found("zebra", category=analysis) == ["one"]
        assert found("zebra", year=2026) == ["three", "two"]
        assert found("zebra", category=analysis, year=2026) == []

    def test_the_year_is_that_of_the_publications_zone(self):
        SiteSettings(time_zone="Asia/Tokyo").save()
        make_article("Zebra", slug="one", published=dt.datetime(2025, 12, 31, 20, tzinfo=dt.UTC))
        assert found("zebra", year=2026) == ["one"]


class TestNearMisses:
    def test_a_misspelled_word_leads_to_the_sites_own(self, learned):
        learned("Quantization", slug="one")
        answer = results("quantizaton")
        assert answer.respelled == {"quantizaton": "quantization"}
        assert answer.page(1)[0].version.article.slug == "one"

    @pytest.mark.parametrize("text", ["quntization", "quantiization", "qwantization", "uqantization", "quantizatoin"])
    def test_a_character_missing_added_replaced_or_swapped(self, learned, text):
        learned("Quantization", slug="one")
        assert results(text).respelled == {text: "quantization"}

    def test_of_two_near_words_the_one_that_more_articles_use(self, learned):
        learned("Model", body="The model.")
        learned("Modal", body="The modal.")
        learned("A model again", body="The model.")
        assert results("modol").respelled == {"modol": "model"}

    def test_a_word_like_no_other_suggests_nothing(self, learned):
        learned("Quantization")
        answer = results("xylophone")
        assert (list(answer.places), answer.respelled) == ([], {})

    def test_a_word_of_a_text_that_is_not_out_leads_nowhere(self, learned):
        """H14: the embargo holds for single words too."""
        learned("Quantization", published=timezone.now() + dt.timedelta(days=1))
        answer = results("quantizaton")
        assert (list(answer.places), answer.respelled) == ([], {})

    def test_the_vocabulary_forgets_what_was_withdrawn(self, learned, django_capture_on_commit_callbacks):
        article = learned("Quantization")
        with django_capture_on_commit_callbacks(execute=True):
            article.unpublish()
        assert results("quantizaton").respelled == {}

    def test_words_that_no_article_has_together_are_left_out_the_commonest_last(self, learned):
        learned("Zebra", slug="zebra", body="Stripes.")
        learned("Horse", slug="horse", body="Plain.")
        learned("Horse again", slug="horse-again", body="Plain.")
        answer = results("zebra horse")
        assert [str(part) for part in answer.left_out] == ["“horse”"]
        assert [hit.version.article.slug for hit in answer.page(1)] == ["zebra"]


class TestKeepingTheIndex:
    def test_a_second_look_changes_nothing_and_a_lost_index_is_made_again(self):
        make_article("Zebra", slug="one", tags=[make_tag("Stripes")])
        assert index.refresh_all() == 0
        index.clear()
        assert found("zebra") == []
        assert index.refresh_all() == 1
        assert found("zebra stripes") == ["one"]

    def test_what_was_published_before_there_was_an_index_is_taken_in_after_a_migration(self):
        make_article("Zebra", slug="one")
        index.clear()
        index.settle_index()
        assert found("zebra") == ["one"]

    def test_a_renamed_tag_is_found_by_its_new_name(self, run_tasks):
        from insights import signals

        tag = make_tag("Stripes")
        make_article("A", slug="one", tags=[tag])
        tag.name = "Zebras"
        tag.save()
        signals.listing_changed.send(sender=type(tag))
        run_tasks()
        assert (found("zebra"), found("stripes")) == (["one"], [])

    def test_recalculating_next_steps_writes_nothing(self):
        article = make_article("Zebra", authors=[make_author()])
        before = SearchEntry.objects.values().get()
        index.refresh_entry(article)
        assert SearchEntry.objects.values().get() == before


def test_pages_are_slices_of_one_ranking():
    for number in range(PAGE_SIZE + 3):
        make_article(f"Zebra {number}", slug=f"z-{number}", published=at(2026) + dt.timedelta(hours=number))
    answer = results("zebra")
    shown = [hit.version.article.slug for number in (1, 2) for hit in answer.page(number)]
    assert shown == [f"z-{number}" for number in range(PAGE_SIZE + 2, -1, -1)]
    assert (answer.pages, answer.page(3)) == (2, [])
