"""Python in a site's environment: one process that runs piece after piece, forked by the nursery.

As a program (`python -m tests.shell`) it reads a JSON string of code per line and answers with its output.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import threading
import traceback
from typing import IO

from tests.nursery import Child, nursery


class Shell:
    """A process that starts with the first piece of code and ends with `stop()`. Pieces share no names."""

    def __init__(self, env: dict[str, str]) -> None:
        self._env = env
        self._process: Child | None = None
        self._pieces: IO[str]
        self._answers: IO[str]
        self._turn = threading.Lock()

    def run(self, code: str) -> str:
        """Return the output of `code`. Raises AssertionError with its trace."""
        with self._turn:
            if self._process is None:
                self._process = self._begun()
            self._pieces.write(json.dumps(code) + "\n")
            self._pieces.flush()
            line = self._answers.readline()
        assert line, "the shell ended by itself"
        answer = json.loads(line)
        assert not answer["trace"], answer["trace"]
        return str(answer["printed"]).strip()

    def stop(self) -> None:
        if self._process is not None:
            self._pieces.close()
            self._process.wait(35)
            self._answers.close()
            self._process = None

    def _begun(self) -> Child:
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        errors = os.open(os.devnull, os.O_WRONLY)
        child = nursery().start(["-W", "error", "-m", "tests.shell"], self._env, (theirs_in, theirs_out, errors))
        for number in (theirs_in, theirs_out, errors):
            os.close(number)
        self._pieces, self._answers = os.fdopen(ours_out, "w"), os.fdopen(ours_in)
        return child


def answer(code: str) -> dict[str, str]:
    """Run a piece. No connection and no cached settings outlive it."""
    from django.db import connections

    from insights.models import SiteSettings

    printed, trace = io.StringIO(), ""
    SiteSettings.forget()
    try:
        with contextlib.redirect_stdout(printed):
            exec(code, {"__name__": "__main__"})
    except BaseException:
        trace = traceback.format_exc()
    connections.close_all()
    return {"printed": printed.getvalue(), "trace": trace}


def main() -> None:
    import django

    django.setup()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
