"""Loading of the demo publication by the normal import; existing content is never changed.

Articles that exist are skipped. Articles that were loaded once and then deleted or moved are skipped too, so `make run`
does not undo an editor's decision.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from insights import demo, signals
from insights.demo.identity import demo_identity
from insights.exchange.front_matter import ArticleText
from insights.exchange.identities import settled_slug
from insights.exchange.importing import ImportOutcome, Track, import_path
from insights.models import Article, AuditEntry, Redirect

FOLDER = Path(demo.__file__).parent
VERB = "loaded the demo publication"


def load_demo(
    tell: Callable[[str], None], *, folder: Path = FOLDER, track: Track = lambda items, label: items
) -> ImportOutcome:
    """Import missing demo articles, then send `demo_loading` for other apps. May raise ExchangeRefused."""
    outcome = _import_missing(folder, track)
    new = outcome.count("new")
    tell(f"Demo articles added: {new}." if new else "The demo articles are already loaded.")
    signals.demo_loading.send(sender=Article, tell=tell)
    return outcome


@transaction.atomic  # the audit event prevents a second load, so it is committed with the articles
def _import_missing(folder: Path, track: Track) -> ImportOutcome:
    loaded = _loaded_before()
    outcome = import_path(folder, identity=demo_identity, accept=lambda text: _is_missing(text, loaded), track=track)
    if outcome.count("new"):
        articles = Article.objects.values_list("slug", "uid")
        slugs = sorted(slug for slug, uid in articles if uid == demo_identity(slug) and slug not in loaded)
        signals.audit_event.send(sender=Article, actor=None, verb=VERB, subject="demo", details={"articles": slugs})
    return outcome


def _loaded_before() -> set[str]:
    details = AuditEntry.objects.filter(verb=VERB).values_list("details", flat=True)
    return {slug for entry in details for slug in entry.get("articles", [])}


def _is_missing(text: ArticleText, loaded: set[str]) -> bool:
    slug = settled_slug(text)
    return not (
        slug in loaded
        or Article.objects.filter(slug=slug).exists()
        or Article.objects.filter(uid=demo_identity(slug)).exists()
        or Redirect.objects.filter(kind="article", slug=slug).exists()
    )
