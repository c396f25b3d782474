"""Ports that no other process is given.

A port chosen by the system (port 0) may be taken again before it is bound. Another process of the suite or any outgoing
connection may get it. So ports come from below the system's range. A lock with a port's number is held until this
process ends.
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
    """Return a port of 127.0.0.1 without a listener. No other process that asks here gets it meanwhile."""
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
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: closed connections do not matter
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
