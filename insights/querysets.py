"""The adjectives of the publication's rows, each said once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q, Subquery
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.utils import timezone

if TYPE_CHECKING:
    from insights.models import Article, FormerSlug, Picture, Step, Version  # noqa: F401


_TEXT = models.TextField()


class ArticleQuerySet(models.QuerySet["Article"]):
    def locked(self) -> ArticleQuerySet:
        """Held until the transaction ends. Whoever only names such an article by its key (a row of its history, the
        lists of its neighbours) need not wait for that: on PostgreSQL two who wait for each other's rows would fail."""
        return self.select_for_update(of=("self",), no_key=True)

    def published(self, at: dt.datetime | None = None) -> ArticleQuerySet:
        """Those that readers can read at `at` (default: now)."""
        at = at or timezone.now()
        return self.filter(
            Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at),
            models.Exists(_versions().live(at).filter(article=models.OuterRef("pk"))),
        )

    def written_by(self, user: Any) -> ArticleQuerySet:
        """Those that `user` began or that carry the user's byline."""
        bylines = _versions().filter(article=models.OuterRef("pk"), authors__user=user)
        return self.filter(Q(created_by=user) | models.Exists(bylines))

    def told_own(self, user: Any) -> ArticleQuerySet:
        """Each with `is_own`: whether it is one of those `written_by(user)`."""
        bylines = _versions().filter(article=models.OuterRef("pk"), authors__user=user)
        return self.annotate(is_own=models.ExpressionWrapper(
            Q(created_by=user) | models.Exists(bylines), output_field=models.BooleanField()
        ))  # fmt: skip

    def never_published(self) -> ArticleQuerySet:
        """Those without a publication moment: drafts and texts in review."""
        return self.filter(published_at__isnull=True)

    def with_state(self, at: dt.datetime | None = None) -> ArticleQuerySet:
        """Each with `state`, what `Article.status(at)` says of it, told by the database."""
        at = at or timezone.now()
        own = _versions().filter(article=models.OuterRef("pk"))
        return self.annotate(
            state=models.Case(
                models.When(withdrawn_at__lte=at, then=models.Value("withdrawn")),
                models.When(
                    models.Exists(own.working().filter(submitted_at__isnull=False)) & Q(published_at__isnull=True),
                    then=models.Value("review"),
                ),
                models.When(published_at__isnull=True, then=models.Value("draft")),
                models.When(models.Exists(own.live(at)), then=models.Value("published")),
                default=models.Value("scheduled"),
                output_field=models.CharField(),
            )
        )

    def with_hand_over(self) -> ArticleQuerySet:
        """Each with `hand_over`, how far the text that is being written has come: "handed_in", "returned", "approved"
        or nothing; also of changes to an article that is out."""
        step = models.Case(
            models.When(submitted_at__isnull=False, approved_at__isnull=False, then=models.Value("approved")),
            models.When(submitted_at__isnull=False, then=models.Value("handed_in")),
            models.When(returned_at__isnull=False, then=models.Value("returned")),
            default=models.Value(""),
        )
        own = _versions().working().filter(article=models.OuterRef("pk")).values_list(step)
        return self.annotate(hand_over=Coalesce(Subquery(own[:1]), models.Value(""), output_field=models.CharField()))


