"""gunicorn's logger under the rules of all our logs: no personal data, no forged lines."""

from __future__ import annotations

import datetime as dt
from typing import Any

from gunicorn.glogging import Logger, SafeAtoms

from config.logs.filters import RedactPersonalData, loggable
from insights.text.invisible_characters import escape_invisible


class QuietAtoms(SafeAtoms):
    """Log atoms that are cleaned only when the format reads them: a request has two hundred, a line uses five."""

    def __init__(self, atoms: dict[str, Any]) -> None:
        dict.__init__(self, atoms)

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        return loggable(value).replace('"', '\\"') if isinstance(value, str) else value


class RedactingLogger(Logger):
    atoms_wrapper_class = QuietAtoms

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        if not any(isinstance(known, RedactPersonalData) for known in self.error_log.filters):
            self.error_log.addFilter(RedactPersonalData())

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: dt.timedelta) -> dict[str, Any]:
        atoms = super().atoms(resp, req, environ, request_time)
        return {**atoms, "U": one_field(atoms.get("U") or "")}


def one_field(path: str) -> str:
    """Return a WSGI path as UTF-8 with spaces escaped: a space would look like the end of a field or token."""
    return escape_invisible(path.encode("latin-1", "replace").decode(errors="backslashreplace")).replace(" ", r"\x20")
