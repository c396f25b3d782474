"""The local storage for pictures: a file is there whole or not at all.

Django's storage writes under the final name, so that a full disk leaves the first part of a picture, or nothing of it,
where readers and caches look for the whole. Here a file is written beside its place and then renamed.
"""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class WholeFileStorage(FileSystemStorage):
    """Django's storage in a folder, with one difference. Raises OSError, and then nothing new is there."""

    def _save(self, name: str, content: Any) -> str:
        partial = f"{name}.{secrets.token_hex(8)}.part"
        try:
            super()._save(partial, content)  # type: ignore[misc]
            if self.exists(name):  # someone else was quicker
                name = self.get_available_name(name)
            Path(self.path(partial)).replace(self.path(name))
        except BaseException:
            with contextlib.suppress(OSError):
                self.delete(partial)
            raise
        return name
