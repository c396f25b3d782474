"""Rendering on save: everything that is computed from a version's text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from insights import markup
from insights.markup.figures import FigurePicture as FigurePicture
from insights.models import Picture, PictureUse, Step, Version
from insights.next_step.decisions import decide_next_step


class TextRefused(Exception):
    """A text that cannot be saved; `problems` are sentences for its author."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


class ParsedBody(NamedTuple):
    rendered: markup.Rendered
    pictures: Sequence[Picture]

    @property
    def shown(self) -> list[Picture]:
        """Return the pictures that the page shows; those named only in code are left out."""
        return [picture for picture in self.pictures if str(picture.uid) in self.rendered.pictures]


def read_body(body: str) -> ParsedBody:
    """Render a body to be saved; pass the result to `render_version`, so that a save renders once."""
    pictures = pictures_of(body)
    return ParsedBody(markup.render(body, _figures(pictures)), pictures)


@contextmanager
def read_ahead(body: str) -> Iterator[None]:
    """Render a body before the block that saves it, so that the work holds no database lock."""
    with markup.once():
        read_body(body)
        yield


def check_stored(version: Version) -> None:
    """Raise TextRefused if today's rules refuse a stored text, such as an autosaved draft to be submitted."""
    if problems := read_body(version.body).rendered.problems:
        raise TextRefused(problems)


def pictures_of(text: str) -> list[Picture]:
    uids = markup.pictures_named(text)
    if not uids:
        return []
    found: list[Picture] = markup.remembered(("pictures", uids), lambda: list(Picture.objects.filter(uid__in=uids)))
    return found


def figure_pictures(text: str) -> dict[str, FigurePicture]:
    return _figures(pictures_of(text))


def _figures(pictures: Iterable[Picture]) -> dict[str, FigurePicture]:
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


def render_text(body: str, *, with_lines: bool = False) -> markup.Rendered:
    """Render a body with its pictures, the same for page, preview, feed and email."""
    return markup.render(body, figure_pictures(body), with_lines=with_lines)


def render_version(
    version: Version, steps: Sequence[Step] | None = None, *, typed: ParsedBody | None = None, refuse: bool = True
) -> frozenset[str]:
    """Set computed fields and next step, save nothing; return uids of pictures. Raises TextRefused if `refuse`."""
    pictures = render_version_text(version, typed=typed, refuse=refuse)
    decide_next_step(version, list(Step.objects.in_use()) if steps is None else steps)
    return pictures


def render_version_text(version: Version, *, typed: ParsedBody | None = None, refuse: bool = True) -> frozenset[str]:
    """Like `render_version`, but keep the next step."""
    rendered = typed.rendered if typed else render_text(version.body)
    if rendered.problems and refuse:  # else the page leaves out what is refused
        raise TextRefused(rendered.problems)
    version.html = rendered.html
    version.contents = rendered.contents
    version.words = rendered.words
    version.renderer = markup.RENDERER
    version.search_text = rendered.text
    return rendered.pictures


def record_picture_uses(version: Version, uids: Iterable[str]) -> None:
    """Update the PictureUse rows of a saved version; `uids` are in its text, its cover is added."""
    named = list(uids)
    wanted = set(Picture.objects.filter(uid__in=named).values_list("pk", flat=True)) if named else set()
    record_pictures(version, wanted, version.picture_uses.values_list("picture_id", flat=True))


def record_pictures(version: Version, wanted: set[int], known: Iterable[int]) -> None:
    """Like `record_picture_uses` by ids: `wanted` are in the text, `known` are already stored."""
    wanted, known = wanted | ({version.cover_id} if version.cover_id else set()), set(known)
    if gone := known - wanted:
        version.picture_uses.filter(picture__in=gone).delete()
    if new := wanted - known:
        PictureUse.objects.bulk_create(
            (PictureUse(version=version, picture_id=pk) for pk in new), ignore_conflicts=True
        )


COMPUTED_FIELDS = ("html", "contents", "words", "search_text", "step", "decision", "renderer")
