"""gunicorn's own log, under the rule of every other: nothing personal in a line."""

from __future__ import annotations

import datetime as dt
from typing import Any

from gunicorn.glogging import Logger

from config.log_filters import NothingPersonal, without_the_personal


class QuietLogger(Logger):
    """Cuts tokens from paths and addresses from errors."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.addFilter(NothingPersonal())

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: dt.timedelta) -> dict[str, Any]:
        atoms = super().atoms(resp, req, environ, request_time)
        return {**atoms, "U": without_the_personal(atoms.get("U") or "")}
