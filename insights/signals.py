"""Signals of `insights`; `config/wiring.py` connects the receivers of other apps.

article_changed: pages of the article may differ. article: Article
article_published: a version was published or scheduled. article, version, actor: User | None
article_unscheduled: a scheduled version was unscheduled. article, version, actor
article_unpublished: an article was unpublished, or will be (`unpublished_at`). article, actor
article_republished: unpublishing was undone, or canceled. article, unpublished_at: old datetime | None, actor
listing_changed: a category, step, related article or the site settings changed; any page may differ
word_rules_changed: the rules for reading words changed; decisions made by them may differ
demo_loading: the demo is loading; other apps add their content. One argument: a callback for progress lines
audit_event: an event for the audit log. actor: User | None, verb: str, subject: object, details: dict
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
