"""Import of pictures: checked before the transaction, recorded inside it, stored at its end.

A file that matches the manifest and has our encoding (`verbatim_pictures.py`) keeps its bytes, stored name, id and
renditions. Any other file is re-encoded like an upload. A file that was uploaded before is not stored again.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote

from django.core.files import File
from django.core.files.storage import Storage
from django.db.models import FileField, Q
from django.utils import timezone

from insights.exchange import picture_files, verbatim_pictures
from insights.exchange.folder import ImportFolder, Unusable
from insights.exchange.manifest import Manifest, PictureEntry
from insights.models import Picture, Version
from insights.pictures import bounded, renditions
from insights.pictures.reencoding import MAX_BYTES, MAX_STORED_BYTES
from insights.pictures.uploads import LIMITS, PictureRefused, reencode_upload, tidy_name

WORDS = ("name", "alt", "caption", "credit", "focal_x", "focal_y")


@dataclass(slots=True)
class PreparedPicture:
    row: Picture  # saved or not
    content: Path | None  # temporary file; None if it is stored already
    entry: PictureEntry | None
    files: dict[str, Path] = field(default_factory=dict)  # temporary files of renditions, by name in the storage


class PicturesIn:
    """The pictures of one import. Use it as a context manager: it owns a temporary folder."""

    def __init__(self, folder: ImportFolder, manifest: Manifest, *, draws_renditions: bool = True) -> None:
        self.folder, self.manifest, self.draws_renditions = folder, manifest, draws_renditions
        self.changed: set[int] = set()  # ids of rows whose texts have changed
        self._prepared: dict[str, PreparedPicture] = {}
        self._by_hash: dict[str, PreparedPicture] = {}
        self._stored: list[str] = []
        self._made: list[Picture] = []  # rows saved for the current article
        self._reworded: list[tuple[Picture, dict[str, Any]]] = []  # rows with changed texts, and the old values
        self._waiting = tempfile.TemporaryDirectory(prefix="pictures-")

    def __enter__(self) -> PicturesIn:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waiting.cleanup()

    def url(self, file: str, url: str) -> str:
        """Return the path within the folder of a picture `url` in `file`. Raises Unusable."""
        if self.folder.has(self.folder.resolve(file, url)):
            return self.folder.resolve(file, url)
        return self.folder.resolve(file, unquote(url))

    def prepare(self, url: str, alt: str = "") -> None:
        """Check and encode the picture at the path `url` within the folder. Raises Unusable."""
        if url in self._prepared:
            return
        entry = self.manifest.pictures.get(url)
        content = self.folder.read(url, MAX_STORED_BYTES if entry else MAX_BYTES)
        digest = hashlib.sha256(content).hexdigest()
        if entry and entry.sha256 == digest:
            self._prepared[url] = self._vouched_for(content, entry)
            return
        if digest not in self._by_hash:
            self._by_hash[digest] = self._uploaded_before(digest) or self._reencoded(content, url, alt, entry)
        self._prepared[url] = self._by_hash[digest]

    def record(self, url: str) -> Picture:
        prepared = self._prepared[url]
        row, entry = prepared.row, prepared.entry
        if row.pk is None:
            row.save()
            self._made.append(row)
        elif entry:
            words = {name: getattr(entry, name) for name in WORDS if getattr(entry, name) != getattr(row, name)}
            if words:
                self._reworded.append((row, {name: getattr(row, name) for name in words}))
                for name, value in words.items():
                    setattr(row, name, value)
                row.save(update_fields=list(words))
                self.changed.add(row.pk)
        return row

    def begin(self) -> None:
        """Start an article; `roll_back` resets the rows that are recorded after it."""
        self._made, self._reworded = [], []

    def roll_back(self) -> None:
        """Reset the rows recorded since `begin`, after the article's savepoint was rolled back."""
        for row in self._made:
            row.pk, row._state.adding = None, True
        for row, words in self._reworded:
            for name, value in words.items():
                setattr(row, name, value)
            self.changed.discard(row.pk)
        self.begin()

    def is_unchanged_since_export(self, url: str) -> bool:
        """Return whether a prepared picture is unchanged since our export."""
        prepared = self._prepared.get(url)
        return prepared is not None and prepared.entry is not None

    def is_new(self, url: str) -> bool:
        return self._prepared[url].row.pk is None

    def store(self) -> None:
        """Store the bytes of the recorded pictures, as the last step inside the transaction. Raises Unusable."""
        for prepared in self._prepared.values():
            if prepared.row.pk is None:
                continue
            for name, path in prepared.files.items():
                renditions.put(_storage(), name, path.read_bytes())
                self._stored.append(name)
            prepared.files = {}
            if prepared.content is None:
                continue
            with prepared.content.open("rb") as stream:
                name = _storage().save(prepared.row.file.name, File(stream))
            self._stored.append(name)
            if name != prepared.row.file.name:
                raise Unusable(f"The storage already has a file “{prepared.row.file.name}”. Run the command again.")
            prepared.content = None

    def delete_stored(self) -> None:
        for name in self._stored:
            with contextlib.suppress(OSError):  # `remove_orphans` tries again
                _storage().delete(name)
        self._stored.clear()

    def _vouched_for(self, content: bytes, entry: PictureEntry) -> PreparedPicture:
        row = Picture.objects.filter(uid=entry.uid).first()
        if row and entry.sha256 in (row.stored_sha256, row.source_sha256):
            return PreparedPicture(row, None, entry)
        size = _measured(content)
        if size is None or row is not None:
            return self._reencoded(content, entry.file, "", entry)
        extension, width, height = size
        row = Picture(
            uid=entry.uid,
            width=width,
            height=height,
            source_sha256=entry.source_sha256,
            stored_sha256=entry.sha256,
            uploaded_at=entry.uploaded_at,
            **{name: getattr(entry, name) for name in WORDS},
        )
        name, is_stored = self._place(entry.stored, content, extension, row)
        row.file = name
        prepared = PreparedPicture(row, None if is_stored else self._wait(content, row.uid.hex), entry)
        if self.draws_renditions:
            self._draw_renditions(prepared, content, entry)
        return prepared

    def _draw_renditions(self, prepared: PreparedPicture, content: bytes, entry: PictureEntry) -> None:
        row = prepared.row
        wanted = picture_files.understood(entry.renditions, row.width, row.height)
        if wanted is None or Picture.objects.filter(stored_sha256=row.stored_sha256).exists():
            return  # the worker makes them later
        drawn = picture_files.drawn_files(content, wanted)
        if drawn is None:
            return
        row.renditions = renditions.summarise(row.stored_sha256, drawn)
        row.renditions_recipe = renditions.RECIPE
        for name, bytes_ in renditions.files(row.stored_sha256, drawn).items():
            prepared.files[name] = self._wait(bytes_, f"{row.uid.hex}-{name.rpartition('/')[2]}")

    def _place(self, wanted: str, content: bytes, extension: str, row: Picture) -> tuple[str, bool]:
        """Return the name in the storage, and whether the same bytes are stored there."""
        if wanted.endswith(f".{extension}"):
            if not _storage().exists(wanted):
                return wanted, False
            with _storage().open(wanted) as stream:
                if stream.read(MAX_STORED_BYTES + 1) == content:
                    return wanted, True
        return _new_name(row, extension), False

    def _uploaded_before(self, digest: str) -> PreparedPicture | None:
        row = Picture.objects.filter(Q(source_sha256=digest) | Q(stored_sha256=digest)).order_by("pk").first()
        return PreparedPicture(row, None, None) if row else None

    def _reencoded(self, content: bytes, url: str, alt: str, entry: PictureEntry | None) -> PreparedPicture:
        try:
            encoded = reencode_upload(content)
        except PictureRefused as error:
            raise Unusable(f"“{url}”: {error.message}") from None
        row = Picture(
            name=tidy_name(url),
            width=encoded.width,
            height=encoded.height,
            source_sha256=encoded.source_sha256,
            stored_sha256=encoded.stored_sha256,
            alt=alt[:300],
        )
        if entry:
            for name in WORDS:
                setattr(row, name, getattr(entry, name))
        row.file = _new_name(row, encoded.extension)
        return PreparedPicture(row, self._wait(encoded.content, row.uid.hex), None)

    def _wait(self, content: bytes, name: str) -> Path:
        path = Path(self._waiting.name) / name
        path.write_bytes(content)
        return path


def showing(pictures: Iterable[int]) -> list[int]:
    """Return the ids of current versions (live, scheduled or draft) that show one of these pictures."""
    shown = Version.objects.current().filter(picture_uses__picture__in=set(pictures))
    return list(shown.values_list("pk", flat=True).distinct())


def _measured(content: bytes) -> tuple[str, int, int] | None:
    try:
        facts, _ = bounded.run(verbatim_pictures.measure_in_child, content, LIMITS)
    except bounded.TooMuchWork:
        return None
    return (facts["size"][0], facts["size"][1], facts["size"][2]) if facts["size"] else None


def _file_field() -> FileField:
    field = Picture._meta.get_field("file")
    assert isinstance(field, FileField)
    return field


def _storage() -> Storage:
    return _file_field().storage


def _new_name(row: Picture, extension: str) -> str:
    row.uploaded_at = row.uploaded_at or timezone.now()
    return _file_field().generate_filename(row, f"{row.uid.hex}.{extension}")
