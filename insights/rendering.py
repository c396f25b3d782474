"""From what an editor wrote to what readers get: everything that is computed from a version, computed once, at save."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import models

from insights import markdown
from insights.markdown_figures import Picture as FigurePicture
from insights.models import Picture, PictureUse, Step, Version
from insights.next_step import Decision, StepRule, Text, Weight, choose


class TextRefused(Exception):
    """A text that cannot be saved; `problems` are sentences for its author."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


def step_rules(steps: Iterable[Step]) -> list[StepRule]:
    """The rules of steps as plain values, in the order given; a step without a rule can only be pinned or default."""
    return [
        StepRule(
            slug=step.slug,
            keywords=tuple(step.rule.keyword_list),
            weights={
                "title": Weight(step.rule.title_weight, step.rule.title_cap),
                "excerpt": Weight(step.rule.excerpt_weight, step.rule.excerpt_cap),
                "content": Weight(step.rule.content_weight, step.rule.content_cap),
            },
            threshold=step.threshold,
        )
        for step in steps
        if hasattr(step, "rule")
    ]


def figure_pictures(text: str) -> dict[str, FigurePicture]:
    """What rendering needs to know of the pictures that a text names, by uid."""
    uids = markdown.pictures_named(text)
    pictures = Picture.objects.filter(uid__in=uids) if uids else []
    return {
        str(picture.uid): FigurePicture(
            picture.file.url,
            picture.width,
            picture.height,
            picture.alt,
            picture.caption,
            picture.credit,
            picture.files,
        )
        for picture in pictures
    }


def render_text(body: str, *, with_lines: bool = False) -> markdown.Rendered:
    """Render a body with the pictures it names: the same for page, preview, feed and mail.

    `with_lines`: see `insights.markdown.render`.
    """
    return markdown.render(body, figure_pictures(body), with_lines=with_lines)


def typeset(version: Version, steps: Sequence[Step] | None = None) -> frozenset[str]:
    """Set everything that follows from the version's text; nothing is saved.

    Returns the uids of the pictures in the body. Raises TextRefused.
    """
    pictures = set_type(version)
    decide(version, list(Step.objects.in_use()) if steps is None else steps)
    return pictures


def set_type(version: Version) -> frozenset[str]:
    """What `typeset` does, but for the next step."""
    rendered = render_text(version.body)
    if rendered.problems:
        raise TextRefused(rendered.problems)
    version.html = rendered.html
    version.contents = rendered.contents
    version.words = rendered.words
    version.renderer = markdown.RENDERER
    version.search_text = rendered.text
    return rendered.pictures


def decide(version: Version, steps: Sequence[Step]) -> None:
    """Set the next step of a version whose search text stands; `steps` are those in use, in the editors' order."""
    by_slug: Mapping[str, Step] = {step.slug: step for step in steps}
    pinned = version.pinned_step if version.pinned_step_id else None
    default = next((step.slug for step in steps if step.is_default), "")
    decision = choose(
        step_rules(steps),
        Text(version.title, version.excerpt, version.search_text),
        default=default,
        pinned=pinned.slug if pinned else "",
    )
    version.step = pinned or by_slug.get(decision.slug)
    version.decision = decision.as_json()


def record_picture_uses(version: Version, uids: Iterable[str]) -> None:
    """Write down which pictures a saved version shows: those of its text, and its cover."""
    wanted = set(Picture.objects.filter(uid__in=list(uids)).values_list("pk", flat=True))
    if version.cover_id:
        wanted.add(version.cover_id)
    version.picture_uses.exclude(picture__in=wanted).delete()
    PictureUse.objects.bulk_create((PictureUse(version=version, picture_id=pk) for pk in wanted), ignore_conflicts=True)


COMPUTED_FIELDS = ("html", "contents", "words", "search_text", "step", "decision", "renderer")


def fallback_decision(steps: models.QuerySet[Step]) -> tuple[Step | None, Decision]:
    """The default step and its decision: for a version whose chosen step has been deleted."""
    step = steps.filter(is_default=True).first()
    return step, Decision("default", step.slug if step else "none")
