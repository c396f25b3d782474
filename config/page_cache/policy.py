"""Rules for requests that the page cache may answer, as Django's middleware has them; doubtful ones go to Django."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve

from config.middleware.proxies import is_trusted

METHODS = {"GET", "HEAD"}
NEVER = ("/admin/", "/static/", "/media/", "/preview/")
QUERY_LENGTH = 300
# Parameters that senders of links add; they change nothing on a page.
APPENDED = {"ref", "fbclid", "gclid", "mc_cid", "mc_eid"}
_REMEMBERED = 1000


class PageKey(NamedTuple):
    """A page in `settings.PAGE_CACHE`: cache key, path, the part of the query that counts, maximum age."""

    key: str
    path: str
    query: str
    seconds: float


def wanted_page(environ: dict[str, Any]) -> PageKey | None:
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    if environ["REQUEST_METHOD"] not in METHODS or path.startswith(NEVER) or environ.get("SCRIPT_NAME"):
        return None
    try:
        policy = settings.PAGE_CACHE.get(resolve(path).view_name)
    except Resolver404:
        return None
    if policy is None:
        return None
    if query:
        counted = _counted(query, policy.get("query", ()))
        if counted is None:
            return None
        query = counted
    return PageKey(f"{path}?{query}" if query else path, path, query, policy["seconds"])


def _counted(query: str, names: tuple[str, ...]) -> str | None:
    """Return the parameters that the page uses, sorted; None if there is another one."""
    if len(query) > QUERY_LENGTH:
        return None
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        return None
    known = [(name, value) for name, value in pairs if name not in APPENDED and not name.startswith("utm_")]
    if len(dict(known)) < len(known) or any(name not in names or "\0" in value for name, value in known):
        return None
    return urlencode(sorted(known))


class RequestGate:
    def __init__(self) -> None:
        self.hosts: set[str] = set()
        self._peers: dict[str, bool] = {}
        self._needs_https = bool(getattr(settings, "SECURE_SSL_REDIRECT", False))

    def is_open(self, environ: dict[str, Any]) -> bool:
        host = environ.get("HTTP_HOST", "")
        if host not in self.hosts and not self._is_ours(host):
            return False
        if environ.get("RAW_URI", "/")[:1] != "/":
            return False
        if not self._needs_https or environ["wsgi.url_scheme"] == "https":
            return True
        return environ.get("HTTP_X_FORWARDED_PROTO") == "https" and self._is_proxy(environ.get("REMOTE_ADDR", ""))

    def _is_ours(self, host: str) -> bool:
        domain, _ = split_domain_port(host)
        if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
            return False
        if len(self.hosts) >= _REMEMBERED:
            self.hosts.clear()
        self.hosts.add(host)
        return True

    def _is_proxy(self, peer: str) -> bool:
        known = self._peers.get(peer)
        if known is None:
            if len(self._peers) >= _REMEMBERED:
                self._peers.clear()
            known = self._peers[peer] = is_trusted(peer)
        return known


def anonymous_environ(wanted: PageKey, environ: dict[str, Any]) -> dict[str, Any]:
    """Return the WSGI environ for rendering a page at SITE_URL, with nothing of the visitor's request."""
    site = urlsplit(settings.SITE_URL)
    query = f"?{wanted.query}" if wanted.query else ""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": wanted.path,
        "QUERY_STRING": wanted.query,
        "RAW_URI": f"{wanted.path}{query}",
        "SERVER_NAME": site.hostname or "",
        "SERVER_PORT": str(site.port or {"http": 80, "https": 443}[site.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "",
        "HTTP_HOST": site.netloc,
        "wsgi.url_scheme": site.scheme,
        **{name: environ[name] for name in _SERVERS_OWN if name in environ},
    }


_SERVERS_OWN = ("wsgi.version", "wsgi.errors", "wsgi.multithread", "wsgi.multiprocess", "wsgi.run_once")
