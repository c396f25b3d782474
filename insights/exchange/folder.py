"""Folder that an import reads: files by their path, never a file outside the folder."""

from __future__ import annotations

import os
import stat
import unicodedata
from pathlib import Path, PurePosixPath

MAX_ARTICLE = 1_000_000  # bytes
MAX_PUBLICATION = 2_000_000
MAX_MANIFEST = 20_000_000


class Unusable(Exception):
    """A file that cannot be used; the message is a sentence."""


class ImportFolder:
    """A folder of articles, or one Markdown file and its folder. Methods raise Unusable."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise Unusable(f"“{path}” does not exist.")
        self.only = None if path.is_dir() else path.name
        self._seen: dict[Path, dict[str, str]] = {}  # by folder: NFC name → name
        self.root = (path if path.is_dir() else path.parent).resolve()
        if self.only and path.suffix.lower() not in (".md", ".markdown"):
            raise Unusable(f"“{path}” is neither a folder nor a Markdown file (.md).")

    def articles(self) -> list[str]:
        """Return the paths of the Markdown files, sorted; hidden files and folders are skipped."""
        if self.only:
            return [self.only]
        found = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if not name.startswith(".")]
            here = Path(folder).relative_to(self.root)
            found += [
                (here / name).as_posix()
                for name in files
                if name.lower().endswith((".md", ".markdown")) and not name.startswith(".")
            ]
        try:
            return sorted(found, key=str.encode)
        except UnicodeEncodeError:
            raise Unusable("The name of a file in this folder is not UTF-8. Rename the file.") from None

    def has(self, url: str) -> bool:
        return os.path.lexists(self.root / url)

    def resolve(self, base: str, url: str) -> str:
        """Return the path within the folder of `url` in the file `base`."""
        if not url.isprintable() or "\\" in url or PurePosixPath(url).is_absolute():
            raise Unusable(f"“{url}” is not a relative path. Write a path such as images/cover.png.")
        path = self._as_on_disk(Path(os.path.normpath(self.root / PurePosixPath(base).parent / url)))
        if not path.is_relative_to(self.root) or not path.resolve().is_relative_to(self.root):
            raise Unusable(f"“{url}” is outside the folder. Move the file into the folder.")
        return path.relative_to(self.root).as_posix()

    def _as_on_disk(self, path: Path) -> Path:
        """Return the path in its stored Unicode form: some systems store é as e and an accent."""
        if os.path.lexists(path) or not path.is_relative_to(self.root):
            return path
        found = self.root
        for part in path.relative_to(self.root).parts:
            if not os.path.lexists(found / part):
                part = self._names(found).get(unicodedata.normalize("NFC", part), part)
            found /= part
        return found

    def _names(self, folder: Path) -> dict[str, str]:
        if folder not in self._seen:
            try:
                names = sorted(entry.name for entry in folder.iterdir())
            except OSError:
                names = []
            self._seen[folder] = {unicodedata.normalize("NFC", name): name for name in names}
        return self._seen[folder]

    def read(self, url: str, limit: int) -> bytes:
        path = self.root / url
        try:
            if not path.resolve().is_relative_to(self.root):
                raise Unusable(f"“{url}” is outside the folder. Move the file into the folder.")
            if not stat.S_ISREG(path.stat().st_mode):
                raise Unusable(f"“{url}” is not a file.")
            with path.open("rb") as stream:
                content = stream.read(limit + 1)
        except (OSError, RuntimeError, ValueError):
            raise Unusable(f"The file “{url}” is missing or cannot be read. Check its path and permissions.") from None
        if len(content) > limit:
            size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1000} kB"
            raise Unusable(f"“{url}” is too large. The limit is {size}.")
        return content

    def read_text(self, url: str, limit: int) -> str:
        try:
            return self.read(url, limit).decode()
        except UnicodeDecodeError:
            raise Unusable("The file is not UTF-8. Save it as UTF-8.") from None
