"""Site settings: one row."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.db import models

from insights.models.accounts import validate_time_zone
from insights.text.web_urls import is_https_url, is_link_target

FOOTER = "No cookies, no tracking, no requests to other sites."
NEWSLETTER_TEXT = (
    "One email a week: what changed in AI, what it means, and one thing to try. "
    "Takes six minutes to read. Unsubscribe with one click."
)
NEWSLETTER_LABEL = "Once a week"
SIGNUP_NOTE = "One email a week. Confirm by email, unsubscribe with one click."


class SiteSettings(models.Model):
    """Name, tagline, logo, time zone, links, texts and visibility of the publication.

    Each process caches the row in memory. We do not use Django's cache: unpickling the row costs more than rendering
    with it. It expires after `SECONDS`, or when `stamp` changes: a counter that all processes of a server share
    (`config/wiring.py`). So saved settings are visible with the next request.
    """

    SECONDS: ClassVar[float] = 5.0  # maximum age where `stamp` does not change
    stamp: ClassVar[Callable[[], object]] = staticmethod(lambda: None)
    _remembered: ClassVar[tuple[float, object, SiteSettings] | None] = None

    name = models.CharField(max_length=80, default="AI Scope Hub")
    tagline = models.CharField(max_length=160, default="AI research & analysis")
    headline = models.CharField(max_length=160, default="AI research & analysis, read slowly")
    introduction = models.CharField(
        max_length=400,
        default="How artificial intelligence is built, priced and used, in China and beyond. "
        "Explained in plain English, once a week.",
    )
    newsletter_name = models.CharField(max_length=80, default="AI Scope Weekly", db_column="letter_name")
    newsletter_text = models.CharField(max_length=400, blank=True, default=NEWSLETTER_TEXT, db_default=NEWSLETTER_TEXT)
    newsletter_label = models.CharField(
        max_length=60, blank=True, default=NEWSLETTER_LABEL, db_default=NEWSLETTER_LABEL
    )
    signup_note = models.CharField(max_length=200, default=SIGNUP_NOTE, db_default=SIGNUP_NOTE)
    logo = models.ForeignKey("insights.Picture", models.PROTECT, null=True, blank=True, related_name="+")
    navigation = models.JSONField(default=list, blank=True)  # [{"label": "About", "address": "/insights/about/"}]
    footer_text = models.CharField(max_length=300, blank=True, default=FOOTER, db_default=FOOTER)
    social_links = models.JSONField(default=list, db_default=[], blank=True)  # as navigation, https only
    privacy_text = models.TextField(max_length=20_000, blank=True, default="", db_default="")  # Markdown
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    shows_decision_line = models.BooleanField(
        "show readers why a next step was chosen",
        default=True,
        help_text="Shown under “Why this?” at the end of the article.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "site settings"
        constraints = [models.CheckConstraint(name="site_settings_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)
        self.forget()

    @classmethod
    def stored(cls) -> SiteSettings:
        return cls.objects.filter(pk=1).select_related("logo").first() or cls(pk=1)

    @classmethod
    def current(cls) -> SiteSettings:
        """Return the row from the process cache."""
        now, stamp = time.monotonic(), cls.stamp()  # before the query, so that the row is not older than its stamp
        if cls._remembered is None or cls._remembered[0] < now or cls._remembered[1] != stamp:
            cls._remembered = (now + cls.SECONDS, stamp, cls.stored())
        return cls._remembered[2]

    @classmethod
    def last_known(cls) -> SiteSettings | None:
        """Return the row that this process loaded last, however old, or None; makes no query."""
        return cls._remembered[2] if cls._remembered else None

    @classmethod
    def forget(cls) -> None:
        cls._remembered = None

    @property
    def shown_navigation(self) -> list[dict[str, str]]:
        return _links(self.navigation, is_link_target)

    @property
    def shown_social_links(self) -> list[dict[str, str]]:
        return _links(self.social_links, is_https_url)


def _links(rows: Any, is_fine: Callable[[object], bool]) -> list[dict[str, str]]:
    """Return the valid links of a JSON column, whose content may have bypassed the forms."""
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [row for row in found if is_fine(row.get("address")) and isinstance(row.get("label"), str)]
