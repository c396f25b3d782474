"""The search index and its entries: checked, repaired, and rebuilt when the rules for words change."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from insights.models import Recalculation, SearchEntry, Version
from insights.search import index
from insights.search.documents import EDITION
from insights.search.engines import engine
from insights.search.finding import search
from insights.search.queries import read_query
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def found(text: str) -> list[str]:
    return [hit.version.article.slug for hit in search(read_query(text)).page(1)]


def said() -> str:
    output = StringIO()
    call_command("index_search", stdout=output)
    return output.getvalue()


@pytest.fixture
def three():
    return [make_article(f"Zebra {name}", slug=name, body=f"The {name} one.") for name in ("first", "second", "third")]


class TestTheIndexItself:
    """Fault F5: `index_search` reads the index, and does not trust the entries beside it."""

    def test_is_in_order_after_publishing(self, three):
        assert said() == "Texts in the search index: 3. Repaired entries: 0.\n"
        assert (engine().unheld(), engine().has_strays()) == ([], False)

    def test_is_filled_when_it_is_empty(self, three):
        engine().clear()
        assert found("zebra") == []
        assert said() == "Texts in the search index: 3. Repaired entries: 3.\n"
        assert found("zebra second") == ["second"]
        assert said() == "Texts in the search index: 3. Repaired entries: 0.\n"

    def test_gets_what_it_lacks(self, three):
        entry = SearchEntry.objects.get(version__article=three[1])
        engine().drop([(entry.place, entry.document)])
        assert engine().unheld() == [entry.pk]
        assert sorted(found("zebra")) == ["first", "third"]
        assert said() == "Texts in the search index: 3. Repaired entries: 1.\n"
        assert sorted(found("zebra")) == ["first", "second", "third"]

    def test_loses_what_no_entry_names(self, three):
        SearchEntry.objects.filter(version__article=three[0])._raw_delete("default")
        Version.objects.filter(article=three[0]).update(live_from=None)
        assert engine().has_strays()
        said()
        assert not engine().has_strays()
        assert sorted(found("zebra")) == ["second", "third"]

    def test_gets_another_text_at_the_same_place(self, three):
        """As when a dump is loaded over existing rows: the same version and date, another text."""
        entry = SearchEntry.objects.get(version__article=three[2])
        Version.objects.filter(pk=entry.pk).update(title="Horse")
        source = next(index._sources(Version.objects.filter(pk=entry.pk)))
        SearchEntry.objects.filter(pk=entry.pk).update(digest=source.digest(), document=source.document())
        assert (found("horse"), engine().unheld()) == ([], [entry.pk])
        said()
        assert (found("horse"), sorted(found("zebra"))) == (["third"], ["first", "second"])


class TestOlderRules:
    """Fault A7: entries of older rules are found by their digest, and rebuilt after a migration."""

    def age(self) -> None:
        """Put the index into the state of an earlier release: other digests, terms of other rules."""
        entries = list(SearchEntry.objects.all())
        engine().drop([(entry.place, entry.document) for entry in entries])
        for entry in entries:
            words = [word for word in entry.document.split() if not word.startswith("d.")]
            entry.document = " ".join(words).replace("llm", "llms").replace("aws", "aw")
            entry.digest = "0" * 32
            entry.save()
        engine().put([(entry.place, entry.document) for entry in entries])

    def test_are_renewed_by_a_migration(self):
        make_article("Small LLMs", slug="one", body="On AWS.")
        self.age()
        assert (found("llm"), found("aws")) == ([], [])
        index.settle_index()
        assert (found("llm"), found("aws")) == (["one"], ["one"])
        assert SearchEntry.objects.get().digest.startswith(EDITION)

    def test_are_renewed_by_the_command(self):
        make_article("Small LLMs", slug="one")
        self.age()
        assert said() == "Texts in the search index: 1. Repaired entries: 1.\n"
        assert found("llm") == ["one"]
        assert said() == "Texts in the search index: 1. Repaired entries: 0.\n"

    def test_recalculates_next_steps_once(self):
        make_article("Small LLMs", slug="one")
        before = Recalculation.objects.count()
        index.settle_index()
        assert Recalculation.objects.count() == before
        self.age()
        index.settle_index()
        index.settle_index()
        assert Recalculation.objects.count() == before + 1

    def test_a_long_digest_fits_into_its_column(self):
        make_article("Zebra", slug="one")
        entry = SearchEntry.objects.get()
        assert len(entry.digest) <= SearchEntry._meta.get_field("digest").max_length
        assert f" d.{entry.digest} " in entry.document


def test_nothing_of_the_comparison_stays_in_the_database():
    make_article("Zebra", slug="one")
    index.refresh_all()
    before = set(connection.introspection.table_names())
    index.refresh_all()
    assert set(connection.introspection.table_names()) == before
