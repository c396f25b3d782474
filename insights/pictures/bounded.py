"""Run a function over the bytes of a picture in a process of its own, with hard limits of time and memory.

We use a child process instead of limits on the input alone because decoders, and Pillow's parsers around them, are
quadratic in places that no check of ours knows: a 10 MB GIF of comments, a JPEG of 100,000 scans. A thread cannot be
stopped; a process can, and its memory goes back at once. The child gets no environment, so it knows no secret, and
starts in a tenth of a second, since it imports Pillow and not Django.
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
    """The limits were reached, or the child crashed."""


class Limits(NamedTuple):
    """Seconds of processor time, seconds by the clock, and bytes of address space (a bare child has 100 MB)."""

    cpu: int
    wall: int
    memory: int


def run(work: Work, source: bytes, limits: Limits, **values: Any) -> tuple[dict[str, Any], Files]:
    """Return `work(source, **values)`, computed in a child. `work` is a function of a module that imports no Django.

    Raises TooMuchWork, and OSError when no process can be started.
    """
    import subprocess  # the child does without it, and without `dataclasses`, which cost a megabyte

    order = {"module": work.__module__, "name": work.__name__, "values": values}
    limited = [str(number) for number in (limits.cpu, limits.memory)]
    try:
        done = subprocess.run(  # noqa: S603 (ourselves, and nothing of the upload in the arguments)
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
    """The child: limits first, then the work; a line of JSON and the files go to standard output."""
    cpu, memory, order = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
    os.nice(10)  # readers go first
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
