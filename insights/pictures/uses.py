"""Places that show pictures: texts, covers, portraits, pages of categories and the like.

They are found by relations, so a new relation needs no change here. Relations also protect used pictures from deletion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, IntegerField, ManyToOneRel, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from insights.models import Article, Picture, PictureUse, Version
from insights.models.articles import ArticleQuerySet
from insights.models.pictures import PictureQuerySet

NOT_NAMED = "An article by another author"


@dataclass(frozen=True, slots=True)
class Use:
    title: str
    url: str = ""  # empty if the account may not open it


def uses_of(pictures: Collection[int], seen_by: ArticleQuerySet, may: Callable[[str], bool]) -> dict[int, list[Use]]:
    """Return the places that show each picture (by id), articles first.

    `seen_by`: articles that the account may see; others have their public page, or no name. `may`: permission test.
    """
    found: dict[int, list[Use]] = defaultdict(list)
    shown_in = _articles_that_show(pictures)
    articles = {article for _, article in shown_in}
    newest = Version.objects.newest().filter(article__in=seen_by.filter(pk__in=articles).values("pk"))
    uses = {
        article: Use(title, reverse("admin:insights_article_change", args=[article]))
        for article, title in newest.values_list("article", "title")
    }
    readable = Version.objects.readable().filter(article__in=articles - set(uses)).select_related("article")
    uses |= {row.article_id: Use(row.title, row.article.get_absolute_url()) for row in readable}
    for picture, article in shown_in:
        found[picture].append(uses.get(article, Use(NOT_NAMED)))
    for model, field in _other_places():
        app, name, kind = model._meta.app_label, model._meta.model_name, str(model._meta.verbose_name).capitalize()
        is_seen = any(may(f"{app}.{verb}_{name}") for verb in ("view", "change"))
        for row in model._base_manager.filter(**{f"{field}__in": pictures}):
            url = reverse(f"admin:{app}_{name}_change", args=[row.pk]) if is_seen else ""
            found[getattr(row, f"{field}_id")].append(Use(f"{kind}: {row}", url))
    return found


def pictures_seen_by(user: Any, pictures: PictureQuerySet | None = None) -> PictureQuerySet:
    """Return the pictures that an account may see: all for editors.

    Authors see their own uploads, and pictures of their own articles and of public ones. Others could reveal
    drafts.
    """
    pictures = Picture.objects.all() if pictures is None else pictures
    if _sees_all(user):
        return pictures
    own = Version.objects.filter(article__in=Article.objects.written_by(user).values("pk"))
    known: Any = Q(uploaded_by=user)
    for versions in (own, Version.objects.readable()):
        in_texts = PictureUse.objects.filter(picture=OuterRef("pk"), version__in=versions.values("pk"))
        known |= Exists(in_texts) | Exists(versions.filter(cover=OuterRef("pk")))
    for model, field in _other_places():
        known |= Exists(model._base_manager.filter(**{field: OuterRef("pk")}))
    return pictures.filter(known)


def may_see_picture(user: Any, pk: int) -> bool:
    return _sees_all(user) or pictures_seen_by(user).filter(pk=pk).exists()


def _sees_all(user: Any) -> bool:
    return bool(user.has_perm("insights.change_any_article") or user.has_perm("insights.change_picture"))


def is_shown(picture: Picture) -> bool:
    """Return whether anything shows the picture, including old versions."""
    return any(model._base_manager.filter(**{field: picture}).exists() for model, field in _places())


def with_counts(pictures: PictureQuerySet) -> PictureQuerySet:
    """Annotate `article_count` and `page_count`: articles, and other places, that show each picture."""
    own = PictureUse.objects.filter(picture=OuterRef("pk"))
    pages = [_counted(model._base_manager.filter(**{field: OuterRef("pk")}), field) for model, field in _other_places()]
    return pictures.annotate(
        article_count=_counted(own, "picture", "version__article"), page_count=sum(pages[1:], start=pages[0])
    )


def _counted(rows: QuerySet[Any], by: str, what: str = "pk") -> Any:
    counted = rows.order_by().values(by).annotate(count=Count(what, distinct=True)).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _articles_that_show(pictures: Collection[int]) -> list[tuple[int, int]]:
    in_texts = PictureUse.objects.filter(picture__in=pictures).values_list("picture", "version__article")
    as_covers = Version.objects.filter(cover__in=pictures).values_list("cover", "article")
    pairs = {*in_texts.order_by().distinct(), *as_covers.order_by().distinct()}
    return sorted(pairs, key=lambda pair: -pair[1])


def _places() -> Iterator[tuple[type[Model], str]]:
    for relation in Picture._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            yield relation.related_model, relation.field.name


def _other_places() -> list[tuple[type[Model], str]]:
    return [(model, field) for model, field in _places() if model not in {PictureUse, Version}]
