"""Resources used by a child of `insights.pictures.bounded`, measured in that child.

Imports no Django, like the child.
"""

from __future__ import annotations

import importlib
import os
import resource
import sys
from pathlib import Path
from typing import Any


def work(source: bytes, *, module: str, name: str) -> tuple[dict[str, Any], list[bytes]]:
    """Run another work. Adds `seconds` of processor time and `peak`, in bytes."""
    values, files = getattr(importlib.import_module(module), name)(source)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {**values, "seconds": used.ru_utime + used.ru_stime, "peak": _peak()}, files


def environment_of(source: bytes) -> tuple[dict[str, Any], list[bytes]]:
    return dict(os.environ), []


def _peak() -> int:
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
