"""A command as a process of its own: its output, its duration, and its peak memory.

Linux counts the memory of a process towards the peak of the processes it starts. We start the command from a small
process in between, so the caller's memory does not count.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

from tests.bench.site import ROOT


class Run(NamedTuple):
    printed: str
    seconds: float
    megabytes: float  # peak of the resident set
    processor: float  # seconds of CPU time


def run(*arguments: str, env: dict[str, str]) -> Run:
    """Run Python with `arguments` to its end. Raises RuntimeError with its error output when it fails."""
    between = [sys.executable, "-m", "tests.bench.peak", *arguments]
    done = subprocess.run(between, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return Run(*json.loads(done.stdout))


def _measured(arguments: list[str]) -> Run:
    with tempfile.TemporaryFile() as printed:
        began = time.monotonic()
        process = subprocess.Popen([sys.executable, *arguments], stdout=printed)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - began
        if process.returncode:
            raise SystemExit(process.returncode)
        printed.seek(0)
        unit = 1e6 if sys.platform == "darwin" else 1e3
        return Run(printed.read().decode(), seconds, used.ru_maxrss / unit, used.ru_utime + used.ru_stime)


def megabytes_at_rest(env: dict[str, str]) -> float:
    """Return the memory, in megabytes, of a command that does nothing."""
    return run("manage.py", "check", "--tag", "models", env=env).megabytes


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measured(sys.argv[1:])))
