"""HTTP check of one external URL: HEAD, then GET; redirects are followed, to public IP addresses only.

Each hop is resolved and checked again, and the connection goes to the IP address that was checked. `may_ask` decides
which IP addresses are allowed; only tests pass another one, for a local server.
"""

from __future__ import annotations

import datetime as dt
import http
import http.client
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Literal
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import idna
from django.utils import timezone

from insights.link_checker import public_addresses
from insights.link_checker.connection import BYTES, Reply, TimeIsUp, send_request
from insights.link_checker.urls import host_of

SECONDS = 10.0  # in total, without the pauses between two requests
HOPS = 5
MACHINES = 2  # IP addresses of a host that are tried, one after the other
ALWAYS_THERE = "a.root-servers.net"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LONGEST_WAIT = 24 * 3600

_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}  # some platforms lack EAI_NODATA

Kind = Literal["fine", "gone", "trouble", "unasked"]


@dataclass(frozen=True, slots=True)
class LinkResponse:
    """Result: "gone" is broken, "trouble" may pass, "unasked" is not public; `wait` is Retry-After in seconds."""

    kind: Kind
    reason: str
    status: int | None = None
    wait: int = 0


class _Settled(Exception):
    """Final result of a check; `is_worth_a_get`: GET may give another one."""

    def __init__(self, kind: Kind, reason: str, *, is_worth_a_get: bool = False) -> None:
        self.answer = LinkResponse(kind, reason)
        self.is_worth_a_get = is_worth_a_get


class NoSuchName(Exception):
    """The host name does not exist."""


