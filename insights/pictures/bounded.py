"""Child process that runs a function over the bytes of a picture, with limits of time and memory.

We use a child process because decoders are quadratic in unknown places, such as a 10 MB GIF of comments. Unlike a
thread it can be stopped. It has no environment, so no secrets, and starts in a tenth of a second without Django.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1024 * 1024

Files = list[bytes]
Work = Callable[..., tuple[dict[str, Any], Files]]  # bytes of a picture, plain values → plain values and files


class TooMuchWork(Exception):
    """The child reached a limit or crashed."""


class Limits(NamedTuple):
    cpu: int  # seconds of CPU time
    wall: int  # seconds by the clock
    memory: int  # bytes of address space; a bare child has 100 MB


def run(work: Work, source: bytes, limits: Limits, **values: Any) -> tuple[dict[str, Any], Files]:
    """Return `work(source, **values)` of a child; its module must not import Django. Raises TooMuchWork, OSError."""
    import subprocess  # not in the child, which also avoids `dataclasses`: together they cost 1 MB

    order = {"module": work.__module__, "name": work.__name__, "values": values}
    limited = [str(number) for number in (limits.cpu, limits.memory)]
    try:
        done = subprocess.run(  # noqa: S603 (our own module; the arguments hold nothing of the upload)
            [sys.executable, "-m", "insights.pictures.bounded", *limited, json.dumps(order)],
            cwd=ROOT, env={}, input=source, capture_output=True, timeout=limits.wall, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise TooMuchWork(f"more than {limits.wall} s") from None
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or [""]
        raise TooMuchWork(f"exit code {done.returncode} {lines[-1]}".strip())
    head, _, rest = done.stdout.partition(b"\n")
    reply = json.loads(head)
    files = []
    for length in reply["lengths"]:
        files.append(rest[:length])
        rest = rest[length:]
    return reply["values"], files


def run_in_child() -> None:
    """Set the limits, do the work, and write a line of JSON and the files to standard output."""
    cpu, memory, order = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
    os.nice(10)  # requests of readers have priority
    for kind, limit in (
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))
    work: Work = getattr(importlib.import_module(order["module"]), order["name"])
    values, files = work(sys.stdin.buffer.read(), **order["values"])
    out = sys.stdout.buffer
    out.write(json.dumps({"values": values, "lengths": [len(file) for file in files]}).encode() + b"\n")
    for file in files:
        out.write(file)
    out.flush()


if __name__ == "__main__":
    run_in_child()
