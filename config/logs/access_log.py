"""gunicorn's own log, under the rule of every other: nothing personal and nothing forged in a line."""

from __future__ import annotations

import datetime as dt
from typing import Any

from gunicorn.glogging import Logger, SafeAtoms

from config.logs.filters import NothingPersonal, loggable
from insights.text.invisible_characters import escape_invisible


class QuietAtoms(SafeAtoms):
    """Cleans an atom when the format asks for it: a request has two hundred, a line names five."""

    def __init__(self, atoms: dict[str, Any]) -> None:
        dict.__init__(self, atoms)

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        return loggable(value).replace('"', '\\"') if isinstance(value, str) else value


class QuietLogger(Logger):
    """Cuts tokens from paths and addresses from errors, and shows control characters as escapes."""

    atoms_wrapper_class = QuietAtoms

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        if not any(isinstance(known, NothingPersonal) for known in self.error_log.filters):
            self.error_log.addFilter(NothingPersonal())

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: dt.timedelta) -> dict[str, Any]:
        atoms = super().atoms(resp, req, environ, request_time)
        return {**atoms, "U": one_field(atoms.get("U") or "")}


def one_field(path: str) -> str:
    """Return a path of WSGI as UTF-8 without blanks: one would pass for the end of a field, or of a token."""
    return escape_invisible(path.encode("latin-1", "replace").decode(errors="backslashreplace")).replace(" ", r"\x20")