def resolved(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host. Raise NoSuchName, or OSError if the resolver fails."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno not in _NO_SUCH_NAME:
            raise
        # Offline, some resolvers report that no name exists. This lookup then raises an OSError.
        socket.getaddrinfo(ALWAYS_THERE, None, type=socket.SOCK_STREAM)
        raise NoSuchName from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def fetch_link(
    url: str,
    *,
    agent: str,
    may_ask: Callable[[public_addresses.Machine, int], bool] = public_addresses.may_ask,
    resolve: Callable[[str, int], Sequence[str]] = resolved,
    turn: Callable[[str], None] = lambda host: None,
    seconds: float = SECONDS,
    context: ssl.SSLContext | None = None,
) -> LinkResponse:
    """Check a URL and follow its redirects.

    `turn` is called with the host before each request; it waits until the host may be contacted, and may raise.
    `context` has the trusted certificates; default: those of the system.
    """
    asking = _Asking(agent, may_ask, resolve, turn, seconds, context)
    try:
        return asking.follow(url)
    except _Settled as settled:
        return settled.answer


@dataclass(slots=True)
class _Asking:
    agent: str
    may_ask: Callable[[public_addresses.Machine, int], bool]
    resolve: Callable[[str, int], Sequence[str]]
    turn: Callable[[str], None]
    left: float
    context: ssl.SSLContext | None

    def follow(self, url: str) -> LinkResponse:
        for _ in range(HOPS + 1):
            reply = self.visit(self.readable(url))
            if reply.status in REDIRECTS and reply.location:
                url = self.next_url(url, reply.location)
                continue
            return _answer(reply)
        raise _Settled("trouble", f"More than {HOPS} redirects.")

    def visit(self, url: str) -> Reply:
        """Return the reply to HEAD, or to GET if HEAD was refused or interrupted."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        machines = self.machines(host, port)
        try:
            reply = self.reply("HEAD", url, machines)
            if reply.status < 400 or reply.status == 429:
                return reply
        except _Settled as settled:
            if not settled.is_worth_a_get or self.left <= 0:
                raise
        return self.reply("GET", url, machines)

    def readable(self, url: str) -> str:
        """Return the URL with its host in ASCII. Raise _Settled if it must not be requested."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise _Settled("gone", "The URL is not valid.") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise _Settled("unasked", "Skipped: the URL does not begin with http:// or https://.")
        if parts.username is not None or parts.password is not None:
            raise _Settled("unasked", "Skipped: the URL contains a user name or password.")
        return urlunsplit(parts._replace(netloc=_ascii_host(parts) + (f":{port}" if port else ""), fragment=""))

    def next_url(self, url: str, location: str) -> str:
        try:
            return urljoin(url, location)
        except ValueError:
            raise _Settled("trouble", "It redirects to a URL that is not valid.") from None

    def machines(self, host: str, port: int) -> list[public_addresses.Machine]:
        """Return IP addresses of a host, at most MACHINES, IPv4 first. Raise _Settled unless all are allowed."""
        try:
            found = [public_addresses.read_ip_address(text) for text in self.timed(partial(self.names, host, port))]
        except NoSuchName:
            raise _Settled("gone", "The domain does not exist.") from None
        except (OSError, ValueError, UnicodeError):
            raise _Settled("trouble", "The domain could not be looked up.") from None
        if not found or not all(self.may_ask(machine, port) for machine in found):
            raise _Settled("unasked", "Skipped: the URL does not lead to a public web server.")
        return sorted(found, key=lambda machine: machine.version)[:MACHINES]

    def names(self, host: str, port: int) -> Sequence[str]:
        """Resolve a host in a thread, because `getaddrinfo` has no timeout. Raise OSError when time is up."""
        said: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

        def look() -> None:
            try:
                said.put(self.resolve(host, port))
            except Exception as error:
                said.put(error)

        threading.Thread(target=look, daemon=True).start()
        try:
            heard = said.get(timeout=max(0.01, self.left))
        except queue.Empty:
            raise OSError("the resolver does not respond") from None
        if isinstance(heard, Exception):
            raise heard
        return heard

    def reply(self, method: str, url: str, machines: list[public_addresses.Machine]) -> Reply:
        headers = {"User-Agent": self.agent, "Accept": "*/*", "Connection": "close"}
        if method == "GET":
            headers["Range"] = f"bytes=0-{BYTES - 1}"
        for machine in machines:
            self.turn(host_of(url))
            if self.left <= 0:
                break
            asked = partial(
                send_request, method, url, machine, headers=headers, seconds=self.left, context=self.context
            )
            try:
                return self.timed(asked)
            except TimeIsUp:
                continue
            except ssl.SSLEOFError:
                raise _Settled("trouble", "The server closed the connection.") from None
            except ssl.SSLError as error:
                reason = getattr(error, "verify_message", "") or "it cannot be read"
                raise _Settled("gone", f"The certificate is not valid: {reason}."[:200]) from None
            except OSError as error:
                if machine is machines[-1]:
                    is_refused = isinstance(error, ConnectionRefusedError)
                    reason = "The server refused the connection." if is_refused else "The server closed the connection."
                    raise _Settled("trouble", reason, is_worth_a_get=not is_refused) from None
            except http.client.HTTPException:
                raise _Settled("trouble", "The response of the server cannot be read.", is_worth_a_get=True) from None
        raise _Settled("trouble", "The server did not respond in time.")

    def timed[T](self, work: Callable[[], T]) -> T:
        before = time.monotonic()
        try:
            return work()
        finally:
            self.left -= time.monotonic() - before


def _ascii_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        return f"[{host}]"
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        raise _Settled("gone", "The domain name is not valid.") from None


def _answer(reply: Reply) -> LinkResponse:
    status = reply.status
    wait = _seconds(reply.retry_after)
    if status < 300 or status in (304, 416):
        return LinkResponse("fine", f"{status}: page found.", status)
    if status == 404:
        return LinkResponse("gone", "404: page not found.", status)
    if status == 410:
        return LinkResponse("gone", "410: page removed.", status)
    if status == 429:
        return LinkResponse("trouble", "429: too many requests. It will be checked again later.", status, wait)
    try:
        phrase = http.HTTPStatus(status).phrase.lower()
    except ValueError:
        phrase = "unknown status"
    return LinkResponse("trouble", f"{status}: {phrase}.", status, wait)


def _seconds(retry_after: str) -> int:
    """Return the seconds in a Retry-After header, at most LONGEST_WAIT; 0 if it is unreadable."""
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return min(int(text[:9]), LONGEST_WAIT)
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return 0
    if date.tzinfo is None:
        date = date.replace(tzinfo=dt.UTC)
    return max(0, min(int((date - timezone.now()).total_seconds()), LONGEST_WAIT))
