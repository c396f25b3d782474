"""Python in a site's environment: one process that runs piece after piece, since starting Django takes half a second.

As a program (`python -m tests.shell`) it reads a JSON string of code a line and answers with what that printed.
"""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import threading
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Shell:
    """Starts with the first piece; `stop()` ends it. Each piece begins with no names of an earlier one."""

    def __init__(self, env: dict[str, str]) -> None:
        self._env = env
        self._process: subprocess.Popen[str] | None = None
        self._turn = threading.Lock()

    def run(self, code: str) -> str:
        """What `code` printed. Raises AssertionError with its trace."""
        with self._turn:
            process = self._running()
            assert process.stdin and process.stdout
            process.stdin.write(json.dumps(code) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        assert line, "the shell ended by itself"
        answer = json.loads(line)
        assert not answer["trace"], answer["trace"]
        return str(answer["printed"]).strip()

    def stop(self) -> None:
        if self._process is not None:
            assert self._process.stdin and self._process.stdout
            self._process.stdin.close()
            self._process.wait(35)
            self._process.stdout.close()
            self._process = None

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", "tests.shell"],
                cwd=ROOT, env=self._env, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        return self._process


def answer(code: str) -> dict[str, str]:
    """Run a piece; no connection and no remembered settings outlive it."""
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