class VersionQuerySet(models.QuerySet["Version"]):
    def live(self, at: dt.datetime | None = None) -> VersionQuerySet:
        """Those whose interval holds at `at` (default: now), whether or not their article was withdrawn."""
        at = at or timezone.now()
        return self.filter(Q(live_until__isnull=True) | Q(live_until__gt=at), live_from__lte=at)

    def scheduled(self, at: dt.datetime | None = None) -> VersionQuerySet:
        """Those that wait for their moment at `at` (default: now)."""
        return self.filter(live_from__gt=at or timezone.now())

    def readable(self, at: dt.datetime | None = None) -> VersionQuerySet:
        """Live ones of articles that are not withdrawn: what readers see."""
        at = at or timezone.now()
        return self.live(at).filter(Q(article__withdrawn_at__isnull=True) | Q(article__withdrawn_at__gt=at))

    def working(self) -> VersionQuerySet:
        """Those being written: never live, not replaced."""
        return self.filter(live_from__isnull=True, superseded_at__isnull=True)

    def with_new_slug(self) -> VersionQuerySet:
        """Those that change their article's slug once they are published."""
        return self.filter(~Q(new_slug=""), superseded_at__isnull=True)

    def handed_in(self) -> VersionQuerySet:
        """Those that wait for an editor's decision; with who waits for whom (`with_hand_over`)."""
        return (
            self.working()
            .filter(submitted_at__isnull=False, approved_at__isnull=True)
            .with_hand_over("handed_in", "named_reviewer")
        )

    def returned(self) -> VersionQuerySet:
        """Those that were given back and not handed in since; with who gave them back, and with which words."""
        return self.working().filter(submitted_at__isnull=True, returned_at__isnull=False).with_hand_over("returned")

    def returned_to(self, user: Any) -> VersionQuerySet:
        """Those that were given back to `user`: who handed them in, began them, or writes under one of their names."""
        by_name = Q(pk__in=_versions().working().filter(authors__user=user).values("pk"))
        return self.returned().filter(Q(handed_in_by_id=user.pk) | Q(article__created_by=user) | by_name)

    def approved(self) -> VersionQuerySet:
        """Those that may go out as they stand, and wait for whoever publishes them; with who approved them."""
        return self.working().filter(submitted_at__isnull=False, approved_at__isnull=False).with_hand_over("approved")

    def with_hand_over(self, *verbs: str) -> VersionQuerySet:
        """Each with `reviewer_id` and `reviewer_name`, `handed_in_by_id` and `handed_in_by_name`, and of the last step
        of the hand-over (one of `verbs`) `step_by_name`, who took it, and `last_note`, the words that came along.

        The moment is the version's own `submitted_at`, `returned_at` or `approved_at`. What is not known is None.
        """
        own = _history().filter(article=models.OuterRef("article_id")).order_by("-happened_at", "-pk")
        handed_in, last = own.filter(verb="handed_in"), own.filter(verb__in=verbs)
        return self.annotate(
            reviewer_id=F("article__reviewer_id"),
            reviewer_name=Coalesce(
                NullIf("article__reviewer__name", models.Value("")),
                "article__reviewer__email",
                output_field=models.CharField(),
            ),
            handed_in_by_id=Subquery(handed_in.values("actor_id")[:1]),
            handed_in_by_name=Subquery(handed_in.values("actor_name")[:1]),
            step_by_name=Subquery(last.values("actor_name")[:1]),
            last_note=Subquery(last.values("note")[:1]),
        )

    def newest_by_article(self) -> VersionQuerySet:
        """The order in which an article's newest version comes first: the working one, else the one that is or will
        be live, else the last that was."""
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
        """One of each article: what `Article.newest_version` gives."""
        own = _versions().filter(article=models.OuterRef("article_id")).newest_by_article()
        return self.filter(pk=Subquery(own.values("pk")[:1]))

    def current(self) -> VersionQuerySet:
        """Those that readers see, will see, or that are being written: what a recomputation has to reach."""
        return self.filter(
            Q(live_from__isnull=True, superseded_at__isnull=True)
            | Q(live_from__isnull=False) & (Q(live_until__isnull=True) | Q(live_until__gt=timezone.now()))
        )

    def newest_first(self) -> VersionQuerySet:
        """The order of every list; ties in the moment go to the younger article."""
        return self.order_by("-listed_at", "-article_id")

    def listed(self) -> VersionQuerySet:
        """With what a card shows, and without the long texts."""
        return self.select_related("article", "category", "cover").defer(
            "body", "html", "search_text", "contents", "decision", "around"
        )

    def opened(self) -> VersionQuerySet:
        """With all that a form shows of them and a save compares: rows, and ids as text (`writing/opened.py`)."""
        from insights.models import Byline, PictureUse, VersionTag
        from insights.models.step_snapshot import steps_along

        def ids(rows: Any, *parts: Any) -> Subquery:
            of_it = rows.filter(version=models.OuterRef("pk")).order_by().values("version")
            named = Concat(*parts, output_field=models.TextField()) if len(parts) > 1 else Cast(parts[0], _TEXT)
            return Subquery(of_it.annotate(ids=models.StringAgg(named, models.Value(","))).values("ids"))

        return self.select_related("category", "series", "cover", "pinned_step", "updated_by").annotate(
            filed_authors=ids(Byline.objects, Cast("position", _TEXT), models.Value(":"), Cast("author_id", _TEXT)),
            filed_tags=ids(VersionTag.objects, "tag_id"),
            shown_pictures=ids(PictureUse.objects, "picture_id"),
            steps_in_use=steps_along(),
        )

    def relist(self) -> None:
        """Carry the article's publication moment to where lists are walked."""
        from insights.models import Byline, VersionTag

        moment = Subquery(_articles().filter(pk=models.OuterRef("article_id")).values("published_at")[:1])
        self.update(listed_at=moment)
        for facet in (Byline, VersionTag):
            rows = facet._default_manager.filter(version__in=self.values("pk"))
            rows.update(
                listed_at=Subquery(_versions().filter(pk=models.OuterRef("version_id")).values("listed_at")[:1])
            )


class PictureQuerySet(models.QuerySet["Picture"]):
    def unused(self) -> PictureQuerySet:
        """Those that no version shows."""
        return self.filter(uses__isnull=True)

    def without_renditions(self, recipe: int, at: dt.datetime | None = None) -> PictureQuerySet:
        """Those of which the files of this recipe are to be made at `at` (default: now)."""
        at = at or timezone.now()
        is_due = Q(renditions_retry_at__isnull=True) | Q(renditions_retry_at__lte=at)
        return self.filter(is_due, renditions_recipe__lt=recipe)


class FormerSlugQuerySet(models.QuerySet["FormerSlug"]):
    def leave(self, kind: str, slug: str, *, actor: Any = None, **target: Any) -> None:
        """Remember that `slug` led to the target, and forget what else is said of the target's present address.

        Of a slug that several have left, the last one has it. `actor`: who moved it, None for a command.
        """
        row = target[kind]
        self.filter(kind=kind, slug=row.slug).delete()
        values = {name: target.get(name) for name in ("article", "category", "tag", "author", "series")}
        values["created_by"] = actor if getattr(actor, "pk", None) else None
        self.update_or_create(kind=kind, slug=slug, defaults={**values, "created_at": timezone.now()})


class StepQuerySet(models.QuerySet["Step"]):
    def in_use(self) -> StepQuerySet:
        """Those that may be chosen, with their rules, in the editors' order."""
        return self.filter(is_active=True).select_related("rule").order_by("position", "pk")


def _versions() -> VersionQuerySet:
    from insights.models import Version

    return Version.objects.all()


def _history() -> models.QuerySet[Any]:
    from insights.models import HistoryEntry

    return HistoryEntry.objects.all()


def _articles() -> ArticleQuerySet:
    from insights.models import Article

    return Article.objects.all()


__all__ = ["ArticleQuerySet", "FormerSlugQuerySet", "PictureQuerySet", "StepQuerySet", "VersionQuerySet"]
