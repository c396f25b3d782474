"""A command as a process of its own: what it printed, how long it took, and the most memory it held."""

from __future__ import annotations

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
    """Run Python with `arguments` to its end. Raises RuntimeError with its errors when it fails."""
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as errors:
        began = time.monotonic()
        process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=env, stdout=printed, stderr=errors)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - began
        if process.returncode:
            errors.seek(0)
            raise RuntimeError(errors.read().decode()[-3000:])
        printed.seek(0)
        unit = 1e6 if sys.platform == "darwin" else 1e3
        processor = used.ru_utime + used.ru_stime
        return Run(printed.read().decode(), seconds, used.ru_maxrss / unit, processor)


def megabytes_at_rest(env: dict[str, str]) -> float:
    """What a command holds that does nothing."""
    return run("manage.py", "check", "--tag", "models", env=env).megabytes
