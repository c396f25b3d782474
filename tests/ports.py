"""Ports that nobody else is given.

What the system chooses (port 0) may be taken again before it is bound: by another process of the suite, or by any
connection that goes out. So ports come from below those that systems choose from, and a lock with a port's number is
held until this process ends.
"""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path
from typing import IO

PORTS = range(20_000, 32_000)
_held: list[IO[str]] = []


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens, and which no other process that asks here is given meanwhile."""
    folder = Path(tempfile.gettempdir()) / f"hub-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    while True:
        port = random.choice(PORTS)
        lock = (folder / str(port)).open("w")
        if _is_ours(lock) and _is_free(port):
            _held.append(lock)
            return port
        lock.close()


def _is_ours(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: who is gone is no hindrance
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
