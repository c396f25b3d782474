"""The article's form: one page edits what is written next, and never what readers see now.

Chosen: a form over the working version that leaves by `insights.drafting.write`, like the importer and the demo,
against Django's usual form over a row, which would write into the live text. `base` names the version that the page was
opened on; when another is stored by now, nothing is overwritten: the form answers with both texts. Fields that a writer
without the right to edit others' articles may not set are not in the form, so that a posted value is ignored.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from typing import Any, cast

from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import slugify

from insights import images
from insights.drafting import WRITTEN_FIELDS, write
from insights.forms.article_fields import ArticleFields
from insights.forms.fields import BylineField, MomentField
from insights.models import (
    Article,
    Author,
    Picture,
    SiteSettings,
    User,
    Version,
)
from insights.preflight import Panel
from insights.preflight.gate import refuse_unready
from insights.rendering import render_text

NOTHING_TO_READ = "There is nothing to read yet. A draft may be empty; what is published may not."
EDITORS_FIELDS = ("authors", "pinned_step", "publish_at", "takes_feedback")
_NO_ALT = re.compile(r"!\[\s*\]\(picture:([0-9a-fA-F-]{36})")


def base_of(version: Version | None) -> str:
    """What the page says it was opened on: version, its last change, since when it is out and the article is not."""
    if version is None:
        return ""
    moments = (version.updated_at, version.live_from, version.article.withdrawn_at)
    return "@".join([str(version.pk), *(moment.isoformat() if moment else "" for moment in moments)])


class ArticleForm(ArticleFields):
    """Bind with `user`. After `is_valid()`, inside a transaction, `write()` stores and `publish()` also publishes."""

    user: User | AnonymousUser

    def __init__(self, *args: Any, user: User | AnonymousUser, **options: Any) -> None:
        article: Article | None = options.get("instance")
        self.user = user
        self.stored = article.newest_version() if article and article.pk else None
        self.is_stale = False  # whether text or standing changed after the page was opened
        self.checks: Panel | None = None  # what there was to mend when somebody wanted to publish
        self.conflict: Version | None = None  # what somebody else stored meanwhile
        self.zone = zoneinfo.ZoneInfo(SiteSettings.current().time_zone)
        options["initial"] = {**self._stored_values(article), **(options.get("initial") or {})}
        super().__init__(*args, **options)
        self._add_editors_fields(article)
        if self.is_bound and self.data.get("base"):
            self.opened_on = str(self.data["base"])
        else:
            self.opened_on = base_of(self.stored)

    def _stored_values(self, article: Article | None) -> dict[str, Any]:
        """What the fields show: the newest version and what belongs to the article itself."""
        version = self.stored
        if article is None or version is None:
            return {"authors": [author.pk for author in self.own_bylines()], "base": ""}
        values: dict[str, Any] = {name: getattr(version, name) for name in WRITTEN_FIELDS}
        scheduled = article.published_at and article.published_at > timezone.now()
        return values | {
            "base": base_of(version),
            "slug": article.slug,
            "tags": list(version.tags.all()),
            "authors": [byline.author_id for byline in version.bylines.all()],
            "publish_at": article.published_at if scheduled else None,
        }

    def _add_editors_fields(self, article: Article | None) -> None:
        if not self.may_edit_any:
            for name in EDITORS_FIELDS:
                self.fields.pop(name, None)
            return
        size = max(3, len(self.initial.get("authors") or []) + 1)
        self.fields["authors"] = BylineField(
            authors=Author.objects.all(), size=size, help_text="In the order of the byline."
        )
        if not self.user.has_perm("insights.publish_article"):
            return
        is_out = bool(article and article.published_at and article.published_at <= timezone.now())
        told = "Empty: at once. When the changes go out; the article keeps its own moment." if is_out else (
            "Empty: at once. A moment in the future schedules the article."
        )  # fmt: skip
        self.fields["publish_at"] = MomentField(
            zone=self.zone,
            required=False,
            label="Publication moment",
            help_text=f"{told} Time zone: {self.zone.key}.",
        )

    def own_bylines(self) -> list[Author]:
        return list(Author.objects.filter(user=self.user)) if isinstance(self.user, User) else []

    @property
    def may_edit_any(self) -> bool:
        return self.user.has_perm("insights.change_any_article")

    def use_autocomplete(self, admin_site: Any) -> None:
        """Let the cover be searched for instead of listing every picture there is."""
        self.fields["cover"].widget = AutocompleteSelect(
            Version._meta.get_field("cover"), admin_site, attrs={"data-placeholder": "Search a picture"}
        )
        self.fields["cover"].widget.choices = self.fields["cover"].choices  # type: ignore[attr-defined]

    # Checks

    def clean_slug(self) -> str:
        slug = (self.cleaned_data.get("slug") or "").strip()
        if not slug:
            slug = slugify(self.cleaned_data.get("title") or "")[:80].strip("-")
        if not slug:
            if not self.cleaned_data.get("title"):
                return ""  # the title's own error says enough
            raise ValidationError(
                "The title has no Latin letters to make an address of; write one, such as open-models."
            )
        field = Article._meta.get_field("slug")
        field.run_validators(slug)
        taken = Article.objects.filter(slug=slug).exclude(pk=self.instance.pk)
        if taken.exists():
            raise ValidationError(field.error_messages["unique"], code="unique")
        return slug

    def clean_body(self) -> str:
        body = self.cleaned_data["body"]
        rendered = render_text(body)
        problems = list(rendered.problems)
        silent = {uid.lower() for uid in _NO_ALT.findall(body)} & rendered.pictures
        problems += [
            f"The picture “{picture.name}” has no alt text; write what it shows: ![…]({picture.reference})."
            for picture in Picture.objects.filter(uid__in=silent, alt="")
        ]
        if problems:
            raise ValidationError(problems)
        if "_publish" in self.data and not (rendered.words or rendered.text or rendered.pictures):
            raise ValidationError(NOTHING_TO_READ, code="empty")
        return body

    def clean_cover_file(self) -> Picture | None:
        """A handed-in cover becomes a row at once, so that it is not lost when another field is wrong."""
        upload = self.cleaned_data.get("cover_file")
        if not upload:
            return None
        user = self.user if isinstance(self.user, User) else None
        words = {name: self.data.get(f"cover_{name}", "") for name in ("alt", "caption", "credit")}
        try:
            return images.store_picture(upload, user=user, **words)
        except images.PictureRefused as refused:
            raise ValidationError(refused.message) from None

    def clean_publish_at(self) -> dt.datetime | None:
        moment = self.cleaned_data.get("publish_at")
        if moment and moment.year > timezone.now().year + 20:
            raise ValidationError("That is more than twenty years away.")
        return moment

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("cover_file"):
            values["cover"] = values["cover_file"]
            self._retype("cover", str(values["cover"].pk))  # the file is kept, whatever else is wrong
        cover = values.get("cover")
        if cover and not values.get("cover_alt") and not cover.alt:
            self.add_error("cover_alt", "Say what the cover shows, for those who do not see it.")
        if values.get("series_part") and not values.get("series"):
            self.add_error("series", "A part needs its series.")
        if "_publish" in self.data:
            self.checks = refuse_unready(self)
        self._check_base()
        return values

    def _check_base(self) -> None:
        if not self.instance.pk:
            return
        article = Article.objects.select_for_update().get(pk=self.instance.pk)
        stored, opened_on = article.newest_version(), self.opened_on
        if opened_on == base_of(stored):
            return
        self.is_stale = True
        self._retype("base", base_of(stored))  # whoever saves once more has seen what is stored
        if stored and opened_on.split("@")[:2] == base_of(stored).split("@")[:2]:
            told = f"{_standing(article, stored)} Nothing of yours was stored; press once more if you mean it."
            raise ValidationError(told, code="conflict")
        self.conflict = stored
        who = stored.updated_by if stored and stored.updated_by else "Somebody"
        raise ValidationError(
            f"{who} saved this article after you opened it. Nothing of yours was stored; both texts are below. "
            "Save once more to keep yours.",
            code="conflict",
        )

    def _retype(self, name: str, value: str) -> None:
        """Let the form come back with another value in a field."""
        data = cast("QueryDict", self.data).copy()
        data[name] = value
        self.data = data

    # Deeds

    @property
    def changes_text(self) -> bool:
        """Whether something was changed that belongs to a version."""
        return bool({*WRITTEN_FIELDS, "tags", "authors", "cover_file"} & set(self.changed_data))

    def write(self) -> Version:
        """Store what was typed as the working version; an untouched form makes none. The article's own fields too."""
        article, values = self.instance, self.cleaned_data
        user = self.user if isinstance(self.user, User) else None
        slug = values["slug"]
        if article.pk is None:
            article.slug = slug
        elif slug != article.slug:
            self._move(article, slug)
        if article.pk and "takes_feedback" in self.changed_data:
            article.save(update_fields=["takes_feedback"])
        if self.stored is not None and not self.changes_text:
            return self.stored
        written = {name: values[name] for name in WRITTEN_FIELDS if name in values}
        authors = values.get("authors")
        if self.stored is None and not self.may_edit_any:
            authors = self.own_bylines()
        return write(article, written, authors=authors, tags=list(values["tags"]), user=user)

    def _move(self, article: Article, slug: str) -> None:
        if article.published_at is None:  # nobody knows the old address
            article.slug = slug
            article.save(update_fields=["slug"])
        else:
            article.move_to(slug)

    def publish(self) -> Version:
        """Store and let readers have it from the moment chosen on; a past moment is now, once the article is out.

        An untouched version that readers have already is left as it is, or given back to them.
        """
        article, version, now = self.instance, self.write(), timezone.now()
        if version.live_from and version.live_from <= now:
            if article.withdrawn_at:
                article.restore(actor=self.user)
            return version
        at = self.cleaned_data.get("publish_at")
        was_out = article.published_at is not None and article.published_at <= now
        if at is not None and at <= now and was_out:
            at = None
        article.publish(version, at, actor=self.user)
        return version


def _standing(article: Article, version: Version) -> str:
    """What happened to an article whose text is still the one that the page was opened on."""
    if article.withdrawn_at:
        return "This article was withdrawn after you opened it; publishing would give it back to readers."
    if version.live_from is None:
        return "This text was taken off its schedule after you opened it."
    return "This article was published, scheduled or restored after you opened it."
