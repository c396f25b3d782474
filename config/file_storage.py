"""Local storage with atomic writes: on a full disk, saving raises OSError and leaves no partial file to serve."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class WholeFileStorage(FileSystemStorage):
    def _save(self, name: str, content: Any) -> str:
        partial = f"{name}.{secrets.token_hex(8)}.part"
        try:
            super()._save(partial, content)  # type: ignore[misc]
            if self.exists(name):  # another upload was faster
                name = self.get_available_name(name)
            Path(self.path(partial)).replace(self.path(name))
        except BaseException:
            with contextlib.suppress(OSError):
                self.delete(partial)
            raise
        return name
