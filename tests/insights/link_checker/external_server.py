"""Another site, for tests: a real local server, which records its requests and sends prepared answers."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.prepared import made_once

CannedResponse = int | tuple[int, dict[str, str]] | Callable[[Any], None]


@dataclass
class Asked:
    """One request: method, path, headers."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass
class OtherSite:
    """A server with `answers`: path, or method and path, → a status, status with headers, or a function."""

    port: int
    scheme: str
    answers: dict[str, CannedResponse] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def address(self, path: str = "/") -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"

    @property
    def seen(self) -> list[str]:
        """Return “HEAD /x” for each request."""
        return [f"{one.method} {one.path}" for one in self.asked]


@contextmanager
def other_site(*, certificate: tuple[Path, Path] | None = None) -> Iterator[OtherSite]:
    """Yield a running server. With a certificate it speaks TLS."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            site.asked.append(Asked(self.command, self.path, dict(self.headers)))
            response = site.answers.get(f"{self.command} {self.path}", site.answers.get(self.path, 200))
            if callable(response):
                response(self)
                return
            status, headers = response if isinstance(response, tuple) else (response, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD = answer  # noqa: N815

        def log_message(self, *args: Any) -> None:
            """Log nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: Any) -> None:
            """Ignore a client that leaves early."""

    server = Quiet(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    site = OtherSite(server.server_address[1], "https" if certificate else "http")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def certificate() -> tuple[Path, Path]:
    """Return a self-signed certificate for this host, and its key."""
    folder = made_once("other-site", _make_certificate)
    return folder / "cert.pem", folder / "key.pem"


def _make_certificate(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
