"""Load on a server: `wrk` where it is installed, else a small loader of our own.

The same loader loads the site and the bare function, with the same connections. The report names it. Our own uses more
of the processor than wrk and favours neither: it lowers both figures.
"""

from __future__ import annotations

import math
import re
import shutil
import socket
import ssl
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass

CONNECTIONS = (4, 16)  # twice the workers, so that none waits for work; and eight times, so that requests queue
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Load:
    """The result of one run of load: answers per second and latencies in milliseconds.

    Also the milliseconds of CPU time that the workers spent per answer, which other work on the server hardly changes.
    """

    per_second: float
    p50: float
    p99: float
    processor: float = math.nan


def tool() -> str:
    return "wrk" if shutil.which("wrk") else "our own loader"


def load(
    port: int, path: str, headers: dict[str, str], seconds: int, scheme: str = "http", connections: int = 4
) -> Load:
    """Load `path` on a loopback port.

    Raises RuntimeError when a connection broke or an answer was not a 200 (304 if the headers ask for it).
    """
    return (_wrk if tool() == "wrk" else _own)(port, path, headers, seconds, scheme, connections)


def median(loads: list[Load]) -> Load:
    return Load(
        statistics.median(one.per_second for one in loads),
        statistics.median(one.p50 for one in loads),
        statistics.median(one.p99 for one in loads),
        statistics.median(one.processor for one in loads),
    )


def _wrk(port: int, path: str, headers: dict[str, str], seconds: int, scheme: str, connections: int) -> Load:
    options = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "--latency",
        *options,
        f"{scheme}://127.0.0.1:{port}{path}",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    rate = re.search(r"Requests/sec:\s*([\d.]+)", said)
    assert rate, said
    return Load(float(rate[1]), _latency(said, 50), _latency(said, 99))


def _latency(said: str, percent: int) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s|m)\s*$", said, re.MULTILINE)
    assert found, said
    return float(found[1]) * UNITS[found[2]]


def _own(port: int, path: str, headers: dict[str, str], seconds: int, scheme: str, connections: int) -> Load:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {path} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode()
    times: list[float] = []
    broken: list[bytes] = []
    end = time.monotonic() + seconds
    expected = b" 304 " if "If-None-Match" in headers else b" 200 "
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    def ask() -> None:
        while (began := time.monotonic()) < end:
            with socket.create_connection(("127.0.0.1", port), 10) as plain:
                connection = context.wrap_socket(plain) if scheme == "https" else plain
                connection.sendall(request)
                first = connection.recv(65536)
                while connection.recv(65536):
                    pass
            times.append(time.monotonic() - began)
            if expected not in first[:16]:
                broken.append(first[:200])

    threads = [threading.Thread(target=ask) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise RuntimeError(broken[0].decode("latin-1"))
    cuts = statistics.quantiles(times, n=100)
    return Load(len(times) / seconds, cuts[49] * 1000, cuts[98] * 1000)
