"""From what an editor wrote to what readers get: everything that is computed from a version, computed once, at save."""

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
    """A body as it was read once: what it gives, and the rows of the pictures that it names."""

    rendered: markup.Rendered
    pictures: Sequence[Picture]

    @property
    def shown(self) -> list[Picture]:
        """The pictures that the page shows; one that is only named within code is not among them."""
        return [picture for picture in self.pictures if str(picture.uid) in self.rendered.pictures]


def read_body(body: str) -> ParsedBody:
    """Render a body that is to be stored; `typeset` takes what comes of it, so that this is done once in a save."""
    pictures = pictures_of(body)
    return ParsedBody(markup.render(body, _figures(pictures)), pictures)


@contextmanager
def read_ahead(body: str) -> Iterator[None]:
    """Read a body before the block, which stores it in a transaction: the work holds no lock of the database."""
    with markup.once():
        read_body(body)
        yield


def check_stored(version: Version) -> None:
    """Raise TextRefused if today's rules refuse a stored text, as they may refuse a draft that saved itself.

    To be asked before such a text is handed in, approved or published as it stands.
    """
    if problems := read_body(version.body).rendered.problems:
        raise TextRefused(problems)


def pictures_of(text: str) -> list[Picture]:
    """The pictures that a text names."""
    uids = markup.pictures_named(text)
    if not uids:
        return []
    found: list[Picture] = markup.remembered(("pictures", uids), lambda: list(Picture.objects.filter(uid__in=uids)))
    return found


def figure_pictures(text: str) -> dict[str, FigurePicture]:
    """What rendering needs to know of the pictures that a text names, by uid."""
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
    """Render a body with the pictures it names: the same for page, preview, feed and mail.

    `with_lines`: see `insights.markup.render`.
    """
    return markup.render(body, figure_pictures(body), with_lines=with_lines)


def render_version(
    version: Version, steps: Sequence[Step] | None = None, *, typed: ParsedBody | None = None, refuse: bool = True
) -> frozenset[str]:
    """Set everything that follows from the version's text; nothing is saved.

    `typed`: what `read_body` gave for it. Returns the uids of the pictures in the body. Raises TextRefused, unless told
    not to `refuse`: then what is refused is left out of the page.
    """
    pictures = render_version_text(version, typed=typed, refuse=refuse)
    decide_next_step(version, list(Step.objects.in_use()) if steps is None else steps)
    return pictures


def render_version_text(version: Version, *, typed: ParsedBody | None = None, refuse: bool = True) -> frozenset[str]:
    """As `typeset`, but leave the decision about the next step as it is."""
    rendered = typed.rendered if typed else render_text(version.body)
    if rendered.problems and refuse:
        raise TextRefused(rendered.problems)
    version.html = rendered.html
    version.contents = rendered.contents
    version.words = rendered.words
    version.renderer = markup.RENDERER
    version.search_text = rendered.text
    return rendered.pictures


def record_picture_uses(version: Version, uids: Iterable[str]) -> None:
    """Write down which pictures a saved version shows: those of its text, and its cover."""
    named = list(uids)
    wanted = set(Picture.objects.filter(uid__in=named).values_list("pk", flat=True)) if named else set()
    record_pictures(version, wanted, version.picture_uses.values_list("picture_id", flat=True))


def record_pictures(version: Version, wanted: set[int], known: Iterable[int]) -> None:
    """As `record_picture_uses`, by ids: `wanted` are in its text, `known` are written down already."""
    wanted, known = wanted | ({version.cover_id} if version.cover_id else set()), set(known)
    if gone := known - wanted:
        version.picture_uses.filter(picture__in=gone).delete()
    if new := wanted - known:
        PictureUse.objects.bulk_create(
            (PictureUse(version=version, picture_id=pk) for pk in new), ignore_conflicts=True
        )


COMPUTED_FIELDS = ("html", "contents", "words", "search_text", "step", "decision", "renderer")
