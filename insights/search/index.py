"""Keeping the index: whatever readers can or will be able to read stands in it, and nothing else.

Written by the code that publishes (through `article_changed`), in the same transaction, against triggers and against a
task: an article is found from the moment it is out. A text whose moment has not come stands in the index too, since no
job runs at that moment; every search asks the database whether what it found is readable now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.tasks import task
from django.utils import timezone

from insights import signals
from insights.models import Article, SearchEntry, Tag, Version, VersionTag
from insights.models.versions import VersionQuerySet
from insights.search import vocabulary
from insights.search.documents import EDITION, Source
from insights.search.engines import engine

BATCH = 200


def worth_indexing() -> VersionQuerySet:
    """Versions that readers can or will be able to read, by what is known now."""
    now = timezone.now()
    return Version.objects.filter(
        Q(live_until__isnull=True) | Q(live_until__gt=now),
        Q(article__unpublished_at__isnull=True) | Q(article__unpublished_at__gt=now),
        live_from__isnull=False,
        listed_at__isnull=False,
    )


@transaction.atomic
def refresh_entry(article: Article) -> None:
    """Let the index hold what it should of an article."""
    entries = {entry.pk: entry for entry in _locked().filter(version__article=article)}
    for source in _sources(worth_indexing().filter(article=article)):
        entry = entries.pop(source.version, None)
        if entry is None:
            _put([source])
            vocabulary.learn_later(source.words(), 1)
        elif entry.digest != source.digest():
            entry.delete()
            _put([source])
    for entry in entries.values():
        words = next(iter(_sources(Version.objects.filter(pk=entry.pk)))).words()
        entry.delete()
        vocabulary.learn_later(words, -1)


def refresh_all(tell: Callable[[int], None] = lambda done: None) -> int:
    """Look at every article's text, put right what is wrong, and count the vocabulary anew; how many were wrong.

    A transaction for each batch, so that a stop in the middle leaves every article either old or new.
    """
    _compare_with_entries()
    counts: Counter[str] = Counter()
    last = done = wrong = 0
    while True:
        with transaction.atomic():
            sources = list(_sources(worth_indexing().filter(pk__gt=last).order_by("pk")[:BATCH]))
            if not sources:
                break
            entries = {entry.pk: entry for entry in _locked().filter(pk__in=[source.version for source in sources])}
            stale = [s for s in sources if s.version not in entries or entries[s.version].digest != s.digest()]
            for source in stale:
                if source.version in entries:
                    entries[source.version].delete()
            _put(stale)
        for source in sources:
            counts.update([vocabulary.ALL, *source.words()])
        last, done, wrong = sources[-1].version, done + len(sources), wrong + len(stale)
        tell(done)
    with transaction.atomic():
        for entry in _locked().exclude(version__in=worth_indexing().values("pk")):
            entry.delete()
            wrong += 1
        vocabulary.relearn(counts)
    return wrong


@task()
def refresh_everything() -> None:
    """`refresh_all`, by the worker."""
    refresh_all()


@transaction.atomic
def clear() -> None:
    """Empty the index and forget what it held."""
    engine().clear()
    SearchEntry.objects.all()._raw_delete("default")  # without a word to the engine for each


def settle_index() -> None:
    """Make the index where it is not there. After a migration, take in what it lacks, and what older rules made."""
    engine().install()
    if not SearchEntry.objects.exists():
        engine().clear()  # what a flushed database left behind
    outdated = SearchEntry.objects.exclude(digest__startswith=EDITION).exists()
    if outdated or worth_indexing().filter(search_entry__isnull=True).exists():
        refresh_all()
    if outdated:
        signals.word_rules_changed.send(sender=SearchEntry)


# Receivers, connected in `insights/apps.py`


def after_migration(using: str, **kwargs: Any) -> None:
    if using == "default" and SearchEntry._meta.db_table in connection.introspection.table_names():
        settle_index()


def after_article_changed(article: Article, **kwargs: Any) -> None:
    refresh_entry(article)


def after_listing_changed(sender: type, **kwargs: Any) -> None:
    """A renamed tag changes what its articles are found by."""
    if sender is Tag:
        refresh_everything.enqueue()


def before_entry_deleted(instance: SearchEntry, **kwargs: Any) -> None:
    engine().drop([(instance.place, instance.document)])


@transaction.atomic
def _compare_with_entries() -> None:
    """Look into the index itself: forget entries that it does not hold, and begin again if it holds what none names.

    So it is after `loaddata`, or when a database was copied without the index: entries arrive, their documents do not.
    """
    unheld = engine().unheld()
    for start in range(0, len(unheld), BATCH):
        SearchEntry.objects.filter(pk__in=unheld[start : start + BATCH])._raw_delete("default")
    if engine().has_strays():
        clear()


def _locked() -> Any:
    return SearchEntry.objects.select_for_update(of=("self",))


def _put(sources: Iterable[Source]) -> None:
    entries = [
        SearchEntry(version_id=source.version, place=source.place, document=source.document(), digest=source.digest())
        for source in sources
    ]
    SearchEntry.objects.bulk_create(entries)
    engine().put((entry.place, entry.document) for entry in entries)


def _sources(versions: VersionQuerySet) -> Iterator[Source]:
    rows = list(versions.only("title", "excerpt", "search_text", "category", "listed_at"))
    names: dict[int, list[str]] = {row.pk: [] for row in rows}
    for pk, name in VersionTag.objects.filter(version__in=names).values_list("version", "tag__name"):
        names[pk].append(name)
    for row in rows:
        yield Source.of(row, names[row.pk])
