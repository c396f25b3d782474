"""One HTTP request to an IP address that was checked; the name is not resolved again.

We use http.client instead of the libraries we looked at. Both urllib3 (already used for the picture bucket) and
requests resolve the name themselves, after any check. The library requests-hardened has rules of its own, no total
timeout and no hook for each hop. Both drawbridge and safehttpx need httpx, our third HTTP client. We need only a status
and a few headers: no body, no cookies, no proxy. Look again when more is needed.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from insights.link_checker.public_addresses import Machine

CONNECT_SECONDS = 5.0
BYTES = 64 * 1024  # requested at most (Range); only headers are read


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    location: str
    retry_after: str


class TimeIsUp(Exception):
    """The server did not answer within the time left."""


class _ToMachine(http.client.HTTPConnection):
    """Connection to IP address `machine` for `host`; with a context, TLS for the host's certificate."""

    def __init__(self, host: str, port: int, machine: Machine, context: ssl.SSLContext | None, seconds: float) -> None:
        self.default_port = 443 if context else 80
        super().__init__(host, port, timeout=min(CONNECT_SECONDS, seconds))
        self.machine = machine
        self.context = context

    def connect(self) -> None:
        self.sock = socket.create_connection((str(self.machine), self.port), self.timeout)
        if self.context is not None:
            wrapped = self.context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = wrapped
            wrapped.do_handshake()

    def cut(self) -> None:
        """Interrupt a blocking call from another thread."""
        with suppress(OSError, AttributeError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def send_request(
    method: str,
    url: str,
    machine: Machine,
    *,
    headers: Mapping[str, str],
    seconds: float,
    context: ssl.SSLContext | None = None,
) -> Reply:
    """Request `url` (host in ASCII). Raise TimeIsUp after `seconds` in total, else OSError or HTTPException."""
    parts = urlsplit(url)
    is_secure = parts.scheme == "https"
    trusted = (context or ssl.create_default_context()) if is_secure else None
    connection = _ToMachine(parts.hostname or "", parts.port or (443 if is_secure else 80), machine, trusted, seconds)
    is_up = threading.Event()

    def end() -> None:
        is_up.set()
        connection.cut()

    watch = threading.Timer(seconds, end)
    watch.daemon = True
    watch.start()
    try:
        connection.request(method, _target(parts.path, parts.query), headers=dict(headers))
        response = connection.getresponse()
        if is_up.is_set():  # cut-off headers look complete
            raise TimeIsUp
        location = _as_sent(response.getheader("Location") or "")
        return Reply(response.status, location, response.getheader("Retry-After") or "")
    except (OSError, http.client.HTTPException) as error:
        if is_up.is_set() or isinstance(error, TimeoutError):
            raise TimeIsUp from error
        raise
    finally:
        watch.cancel()
        connection.close()


def _as_sent(header: str) -> str:
    """Decode a header as UTF-8 if possible; http.client decodes as Latin-1."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def _target(path: str, query: str) -> str:
    """Return path and query, quoted for the request line; existing escapes stay as they are."""
    kept = "/%:@!$&'()*+,;=~-._"
    return quote(path or "/", safe=kept) + (f"?{quote(query, safe=kept + '?[]')}" if query else "")
