"""Run the suite, then once more what failed, one test at a time: `python -m tests.twice PYTEST-ARGUMENTS`.

Browsers, servers and several workers share a machine here, so now and then a test fails for want of time. A test that
fails twice fails the suite. One that passes when it has the machine for itself is listed as unstable, to be looked at.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

MOST = 5  # more failures than this are no accident


def run(arguments: list[str]) -> int:
    """Return the exit code of the suite."""
    with tempfile.TemporaryDirectory(prefix="hub-failed-") as cache:
        suite = [sys.executable, "-m", "pytest", *arguments, "-o", f"cache_dir={cache}"]
        code = subprocess.run(suite).returncode
        failed = failures(Path(cache))
        are_tests = all("::" in one for one in failed)  # and no file or worker
        if code != pytest.ExitCode.TESTS_FAILED or not are_tests or not 0 < len(failed) <= MOST:
            return code
        say(f"\nOnce more, one at a time: {len(failed)} that failed.")
        code = subprocess.run([*suite, "-n", "0", "--dist", "no", "--last-failed"]).returncode
        unstable = [test for test in failed if test not in failures(Path(cache))]
        for test in unstable:
            say(f"UNSTABLE, passed alone: {test}")
        return code


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  (before what the next process writes)


def failures(cache: Path) -> list[str]:
    """Return the ids of the tests that failed when they ran last."""
    found = cache / "v" / "cache" / "lastfailed"
    return sorted(json.loads(found.read_text())) if found.exists() else []


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
