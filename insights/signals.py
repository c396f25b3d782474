"""What `insights` tells the house. `config/wiring.py` answers; nobody here knows who listens.

article_changed     what readers see of an article may differ from now on. article: Article
article_published   a version goes out, now or at its moment. article, version, actor: User | None
article_unscheduled what was to go out at a moment does not. article, version, actor
article_withdrawn   readers lose the article, now or at its moment. article, actor
article_restored    readers have a withdrawn article back, or keep one that was to be withdrawn. article, withdrawn_at
                    (the moment that holds no longer, if there was one), actor
listing_changed     a facet, step, neighbour or the site settings changed: any page may differ
word_rules_changed  words are read by other rules than before: what was decided by them may differ from now on
demo_loading        the demo publication is being loaded; siblings add theirs. tell: Callable[[str], None]
audit_event           something for the audit. actor: User | None, verb: str, subject: object, details: dict
"""

from django.dispatch import Signal

article_changed = Signal()
article_published = Signal()
article_unscheduled = Signal()
article_unpublished = Signal()
article_republished = Signal()
listing_changed = Signal()
word_rules_changed = Signal()
demo_loading = Signal()
audit_event = Signal()
