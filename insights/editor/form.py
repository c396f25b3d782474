"""Article form: it edits the working version and never the live one.

We store by `insights.publishing.drafts.save_version` instead of `ModelForm.save()`, which would write the live row.
`base` names the version that the page was opened on. If another is stored by now, the form answers with both texts.
Fields that the account may not set are not in the form, so posted values for them are ignored.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils import timezone

from insights.editor.conflicts import MERGE, ConflictMixin
from insights.editor.form_fields import PUBLISHED_SLUG
from insights.editor.initial_values import initial_values
from insights.editor.preflight_gate import add_preflight_errors
from insights.editor.tabs import article_uid_of_tab, text_hash
from insights.forms.fields import BylineField, LocalDateTimeField, SearchedSelect
from insights.local_time import publication_zone
from insights.models import Article, Author, Picture, User, Version
from insights.pictures import uploads
from insights.pictures.uses import pictures_seen_by
from insights.preflight import PreflightReport
from insights.publishing.drafts import WRITTEN_FIELDS, keep, save_version
from insights.publishing.edit_base import newest_of, relations_of, version_token
from insights.publishing.rendering import ParsedBody, read_body
from insights.publishing.slugs import (
    NO_LATIN_LETTERS,
    free_slug,
    gives_nothing,
    is_made_from,
    is_taken,
    not_available,
    slug_from,
    validate_slug_form,
)

NOTHING_TO_READ = "The body is empty. Write the text before you publish."
EDITORS_FIELDS = ("authors", "pinned_step", "publish_at", "takes_feedback")
_NO_ALT = re.compile(r"!\[\s*\]\(picture:([0-9a-fA-F-]{36})")


class ArticleForm(ConflictMixin):
    """Form to bind with `user`; after `is_valid()`, call `write()` or `publish()` in a transaction."""

    user: User | AnonymousUser
    error_status, retry_after = 400, None
    makes_another = False  # whether this page created an article before and now holds the next one

    def __init__(self, *args: Any, user: User | AnonymousUser, **options: Any) -> None:
        article: Article | None = options.get("instance")
        self.user = user
        self.stored = newest_of(article)
        self.filed = relations_of(self.stored)
        self.checks: PreflightReport | None = None  # pre-publish checks, if publishing was requested
        self.typed: ParsedBody | None = None  # the parsed body, once it was checked
        self.has_stored = False  # whether `write()` changed anything
        self.moved_from = ""  # the old public slug, if `publish()` changed it
        self.zone = publication_zone()
        options["initial"] = {**initial_values(self, article), **(options.get("initial") or {})}
        super().__init__(*args, **options)
        self._add_editors_fields(article)
        self.keep_to(self.stored, self.filed)
        self.fields["cover"].queryset = pictures_seen_by(user)  # type: ignore[attr-defined]
        if self.is_bound and self.data.get("base"):
            self.opened_on = str(self.data["base"])
        else:
            self.opened_on = version_token(self.stored)

    def _add_editors_fields(self, article: Article | None) -> None:
        if not self.may_edit_any:
            for name in EDITORS_FIELDS:
                self.fields.pop(name, None)
            return
        size = max(3, len(self.initial.get("authors") or []) + 1)
        self.fields["authors"] = BylineField(
            authors=Author.objects.all(), size=size, help_text="In the order shown in the byline."
        )
        if not self.user.has_perm("insights.publish_article"):
            return
        is_out = bool(article and article.published_at and article.published_at <= timezone.now())
        if is_out:
            self.fields["slug"].help_text = PUBLISHED_SLUG
        note = "A future date schedules the changes." if is_out else (
            "A future date schedules the article."
        )  # fmt: skip
        self.fields["publish_at"] = LocalDateTimeField(
            zone=self.zone,
            required=False,
            label="Publish at",
            help_text=f"Used when you publish. Leave empty to publish now. {note} Time zone: {self.zone.key}.",
        )
        self.fields["publish_at"].widget.attrs["data-zone"] = self.zone.key

    @property
    def lacks_byline(self) -> bool:
        """Return whether the article has no byline because the account has none and may choose none."""
        return not self.may_edit_any and not self.filed.authors and not self.own_bylines()

    @property
    def may_edit_any(self) -> bool:
        return self.user.has_perm("insights.change_any_article")

    def use_autocomplete(self, admin_site: Any) -> None:
        self.fields["cover"].widget = SearchedSelect(
            Version._meta.get_field("cover"), admin_site, attrs={"data-placeholder": "Search for a picture"}
        )
        self.fields["cover"].widget.choices = self.fields["cover"].choices  # type: ignore[attr-defined]

    # Checks

    def clean_slug(self) -> str:
        slug, title = (self.cleaned_data.get("slug") or "").strip(), self.cleaned_data.get("title") or ""
        is_free = self.stored is not None and self.instance.published_at is None
        if self.instance.published_at is None and gives_nothing(title, slug):
            raise ValidationError(NO_LATIN_LETTERS)
        if is_free and title and (not slug or (slug == self.instance.slug and self._slug_follows(title))):
            return free_slug(title, self.instance)
        if not slug and self.has_publication_date:
            return self.instance.slug
        slug = slug or slug_from(title) or self.instance.slug
        if not slug:
            return ""  # the title's own error is enough
        if slug == self.instance.slug and self.instance.pk:
            return slug
        validate_slug_form(slug)
        if is_taken(slug, self.instance):
            raise ValidationError(not_available(slug, self.instance), code="unique")
        Article._meta.get_field("slug").run_validators(slug)
        return slug

    def _slug_follows(self, title: str) -> bool:
        assert self.stored is not None
        return title != self.stored.title and is_made_from(self.instance.slug, self.stored.title)

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        problems = self.problems_of(body)
        if problems:
            raise ValidationError(problems)
        assert self.typed is not None
        rendered = self.typed.rendered
        if "_publish" in self.data and not (rendered.words or rendered.text or rendered.pictures):
            raise ValidationError(NOTHING_TO_READ, code="empty")
        return body

    def problems_of(self, body: str) -> list[str]:
        """Parse the body into `typed`; return sentences on content that no version may have."""
        self.typed = read_body(body)
        silent = {uid.lower() for uid in _NO_ALT.findall(body)}
        return [*self.typed.rendered.problems] + [
            f"The picture “{picture.name}” has no alt text. Write it between the brackets: ![…]({picture.reference})."
            for picture in self.typed.shown
            if not picture.alt and str(picture.uid) in silent
        ]

    def clean_cover_file(self) -> Picture | None:
        """Store an uploaded cover at once, so that an error in another field does not lose it."""
        upload = self.cleaned_data.get("cover_file")
        if not upload:
            return None
        user = self.user if isinstance(self.user, User) else None
        words = {name: self.data.get(f"cover_{name}", "") for name in ("alt", "caption", "credit")}
        try:
            return uploads.store_picture(upload, user=user, **words)
        except uploads.PictureRefused as refused:
            self.error_status, self.retry_after = refused.status, refused.retry_after
            raise ValidationError(refused.message) from None

    def clean_publish_at(self) -> dt.datetime | None:
        publish_at = self.cleaned_data.get("publish_at")
        if publish_at and publish_at.year > timezone.now().year + 20:
            raise ValidationError("This date is more than 20 years away. Choose an earlier one.")
        is_new = "publish_at" in self.changed_data and "_publish" in self.data
        if publish_at and is_new and publish_at < timezone.now().replace(second=0, microsecond=0):
            raise ValidationError(
                "This time is in the past. Choose a later time, or leave the field empty to publish now.", code="past"
            )
        return publish_at

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("cover_file"):
            values["cover"] = values["cover_file"]
            self.retype("cover", str(values["cover"].pk))  # the uploaded file stays chosen if other fields are invalid
        cover = values.get("cover")
        if cover and not values.get("cover_alt") and not cover.alt:
            self.add_error("cover_alt", "The cover has no alt text. Describe what it shows.")
        if values.get("series_part") and not values.get("series"):
            self.add_error("series", "Choose the series of this part, or leave “Part” empty.")
        if "_publish" in self.data:
            self.checks = add_preflight_errors(self)
        self.check_base()
        if MERGE in self.data:
            raise ValidationError("Nothing was saved.", code="taken in")
        return values

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and MERGE in self.data:
            self.merge_texts()

    # Actions

    @property
    def uid(self) -> uuid.UUID:
        """Return the uid of the article that this page creates, so that a second click creates none."""
        text = text_hash(self.data) if self.makes_another else ""
        return article_uid_of_tab(self.user, str(self.data.get("tab", "")), text) or self.instance.uid

    @property
    def changes_text(self) -> bool:
        return self.changes_slug or bool({*WRITTEN_FIELDS, "tags", "authors", "cover_file"} & set(self.changed_data))

    @property
    def changes_slug(self) -> bool:
        """Return whether a published article gets another slug than its current or pending one."""
        known = (self.stored and self.stored.new_slug) or self.instance.slug
        return self.has_publication_date and self.cleaned_data.get("slug") not in (None, "", known)

    @property
    def has_publication_date(self) -> bool:
        """Return whether it was published or scheduled, so that a new slug waits for publishing."""
        return self.instance.published_at is not None

    def write(self, *, keeps: bool = True) -> Version:
        """Store the changes as the working version; `keeps` adds it to the history under the typed label."""
        article, values = self.instance, self.cleaned_data
        user = self.user if isinstance(self.user, User) else None
        slug, label = values["slug"], values.get("label", "") if keeps else ""
        before = article.slug
        if article.pk is None:
            article.slug, article.uid = slug, self.uid
        elif slug != article.slug and not self.has_publication_date:  # the old URL was never public
            article.slug = slug
            article.save(update_fields=["slug"])
        if article.pk and "takes_feedback" in self.changed_data:
            article.save(update_fields=["takes_feedback"])
        self.has_stored = self.changes_text or article.slug != before or "takes_feedback" in self.changed_data
        if self.stored is not None and not self.changes_text:
            if keeps and ((self.stored.is_working and self.stored.kept_at is None) or label):
                keep(self.stored, label=label, user=user)
                self.has_stored = True
            return self.stored
        apart, filing = bool(values.get("over")), self.changed_relations()
        return save_version(
            article, self.written(), typed=self.typed, keep=keeps, label=label, apart=apart, user=user, **filing
        )

    def written(self) -> dict[str, Any]:
        changed = {*self.changed_data, *(["cover"] if self.cleaned_data.get("cover_file") else [])}
        wanted = WRITTEN_FIELDS if self.stored is None else set(WRITTEN_FIELDS) & changed
        values = {name: self.cleaned_data[name] for name in wanted if name in self.cleaned_data}
        if self.changes_slug:
            slug = self.cleaned_data["slug"]
            values["new_slug"] = "" if slug == self.instance.slug else slug
        return values

    def changed_relations(self) -> dict[str, Any]:
        """Return `authors` and `tags` for `save_version`; None keeps the stored ones."""
        values, is_new = self.cleaned_data, self.stored is None
        authors = values.get("authors") if is_new or "authors" in self.changed_data else None
        if not self.may_edit_any and (is_new or not self.filed.authors):
            authors = self.own_bylines() or authors  # the next save adds a byline that was created since
        tags = values.get("tags") if is_new or "tags" in self.changed_data else None
        return {"authors": authors, "tags": None if tags is None else list(tags)}

    def publish(self) -> Version:
        """Store and publish at the chosen date; a past date means now if it was published before."""
        article, version, now = self.instance, self.write(keeps=False), timezone.now()
        if version.live_from and version.live_from <= now:
            if article.unpublished_at and article.unpublished_at <= now:  # a scheduled unpublishing stays
                article.republish(actor=self.user)
            return version
        at = self.cleaned_data.get("publish_at")
        was_out = article.published_at is not None and article.published_at <= now
        if at is not None and at <= now and was_out:
            at = None
        slug = article.slug
        article.publish(version, at, actor=self.user)
        self.moved_from = slug if was_out and article.slug != slug else ""
        if label := self.cleaned_data.get("label"):
            version.keep(Version.KeptAs.PUBLISHED, label=label)
        return version
