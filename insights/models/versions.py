"""Versions: the texts of an article, each live for an interval.

Values computed from the text are stored on save (`insights/publishing/rendering.py`); pages never render Markdown.
`listed_at` copies the article's `published_at`, also to bylines and tags, so that each list reads one index.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.db import models
from django.db.models import Q, Subquery
from django.utils import timezone

from insights.models.bylines import Byline, VersionTag
from insights.models.related import Neighbor
from insights.models.review import Reviewed, ReviewQuerySet
from insights.models.taxonomy import protect_current
from insights.text.web_urls import is_https_url, validate_https_url

MAX_BODY_BYTES = 200_000


def reading_minutes(words: int) -> int:
    return max(1, round(words / 230))


class VersionQuerySet(ReviewQuerySet):
    def live(self, at: dt.datetime | None = None) -> VersionQuerySet:
        """Return versions whose interval contains `at` (default: now), even of unpublished articles."""
        at = at or timezone.now()
        return self.filter(Q(live_until__isnull=True) | Q(live_until__gt=at), live_from__lte=at)

    def scheduled(self, at: dt.datetime | None = None) -> VersionQuerySet:
        return self.filter(live_from__gt=at or timezone.now())

    def readable(self, at: dt.datetime | None = None) -> VersionQuerySet:
        """Return live versions of articles that are not unpublished: what readers see."""
        at = at or timezone.now()
        return self.live(at).filter(Q(article__unpublished_at__isnull=True) | Q(article__unpublished_at__gt=at))

    def with_new_slug(self) -> VersionQuerySet:
        return self.filter(~Q(new_slug=""), superseded_at__isnull=True)

    def newest_by_article(self) -> VersionQuerySet:
        """Order by draft first, then by latest `live_from`, then superseded ones."""
        return self.order_by(
            models.Case(
                models.When(live_from__isnull=True, superseded_at__isnull=True, then=0),
                models.When(live_from__isnull=False, then=1),
                default=2,
            ),
            models.F("live_from").desc(nulls_last=True),
            "-pk",
        )

    def newest(self) -> VersionQuerySet:
        """Return one version per article: its `newest_version()`."""
        own = Version.objects.filter(article=models.OuterRef("article_id")).newest_by_article()
        return self.filter(pk=Subquery(own.values("pk")[:1]))

    def current(self) -> VersionQuerySet:
        """Return drafts, live and scheduled versions: those that a recalculation updates."""
        return self.filter(
            Q(live_from__isnull=True, superseded_at__isnull=True)
            | Q(live_from__isnull=False) & (Q(live_until__isnull=True) | Q(live_until__gt=timezone.now()))
        )

    def newest_first(self) -> VersionQuerySet:
        return self.order_by("-listed_at", "-article_id")

    def listed(self) -> VersionQuerySet:
        return self.select_related("article", "category", "cover").defer(
            "body", "html", "search_text", "contents", "decision", "around"
        )

    def relist(self) -> None:
        """Copy the article's `published_at` to `listed_at` of versions, bylines and tags."""
        published_at = Subquery(
            self.model._meta.get_field("article")
            .related_model._default_manager.filter(pk=models.OuterRef("article_id"))
            .values("published_at")[:1]
        )
        self.update(listed_at=published_at)
        for facet in (Byline, VersionTag):
            rows = facet._default_manager.filter(version__in=self.values("pk"))
            rows.update(
                listed_at=Subquery(Version.objects.filter(pk=models.OuterRef("version_id")).values("listed_at")[:1])
            )


