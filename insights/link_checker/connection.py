"""One request to one machine whose address was checked: the name is not resolved a second time.

Chosen: http.client with a connection that goes to a given address, against the libraries looked at. urllib3 (here for
the bucket of pictures) and requests resolve the name themselves, after any check; requests-hardened, alive and well
made, checks at the socket, but with rules of its own and neither a limit on the whole time nor a say on every hop;
drawbridge and safehttpx stand on httpx, which would be the third client in the house. What is needed here is small: a
status and a few headers, no body, no cookies, no proxy from the environment. Look again when more is asked of it.
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
BYTES = 64 * 1024  # that a server is asked for at most; what it sends beyond its headers is not read


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    location: str
    retry_after: str


class TimeIsUp(Exception):
    """The server did not answer within the time left."""


class _ToMachine(http.client.HTTPConnection):
    """A connection to `machine` that speaks as if to `host`; with a context, by TLS and for the host's certificate."""

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
        """End what is being waited for, from another thread."""
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
    """The reply of `machine` for `address`, whose host is in ASCII. Raises TimeIsUp after `seconds`, however slowly the
    server drips; else OSError, ssl.SSLError or http.client.HTTPException."""
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
        if is_up.is_set():  # headers that were cut off read like whole ones
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
    """A header's words: http.client reads them as Latin-1, and sites that do not encode theirs send UTF-8."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def _target(path: str, query: str) -> str:
    """Path and query as they may stand in a request line; what is encoded already stays as it is."""
    kept = "/%:@!$&'()*+,;=~-._"
    return quote(path or "/", safe=kept) + (f"?{quote(query, safe=kept + '?[]')}" if query else "")
