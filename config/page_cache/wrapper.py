"""Page cache: a WSGI wrapper that answers public pages before Django's handler, and `invalidate()`.

We use a WSGI wrapper because a Django view reaches only two thirds of its speed, even without middleware. Pages are
rendered for an anonymous request (`anonymous_environ`), so nothing of a visitor can be cached. A page is valid while
its generations stand (`generations.py`), up to its maximum age, and never beyond the next scheduled change. One process
of a server renders it. The others wait, or serve the old page if it is only stale and not wrong. We do not use Django's
cache middleware because it varies by cookie, has no invalidation, and answers after half of the work.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import hashlib
import io
import logging
import secrets
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error, close_old_connections, transaction

from config.page_cache.generations import Generations, group_of
from config.page_cache.page import REVALIDATE_SECONDS, SHARED_SECONDS, CachedPage, Headers, StartResponse, make_page
from config.page_cache.policy import PageKey, RequestGate, anonymous_environ, wanted_page
from config.page_cache.stores import FolderStore, Generation, Memory, Shared

if TYPE_CHECKING:
    from config.page_cache.redis_sync import InvalidationListener, Server

logger = logging.getLogger(__name__)

Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

STALE_SECONDS = 60  # after its maximum age, a page may be served so long while another process renders it
STALE_IF_ERROR_SECONDS = 3600  # and so long while the database is unavailable; changes still invalidate it
MAX_AGE_WITHOUT_PUBSUB = 5  # maximum age while invalidations of other servers cannot arrive
WAIT_SECONDS = 5
PAGE_BYTES = 2_000_000
_PASSING = 1000  # paths remembered as having no page to cache

_bounds: list[Callable[[dt.datetime], dt.datetime | None]] = []


def invalidate(*paths: str) -> None:
    """Invalidate the pages at `paths`, or all, on every worker once the transaction is committed."""
    transaction.on_commit(functools.partial(_invalidate_now, *paths), robust=True)


def changes() -> int:
    """Return the counter of the whole site, which all processes of this server share."""
    return _generations().counters[0]


def register_next_change(function: Callable[[dt.datetime], dt.datetime | None]) -> None:
    """Register a function that returns the next scheduled change after a given time. No page is cached beyond it."""
    _bounds.append(function)


def reopen_proxy_cache() -> None:
    """Let a proxy on this server use its cache again, once it has no page from before the latest change."""
    _generations().drop_marks(SHARED_SECONDS + REVALIDATE_SECONDS + 5)


@functools.cache
def _generations() -> Generations:
    return Generations(settings.VAR_DIR / "page-cache")


@functools.cache
def _server() -> Server | None:
    if not settings.CACHE_URL:
        return None
    # Imported here: the Redis client takes a tenth of the time that a process needs to start.
    from config.page_cache.redis_sync import Server

    return Server(settings.CACHE_URL, _prefix(), _release())


def _prefix() -> str:
    return f"hub:{urlsplit(settings.SITE_URL).netloc}"


@functools.cache
def _release() -> str:
    """Return a hash of the running code and templates; servers share pages only if theirs is equal."""
    digest = hashlib.sha256()
    kinds = {".py", ".html", ".txt", ".xml", ".css", ".js"}
    for folder in sorted(settings.BASE_DIR.iterdir()):
        if folder.name == "templates" or (folder / "apps.py").exists():
            for file in sorted(file for file in folder.rglob("*") if file.suffix in kinds):
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _invalidate_now(*paths: str) -> None:
    server = _server()
    for path in paths or ("",):
        token = secrets.randbits(63) + 1
        if server is not None:
            server.invalidate(path, token)  # first: a page read there right after this must be a new one
        _generations().invalidate(path, token)


class PageCache:
    def __init__(self, application: Application) -> None:
        self._application = application
        self._generations = _generations()
        self._counters = self._generations.counters
        self._memory = Memory(settings.PAGE_CACHE_BYTES)
        self._gate = RequestGate()
        self._server = _server()
        self._shared: Shared = self._server or FolderStore(self._generations.folder / "pages", self._generations)
        self._listener: InvalidationListener | None = None  # after the fork, which threads do not survive
        self._next_change_at: tuple[int, float] = (-1, 0.0)
        self._uncacheable: dict[str, float] = {}
        _invalidate_now()  # another release or database may have been served before

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        page = None if environ.get("QUERY_STRING") else self._memory.get(environ.get("PATH_INFO", ""))
        if (
            page is not None
            and self._counters[0] == page.site
            and self._counters[page.group] == page.own
            and time.time() < page.fresh_until
            and (self._listener is None or self._listener.hears)
            and environ["REQUEST_METHOD"] in {"GET", "HEAD"}
            and self._gate.is_open(environ)
        ):
            page.used = True
            return page.answer(environ, start_response)
        wanted = wanted_page(environ)
        if wanted is None or not self._gate.is_open(environ):
            return self._application(environ, start_response)
        return self._look(wanted, environ)(environ, start_response)

    def _look(self, wanted: PageKey, environ: dict[str, Any]) -> Application:
        self._listen()
        page, before, is_right = self._find(wanted)
        if page is not None:
            return page.answer
        if self._uncacheable.get(wanted.key, 0) > time.time():
            return self._render(wanted, environ, before, is_right=is_right)
        is_stale = before is not None and is_right and time.time() < before.fresh_until + STALE_SECONDS
        with self._generations.rendering(group_of(wanted.path), 0 if is_stale else WAIT_SECONDS) as is_ours:
            if not is_ours and before is not None and is_stale:
                return before.answer
            page, before, is_right = self._find(wanted)  # another process may have rendered it while we waited
            return page.answer if page is not None else self._render(wanted, environ, before, is_right=is_right)

    def _find(self, wanted: PageKey) -> tuple[CachedPage | None, CachedPage | None, bool]:
        """Return the valid page, the earlier page, and whether the earlier one is only stale (`_is_right`)."""
        now = time.time()
        group = group_of(wanted.path)
        site, own, epoch = self._counters[0], self._counters[group], self._epoch()
        kept = self._memory.get(wanted.key)
        is_known = kept is not None and (kept.site, kept.own) == (site, own)
        if kept is not None and is_known and now < kept.fresh_until and self._is_connected():
            return kept, None, False
        page, holds, today = self._shared.read(wanted.key, wanted.path)
        if (
            today is None
            and kept is not None
            and is_known
            and now < min(kept.fresh_until, kept.rendered_at + MAX_AGE_WITHOUT_PUBSUB)
        ):
            return kept, None, False
        if page is None:
            return None, kept, kept is not None and is_known and self._is_connected() and _is_right(kept, now)
        if holds and now < page.fresh_until:
            self._keep(page, group, site, own, epoch)
            return page, None, False
        return None, page, holds and _is_right(page, now)

    def _render(
        self, wanted: PageKey, environ: dict[str, Any], before: CachedPage | None, *, is_right: bool
    ) -> Application:
        """Ask Django, and cache the response if allowed. Return `before` while the database is unavailable."""
        group = group_of(wanted.path)
        site, own, epoch = self._counters[0], self._counters[group], self._epoch()
        _, _, today = (
            self._shared.read(wanted.key, wanted.path)
            if self._server
            else (None, None, Generation(str(site), str(own)))
        )
        now = time.time()
        until = self._next_change(site, now)
        if until is None and before is not None and is_right:
            return before.answer
        status, headers, body = self._ask(anonymous_environ(wanted, environ))
        if status.startswith("503") and before is not None and is_right:
            return before.answer
        if until is None or not _may_be_kept(status, headers, body):
            if len(self._uncacheable) >= _PASSING:
                self._uncacheable.clear()
            self._uncacheable[wanted.key] = now + (1 if status.startswith("5") else 5)
            return functools.partial(_hand_out, status, headers, body)
        seconds = wanted.seconds if today is not None else min(MAX_AGE_WITHOUT_PUBSUB, wanted.seconds)
        fresh_until = min(now + seconds, until) if until else now + seconds
        page = make_page(wanted.key, headers, body, before=before, now=now, fresh_until=fresh_until, until=until)
        if today is not None:
            self._shared.write(page, today)
        self._keep(page, group, site, own, epoch)
        return page.answer

    def _ask(self, environ: dict[str, Any]) -> tuple[str, Headers, bytes]:
        said: list[Any] = []
        environ["wsgi.input"] = io.BytesIO()
        parts = self._application(environ, lambda status, headers, info=None: said.extend((status, headers)))
        try:
            body = b"".join(parts)
        finally:
            if close := getattr(parts, "close", None):
                close()
        return said[0], said[1], body

    def _keep(self, page: CachedPage, group: int, site: int, own: int, epoch: int) -> None:
        """Keep the page in memory under the counters from before its rendering, unless an invalidation may be lost."""
        page.group, page.site, page.own = group, site, own
        if epoch == self._epoch():
            self._memory.put(page)

    def _next_change(self, site: int, now: float) -> float | None:
        """Return the next scheduled change in seconds since 1970; 0 for none, None without the database."""
        # Asked once after each change of the site, and once after each scheduled time.
        known_at, at = self._next_change_at
        if known_at == site and (not at or now < at):
            return at
        try:
            named = [function(dt.datetime.fromtimestamp(now, dt.UTC)) for function in _bounds]
        except Error:
            return None
        finally:
            with contextlib.suppress(Error):
                close_old_connections()
        at = min((named_one.timestamp() for named_one in named if named_one is not None), default=0.0)
        self._next_change_at = (site, at)
        return at

    # Several servers

    def _listen(self) -> None:
        if self._server is not None and self._listener is None:
            from config.page_cache.redis_sync import InvalidationListener

            self._listener = InvalidationListener(settings.CACHE_URL, _prefix(), self._generations, self._memory)
            self._listener.start()

    def _is_connected(self) -> bool:
        return self._listener is None or self._listener.hears

    def _epoch(self) -> int:
        return self._listener.epoch if self._listener is not None else 0


def _is_right(page: CachedPage, now: float) -> bool:
    """Return whether a page with current generations is at most stale, and no scheduled change made it wrong."""
    return now < page.fresh_until + STALE_IF_ERROR_SECONDS and (not page.until or now < page.until)


def _may_be_kept(status: str, headers: Headers, body: bytes) -> bool:
    if not status.startswith("200") or len(body) > PAGE_BYTES:
        return False
    for name, value in headers:
        match name.lower():
            case "set-cookie" | "content-encoding":
                return False
            case "cache-control":
                if any(word in value.lower() for word in ("no-store", "private", "no-cache")):
                    return False
            case "vary":
                if "cookie" in value.lower() or "*" in value:
                    return False
    return True


def _hand_out(
    status: str, headers: Headers, body: bytes, environ: dict[str, Any], start_response: StartResponse
) -> Iterable[bytes]:
    start_response(status, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
