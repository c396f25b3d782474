"""Edit conflicts: another version was saved after the form was opened.

Nothing is overwritten. The form returns with both texts and a word diff, and offers a merge
(`insights/editor/merge.py`); its base text travels in the form. A merge only fills the form. The next save stores a
new version, and the other one stays in the history.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.safestring import SafeString

from insights.editor.form_fields import ArticleFields
from insights.editor.merge import Conflict, Merged, merge
from insights.forms.form_data import with_values
from insights.history.alignment import Effort
from insights.history.text_diff import compare, compare_line
from insights.models import Version
from insights.models.ids import is_id
from insights.publishing.edit_base import is_same_text, version_token

TEXTS = ("title", "excerpt", "body")
UNTITLED = "Untitled"  # title of a text that is stored without one
MERGE = "_merge"  # button that fills the form with the merged texts; with the value LOOK it only shows both
LOOK = "look"
BESIDE_THE_TEXT = {"publish_at", "label", "note"}


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """Conflict in one text field. `difference`: word diff from their text to mine."""

    name: str
    label: str
    difference: SafeString
    merged: Merged

    @property
    def choices(self) -> list[tuple[str, Conflict]]:
        """Return the conflicting stretches, each with the name of the form field that chooses."""
        return [(f"choice_{self.name}_{n}", one) for n, one in enumerate(self.merged.conflicts)]


class ConflictMixin(ArticleFields):
    """Conflict handling of the article's form. `stored` was read under the article's lock."""

    stored: Version | None
    opened_on: str
    user: Any
    is_stale = False  # whether the text or publication state changed after the page was opened
    is_merging = False  # whether the form returns with merged texts, or only shows both
    conflict: Version | None = None  # the version that was saved meanwhile

    def check_base(self) -> None:
        """Raise ValidationError if the text or publication state changed after the page was opened."""
        if not self.instance.pk or self.opened_on == version_token(self.stored) or self._is_unchanged():
            return
        self.is_stale = True
        stored, opened_on = self.stored, self.opened_on
        self.retype("base", version_token(stored))  # at the next save, the user has seen the stored version
        self.retype("over", "1")
        if stored and is_same_text(opened_on, stored):
            comparison = (
                f"{standing_since(stored)} Your changes were not saved. To continue, press the same button again."
            )
            raise ValidationError(comparison, code="conflict")
        self.conflict = stored
        since = saved_since(stored.updated_by if stored else None, self.user)
        raise ValidationError(
            f"{since} Your changes were not saved; both texts are below. Save again to keep yours.",
            code="conflict",
        )

    @property
    def has_unsaved_changes(self) -> bool:
        """Return whether the posted values differ from the stored ones; an empty slug does not count."""
        changed = set(self.changed_data) - BESIDE_THE_TEXT
        return bool(changed - {"slug"} or ("slug" in changed and self.data.get("slug")))

    def _is_unchanged(self) -> bool:
        """Return whether nothing new was posted, as after a double click or a lost response."""
        if self.has_unsaved_changes:
            return False
        if "_publish" not in self.data:
            return True
        stored, now = self.stored, timezone.now()
        is_live = bool(stored and stored.live_from and stored.live_from <= now)
        return is_live and self.instance.unpublished_at is None and "publish_at" not in self.changed_data

    def is_valid(self) -> bool:
        """Return False while merging, so that nothing is stored."""
        return super().is_valid() and not self.is_merging

    def merge_texts(self) -> None:
        """Fill the form with the merged texts, except for LOOK or if new conflicts need a choice."""
        self.is_merging = True
        conflicts = list(self.field_conflicts())
        is_to_choose = self.is_stale and any(one.merged.conflicts for one in conflicts)
        if self.data[MERGE] != LOOK and not is_to_choose:
            for one in conflicts:
                chosen = [str(self.data.get(name, "")) for name, _ in one.choices]
                self.retype(one.name, one.merged.chosen(chosen))
            for name, text in texts_of(self.stored).items():
                self.retype(f"opened_{name}", text)
            self.is_stale, self.conflict = False, None
        if not self.is_stale:
            self.errors.clear()  # a save reports them

    def field_conflicts(self) -> Iterator[FieldConflict]:
        effort = Effort()
        for name, theirs in texts_of(self.stored).items():
            mine, base = self._typed(name), self._typed(name, "opened_")
            if mine != theirs:
                is_line = name == "title"
                comparison = compare_line(theirs, mine) if is_line else compare(theirs, mine, effort).html()
                yield FieldConflict(
                    name, str(self.fields[name].label or name.title()), comparison, merge(base, mine, theirs)
                )

    def differences(self) -> list[tuple[str, str, str]]:
        """Return `(label, mine, theirs)` for each other changed field."""
        return [
            (str(self[name].label), self._shown(name, self[name].value()), self._shown(name, self[name].initial))
            for name in self.changed_data
            if name not in {*TEXTS, "cover_file", *BESIDE_THE_TEXT}
        ]

    def typed_texts(self) -> dict[str, str]:
        return {name: self._typed(name) for name in TEXTS}

    def retype(self, name: str, value: str) -> None:
        self.data = with_values(self.data, **{name: value})

    def _typed(self, name: str, before: str = "") -> str:
        value = self.fields[name].to_python(self.data.get(f"{before}{name}", ""))
        return str(value or "")

    def _shown(self, name: str, value: Any) -> str:
        field = self.fields[name]
        values = [one for one in value if one] if isinstance(value, list | tuple) else [value]
        choices = getattr(field, "queryset", None)
        if choices is None and hasattr(field, "fields"):
            choices = field.fields[0].queryset
        if choices is not None:
            keys = [int(key) for key in (getattr(one, "pk", one) for one in values) if is_id(key)]
            rows = choices.model._default_manager.in_bulk(keys)
            values = [rows[key] for key in keys if key in rows]
        if isinstance(value, bool):
            return "yes" if value else "no"
        return ", ".join(str(one) for one in values if one not in (None, "")) or "—"


def saved_since(who: Any, user: Any) -> str:
    if who is not None and who.pk == user.pk:
        return "You saved this article in another tab or window after you opened it here."
    return f"{who or 'Another editor'} saved this article after you opened it."


def texts_of(version: Version | None) -> dict[str, str]:
    """Return title, excerpt and body as the form shows them; an untitled text has an empty title."""
    if version is None:
        return dict.fromkeys(TEXTS, "")
    title = "" if version.title == UNTITLED else version.title
    return {"title": title, "excerpt": version.excerpt, "body": version.body}


def standing_since(version: Version) -> str:
    """Return how the publication state changed while the text stayed the same, as a sentence."""
    unpublished_at = version.article.unpublished_at
    if unpublished_at and unpublished_at > timezone.now():
        return "The dates for publishing or unpublishing this article changed after you opened it."
    if unpublished_at:
        return "This article was unpublished after you opened it. Publishing makes it public again."
    if version.live_from is None:
        return "This version was unscheduled after you opened it."
    return "This article was published or scheduled after you opened it."
