"""From what stands in the form, typed or stored, to what the panel tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from insights.forms.fields import MomentField
from insights.local_time import publication_zone
from insights.models import Article, Version
from insights.next_step.scoring import Text
from insights.preflight import lookups
from insights.preflight.body import Body, take_apart
from insights.preflight.findings import Draft, PictureFacts
from insights.preflight.links import page_of
from insights.preflight.own_urls import meant
from insights.preflight.pictures import COVER_PIXELS
from insights.preflight.report import Report, report
from insights.querysets import ArticleQuerySet

if TYPE_CHECKING:
    from django.http import QueryDict

    from insights.editor.form import ArticleForm

LINES = ("title", "excerpt", "seo_title", "seo_description", "cover_alt", "cover_caption", "cover_credit")


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields that the rules look at, as a browser sends them. `cover`, `pinned_step`: ids or nothing."""

    lines: Mapping[str, str]
    body: str
    slug: str
    has_category: bool
    has_byline: bool
    cover: str
    pinned_step: str
    goes_out_at: dt.datetime
    chosen_file: str = ""  # the name of a cover that is not uploaded yet; it takes the place of `cover`


def look_at_post(data: QueryDict, user: Any) -> Report:
    """What is typed in the form, as its fields come in. Nothing is stored, nothing need be valid."""
    has_byline = any(value for name, value in data.items() if name.startswith("authors_"))
    return look(
        Typed(
            lines={name: data.get(name, "") for name in LINES},
            body=data.get("body", ""),
            slug=data.get("slug", "").strip(),
            has_category=bool(data.get("category")),
            has_byline=has_byline or bool(data.get("byline")),
            cover=data.get("cover", ""),
            pinned_step=data.get("pinned_step", ""),
            goes_out_at=_moment(data.get("publish_at", "")),
            chosen_file=data.get("cover_chosen", "")[:200],
        ),
        user,
    )


def look_at_form(form: ArticleForm) -> Report:
    """What stands in a form, bound or not."""
    stored = form.stored
    cleaned = getattr(form, "cleaned_data", {})
    cover = cleaned.get("cover") if form.is_bound else _value(form, "cover")  # a refused choice is looked up nowhere
    if "authors" in form.fields:
        has_byline = any(form["authors"].value() or [])
    else:
        has_byline = stored.bylines.exists() if stored else bool(form.own_bylines())
    pinned = _value(form, "pinned_step") if "pinned_step" in form.fields else stored and stored.pinned_step_id
    moment = cleaned.get("publish_at") if form.is_bound else form.initial.get("publish_at")
    return look(
        Typed(
            lines={name: str(form[name].value() or "") for name in LINES},
            body=str(form["body"].value() or ""),
            slug=str(cleaned.get("slug") or form["slug"].value() or "").strip(),
            has_category=bool(_value(form, "category")),
            has_byline=has_byline,
            cover=str(getattr(cover, "pk", cover) or ""),
            pinned_step=str(getattr(pinned, "pk", pinned) or ""),
            goes_out_at=_not_before_now(moment),
        ),
        form.user,
    )


def look_at_version(version: Version) -> Report:
    """Check a stored version as of the time when readers get it: for imports and for actions on several articles."""
    return look(
        Typed(
            lines={name: getattr(version, name) for name in LINES},
            body=version.body,
            slug=version.article.slug,
            has_category=version.category_id is not None,
            has_byline=version.bylines.exists(),
            cover=str(version.cover_id or ""),
            pinned_step=str(version.pinned_step_id or ""),
            goes_out_at=_not_before_now(version.live_from),
        ),
        user=None,
    )


def look(typed: Typed, user: Any) -> Report:
    """What the rules say of what is typed. At most three queries (`lookups.py`).

    Of other authors' drafts `user` learns nothing, not even that there is one: a link to it leads nowhere. For
    None, which is no account but an import, all are known.
    """
    site, page = settings.SITE_URL.rstrip("/"), page_of(typed.slug)
    body = take_apart(typed.body)
    pictures, cover = lookups.pictures([shown.uid for shown in body.pictures], typed.cover)
    if typed.chosen_file:
        cover = PictureFacts(typed.chosen_file, COVER_PIXELS, "")  # its size is known once it is uploaded
    addresses = {link.address for link in body.links if link.address}
    targets = {address: meant(address, page, site) for address in sorted(addresses)}
    rows = [target for target in targets.values() if target.meaning == "row"]
    outside = [address for address, target in targets.items() if target.meaning == "outside"]
    text = Text(typed.lines["title"], typed.lines["excerpt"], _read_aloud(body, pictures))
    return report(
        Draft(
            lines=typed.lines,
            body=body,
            slug=typed.slug,
            has_category=typed.has_category,
            has_byline=typed.has_byline,
            targets=targets,
            cover=cover,
            pictures=pictures,
            has_text=bool(typed.body.strip()),
            is_editors=_may_edit_any(user),
            decision=None if body.problem else lookups.decision(text, typed.pinned_step),
            standings=lookups.standings(rows, outside, typed.goes_out_at, _seen_by(user)),
        )
    )


def _seen_by(user: Any) -> ArticleQuerySet | None:
    """The articles that an account may see; None for all of them."""
    return None if _may_edit_any(user) else Article.objects.written_by(user)


def _may_edit_any(user: Any) -> bool:
    return user is None or user.has_perm("insights.change_any_article")


def _read_aloud(body: Body, pictures: Mapping[str, PictureFacts]) -> str:
    """The visible text with what stands below the pictures: what the next step is chosen by."""
    below = []
    for shown in body.pictures:
        picture = pictures.get(shown.uid)
        if picture is not None and shown.alone:
            below += [shown.title or picture.caption, picture.credit]
    return "\n".join(filter(None, (body.visible, *below)))


def _value(form: ArticleForm, name: str) -> Any:
    return form[name].value() if name in form.fields else None


def _moment(typed: str) -> dt.datetime:
    try:
        return _not_before_now(MomentField(zone=publication_zone(), required=False).clean(typed))
    except ValidationError:
        return timezone.now()


def _not_before_now(moment: dt.datetime | None) -> dt.datetime:
    now = timezone.now()
    return max(moment, now) if moment else now
