"""Article form for autosave: it stores the valid fields and reports the others.

An invalid value (a deleted category, too long an excerpt) leaves the stored one. A body that publishing would refuse
is stored, since a lost draft is worse. Fields with an immediate effect wait for the buttons: publication date, cover
file, comments of a published article. A changed slug of a published article is stored with the draft.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from insights.editor.conflicts import UNTITLED
from insights.editor.form import ArticleForm
from insights.models import User, Version
from insights.publishing.drafts import autosave_draft
from insights.publishing.slugs import free_slug, gives_nothing

WITH_THE_BUTTONS = ("publish_at", "cover_file", "label", "note")


class AutosaveForm(ArticleForm):
    """Article form whose `is_valid()` is False only on an edit conflict."""

    problems: dict[str, list[str]]  # sentences by field
    unsaved: list[str]  # changed fields whose posted value was not stored

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.problems, self.unsaved = {}, []
        self.fields["title"].required = False
        for name in (*WITH_THE_BUTTONS, *(("takes_feedback",) if self.has_publication_date else ())):
            self.fields.pop(name, None)

    def clean_slug(self) -> str:
        title, stored = self.cleaned_data.get("title") or "", self.instance.slug
        typed = (self.cleaned_data.get("slug") or "").strip()
        if not typed:
            return stored if self.has_publication_date else free_slug(title, self.instance)
        if typed == stored and (not title or gives_nothing(title, typed)):
            return stored
        try:
            return super().clean_slug()
        except ValidationError:
            if not stored:
                self.cleaned_data["slug"] = free_slug(title)
            raise

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if problems := self.problems_of(body):
            self.problems["body"] = problems
        return body

    def full_clean(self) -> None:
        super().full_clean()
        others = self.errors.get(NON_FIELD_ERRORS)
        for name, errors in self.errors.items():
            if name != NON_FIELD_ERRORS:
                self.problems.setdefault(name, []).extend(str(error) for error in errors)
        changed = set(self.changed_data)
        self.unsaved = [name for name in self.problems if name in changed and name not in self.cleaned_data]
        self.errors.clear()
        if others and self.is_stale:
            self.errors[NON_FIELD_ERRORS] = others

    def store(self) -> Version:
        article, values = self.instance, self.cleaned_data
        user = self.user if isinstance(self.user, User) else None
        slug = values.get("slug") or article.slug or free_slug(values.get("title") or "")
        if article.pk is None:
            article.slug, article.uid = slug, self.uid
        elif slug != article.slug and article.published_at is None:
            article.slug = slug
            article.save(update_fields=["slug"])
        if article.pk and "takes_feedback" in set(self.changed_data) & set(self.fields):
            article.save(update_fields=["takes_feedback"])
        written = self.written()
        if "title" in written:
            written["title"] = written["title"] or UNTITLED
        filed = self.changed_relations()
        if self.stored is not None and not written and filed == {"authors": None, "tags": None}:
            return self.stored
        typed = self.typed if "body" in values else None
        return autosave_draft(article, written, typed=typed, apart=bool(values.get("over")), user=user, **filed)
