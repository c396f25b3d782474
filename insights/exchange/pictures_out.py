"""Export of all pictures, byte for byte, under their stored names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from insights.exchange.manifest import PictureEntry, is_stored_name
from insights.exchange.picture_files import renditions_of
from insights.exchange.problems import ExchangeRefused, Problem
from insights.models import Picture

FOLDER = "images"
_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}\Z")


class PicturesOut:
    def __init__(self) -> None:
        self._rows = list(Picture.objects.order_by("pk"))
        self.files: dict[str, str] = {}  # path in the folder, by uid
        taken: set[str] = set()
        for row in self._rows:
            stored = PurePosixPath(str(row.file.name))
            name = stored.name if _PLAIN.match(stored.name) else f"{row.uid.hex}{stored.suffix[:10]}"
            if name.lower() in taken:
                name = f"{row.uid.hex}-{name}"
            taken.add(name.lower())
            self.files[str(row.uid)] = f"{FOLDER}/{name}"

    def copied(self, folder: Path, track: Callable[[Iterable[Any], str], Iterable[Any]]) -> Iterator[PictureEntry]:
        """Copy each picture into `folder` and yield its entry. Raise ExchangeRefused if a file is missing."""
        if self._rows:
            (folder / FOLDER).mkdir(exist_ok=True)
        for row in track(self._rows, "Pictures"):
            file = self.files[str(row.uid)]
            try:
                with row.file.open("rb") as stream:
                    content = stream.read()
            except FileNotFoundError:
                sentence = f"The file of the picture “{row.name}” is missing from the storage. Restore {row.file.name}."
                raise ExchangeRefused(Problem(file, sentence)) from None
            (folder / file).write_bytes(content)
            yield PictureEntry(
                file=file,
                sha256=hashlib.sha256(content).hexdigest(),
                source_sha256=row.source_sha256,
                uid=row.uid,
                stored=str(row.file.name) if is_stored_name(str(row.file.name)) else "",
                name=row.name,
                alt=row.alt,
                caption=row.caption,
                credit=row.credit,
                focal_x=row.focal_x,
                focal_y=row.focal_y,
                uploaded_at=row.uploaded_at,
                renditions=renditions_of(row),
            )
