"""Updates of the search index, which holds every text that is or will be public, and no other.

We update it in the transaction that publishes, instead of by triggers or a task, so an article is found at once.
Scheduled texts are included, since no job runs at their publication; each search checks which are public now.
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
    now = timezone.now()
    return Version.objects.filter(
        Q(live_until__isnull=True) | Q(live_until__gt=now),
        Q(article__unpublished_at__isnull=True) | Q(article__unpublished_at__gt=now),
        live_from__isnull=False,
        listed_at__isnull=False,
    )


@transaction.atomic
def refresh_entry(article: Article) -> None:
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
    """Fix wrong entries and recount the vocabulary, in a transaction per batch; return how many were wrong."""
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
    refresh_all()


@transaction.atomic
def clear() -> None:
    engine().clear()
    SearchEntry.objects.all()._raw_delete("default")  # skips `before_entry_deleted`


def settle_index() -> None:
    """Create the index if it is missing; add missing entries, and renew those of older rules."""
    engine().install()
    if not SearchEntry.objects.exists():
        engine().clear()  # documents of a flushed database
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
    """Refresh the index if a tag was renamed, since articles are found by their tags."""
    if sender is Tag:
        refresh_everything.enqueue()


def before_entry_deleted(instance: SearchEntry, **kwargs: Any) -> None:
    engine().drop([(instance.place, instance.document)])


@transaction.atomic
def _compare_with_entries() -> None:
    """Delete entries without a document, as after `loaddata`; clear the index if documents have no entry."""
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