class Version(Reviewed):
    class KeptAs(models.TextChoices):
        SAVED = "saved", "Saved"
        PUBLISHED = "published", "Published"
        VERSION_RESTORED = "brought_back", "Restored"
        HANDED_ON = "handed_on", "Before another editor’s changes"
        SET_ASIDE = "set_aside", "Earlier draft"

    article = models.ForeignKey("insights.Article", models.CASCADE, related_name="versions")

    # Written by editors.
    title = models.CharField(max_length=200)
    excerpt = models.TextField(
        max_length=600, blank=True, help_text="One or two sentences for lists and search results."
    )
    body = models.TextField(blank=True, help_text="Markdown. Headings begin with ## or ###.")
    category = models.ForeignKey("insights.Category", protect_current, null=True, blank=True, related_name="versions")
    tags = models.ManyToManyField("insights.Tag", through="insights.VersionTag", blank=True, related_name="versions")
    authors = models.ManyToManyField("insights.Author", through="insights.Byline", related_name="versions")
    series = models.ForeignKey("insights.Series", protect_current, null=True, blank=True, related_name="versions")
    series_part = models.PositiveSmallIntegerField("part", null=True, blank=True)
    # The article's slug from this version's publication on; empty: no change.
    new_slug = models.SlugField(max_length=80, editable=False, blank=True, default="", db_default="", db_index=False)
    cover = models.ForeignKey("insights.Picture", models.PROTECT, null=True, blank=True, related_name="+")
    cover_alt = models.CharField("cover alt text", max_length=300, blank=True)
    cover_caption = models.CharField(max_length=300, blank=True)
    cover_credit = models.CharField(max_length=160, blank=True)
    seo_title = models.CharField("title for search engines", max_length=200, blank=True)
    seo_description = models.CharField("description for search engines", max_length=320, blank=True)
    canonical = models.CharField(
        "canonical URL",
        max_length=500,
        blank=True,
        validators=[validate_https_url],
        help_text="Only if the article was published on another site first.",
    )
    pinned_step = models.ForeignKey(
        "insights.Step",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="pinned next step",
        help_text="Leave empty to let the rules choose.",
    )

    # Computed on save (`insights/publishing/rendering.py`).
    html = models.TextField(editable=False, default="")
    contents = models.JSONField(editable=False, default=list)  # [{"level": 2, "id": "s-…", "text": "…"}]
    words = models.PositiveIntegerField(editable=False, default=0)
    search_text = models.TextField(editable=False, default="")
    step = models.ForeignKey("insights.Step", models.SET_NULL, null=True, editable=False, related_name="+")
    decision = models.JSONField(editable=False, default=dict)  # Decision.as_json()
    renderer = models.CharField(max_length=20, editable=False, default="")

    # Dates.
    live_from = models.DateTimeField(null=True, editable=False)
    live_until = models.DateTimeField(null=True, editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)  # replaced without ever having been live
    listed_at = models.DateTimeField(null=True, editable=False)
    related_at = models.DateTimeField(null=True, editable=False)  # last search for related articles; null: due
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    # Its place in the history; null for a draft that was only autosaved (`insights/publishing/drafts.py`).
    kept_at = models.DateTimeField(null=True, editable=False)
    kept_as = models.CharField(max_length=12, choices=KeptAs, blank=True, default="", db_default="", editable=False)
    label = models.CharField(max_length=80, blank=True, default="", db_default="")
    restored_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, editable=False, related_name="+", db_column="brought_back_id"
    )
    # Names of a category and series that were deleted since (`protect_current`).
    category_was = models.CharField(max_length=60, editable=False, blank=True, default="", db_default="")
    series_was = models.CharField(max_length=120, editable=False, blank=True, default="", db_default="")

    around = models.JSONField(editable=False, default=list)  # written by `insights/public/neighbors.py`
    # Set by `insights/public/article_page.py` for the page; keys "previous", "next", "read".
    neighbors: Mapping[str, Sequence[Neighbor]] = {}
    digest = b""  # of all that its page shows, except the numbers of views and votes

    # Annotated by `insights/publishing/edit_base.py`: ids as text, and active steps as JSON.
    has_filing = False
    filed_authors: str | None = None
    filed_tags: str | None = None
    shown_pictures: str | None = None
    steps_in_use: str | None = None

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article"],
                name="version_one_working",
                condition=Q(live_from__isnull=True, superseded_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["article"],
                name="version_one_open_ended",
                condition=Q(live_from__isnull=False, live_until__isnull=True),
            ),
            models.CheckConstraint(
                name="version_interval_forward",
                condition=Q(live_until__isnull=True)
                | Q(live_from__isnull=False, live_until__gte=models.F("live_from")),
            ),
        ]
        indexes = [
            models.Index("listed_at", "article", name="version_listed", condition=Q(live_from__isnull=False)),
            models.Index(
                "category",
                "listed_at",
                "article",
                name="version_listed_category",
                condition=Q(live_from__isnull=False),
            ),
            models.Index(fields=["series", "series_part"], name="version_series"),
            # The next version to go live or end (`insights/publishing/schedule.py`).
            models.Index(fields=["live_from"], name="version_live_from", condition=Q(live_from__isnull=False)),
            models.Index(fields=["live_until"], name="version_live_until", condition=Q(live_until__isnull=False)),
            models.Index(
                fields=["live_from"],
                name="version_unrelated",
                condition=Q(live_from__isnull=False, live_until__isnull=True, related_at__isnull=True),
            ),
            models.Index(fields=["new_slug"], name="version_new_slug", condition=~Q(new_slug="")),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_working(self) -> bool:
        return self.live_from is None and self.superseded_at is None

    @property
    def name_in_history(self) -> str:
        if self.label:
            return f"“{self.label}”"
        if self.kept_as == self.KeptAs.PUBLISHED and (self.live_from is None or self.live_from > timezone.now()):
            return "Scheduled" if self.live_from else "Not published"
        if self.live_from is not None and self.live_from <= timezone.now():
            return "Published"
        return self.get_kept_as_display() if self.kept_at else "Draft"

    @property
    def reading_minutes(self) -> int:
        return reading_minutes(self.words)

    @property
    def canonical_url(self) -> str:
        """Return the canonical URL; empty if the stored value is not an https URL."""
        return self.canonical if is_https_url(self.canonical) else ""

    @property
    def changed_at(self) -> dt.datetime:
        """Return since when readers see the text as it is."""
        return max(filter(None, (self.live_from, self.updated_at)))

    def keep(self, kept_as: str, *, label: str = "", at: dt.datetime | None = None) -> None:
        """Put the text into the history: it is never changed again. An earlier `kept_at` stays."""
        if self.kept_at is None:
            self.kept_at, self.kept_as = at or timezone.now(), kept_as
        self.label = label or self.label
        self.save(update_fields=["kept_at", "kept_as", "label"])

    def supersede(self, at: dt.datetime | None = None) -> None:
        self.superseded_at = at or timezone.now()
        self.save(update_fields=["superseded_at"])

    def give_way(self, at: dt.datetime) -> None:
        """Supersede this draft and put it into the history, even if it was only autosaved."""
        if self.kept_at is None:
            self.kept_at, self.kept_as = at, self.KeptAs.HANDED_ON
        self.superseded_at = at
        self.save(update_fields=["kept_at", "kept_as", "superseded_at"])

    def set_authors(self, authors: Iterable[int], *, is_new: bool = False) -> None:
        """Replace the byline by these authors, in order; `is_new` saves the DELETE."""
        if not is_new:
            self.bylines.all().delete()
        Byline.objects.bulk_create(
            Byline(version=self, author_id=pk, position=position, listed_at=self.listed_at)
            for position, pk in enumerate(authors)
        )

    def set_tags(self, tags: Iterable[int], *, is_new: bool = False) -> None:
        if not is_new:
            self.version_tags.all().delete()
        VersionTag.objects.bulk_create(VersionTag(version=self, tag_id=pk, listed_at=self.listed_at) for pk in tags)
