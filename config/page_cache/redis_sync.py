"""Page cache of several servers with one Redis: shared pages, and invalidations by pub/sub.

Each process subscribes to a channel, since a query to Redis at each request would cost as much as the page. An
invalidation takes about a millisecond. While a process is not subscribed, it asks Redis for each page. Without an
answer, a page is valid for `MAX_AGE_WITHOUT_PUBSUB` (`wrapper.py`). Generations are random words, so an emptied Redis
never repeats an old one.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time

import redis

from config.page_cache.generations import Generations, group_of
from config.page_cache.page import CachedPage
from config.page_cache.stores import Generation, Memory

logger = logging.getLogger(__name__)

KEPT_SECONDS = 600  # far above each page's maximum age; Redis deletes unused pages
_LISTENING_SECONDS = 2.0
_CHANNEL = "forgotten"


class Server:
    """Client for the Redis at `url`; `prefix` separates installations on the same Redis."""

    def __init__(self, url: str, prefix: str, release: str) -> None:
        self._url, self._prefix, self._release = url, prefix, release
        self._silent_until = 0.0
        self._pid = 0
        self.client = self._connected()

    def _connected(self) -> redis.Redis:
        # A client of this process: sockets must not be shared over a fork.
        self._pid = os.getpid()
        return redis.Redis.from_url(self._url, socket_timeout=1, socket_connect_timeout=0.5, health_check_interval=10)

    def _ours(self) -> redis.Redis:
        if self._pid != os.getpid():
            self.client = self._connected()
        return self.client

    def _word(self, group: int) -> str:
        return f"{self._prefix}:generation:{group}"

    def _place(self, key: str) -> str:
        return f"{self._prefix}:{self._release}:{key}"

    def _words(self, *names: str) -> list[bytes | None]:
        return [None if word is None else bytes(word) for word in self._ours().mget(*names)]  # type: ignore[arg-type]

    def read(self, key: str, path: str) -> tuple[CachedPage | None, bool, Generation | None]:
        if time.monotonic() < self._silent_until:
            return None, False, None
        try:
            data, site, own = self._words(self._place(key), self._word(0), self._word(group_of(path)))
        except redis.RedisError as error:
            self._fell_silent(error)
            return None, False, None
        today = Generation((site or b"").decode(), (own or b"").decode())
        found = CachedPage.unpacked(data, key) if data else None
        if found is None:
            return None, False, today
        page, *generation = found
        return page, tuple(generation) == today, today

    def write(self, page: CachedPage, generation: Generation) -> None:
        try:
            self._ours().set(self._place(page.key), page.packed(*generation), ex=KEPT_SECONDS)
        except redis.RedisError as error:
            self._fell_silent(error)

    def invalidate(self, path: str, token: int) -> None:
        """Publish an invalidation; other servers have it before this returns or shortly after."""
        try:
            with self._ours().pipeline(transaction=True) as both:
                both.set(self._word(group_of(path) if path else 0), secrets.token_hex(8))
                both.publish(f"{self._prefix}:{_CHANNEL}", f"{token} {path}")
                both.execute()
        except redis.RedisError as error:
            logger.error(
                "Redis does not answer (%s). Other servers show this change within a minute.", type(error).__name__
            )

    def _fell_silent(self, error: redis.RedisError) -> None:
        self._silent_until = time.monotonic() + 1
        logger.error("Redis does not answer (%s). This server uses only its own page cache.", type(error).__name__)


class InvalidationListener(threading.Thread):
    """Thread that receives invalidations. `hears`: whether it is subscribed now; `epoch`: number of subscriptions."""

    def __init__(self, url: str, prefix: str, generations: Generations, memory: Memory) -> None:
        super().__init__(name="page-cache-ear", daemon=True)
        self._url, self._channel = url, f"{prefix}:{_CHANNEL}"
        self._generations, self._memory = generations, memory
        self.hears = False
        self.epoch = 0
        self._pause = threading.Event()

    def run(self) -> None:
        while True:
            try:
                self._listen()
            except (redis.RedisError, OSError) as error:
                logger.error(
                    "Redis does not answer (%s). Page changes on other servers are not received.", type(error).__name__
                )
            self.hears = False
            self._pause.wait(0.5)

    def _listen(self) -> None:
        client = redis.Redis.from_url(
            self._url, socket_timeout=_LISTENING_SECONDS, socket_connect_timeout=0.5, health_check_interval=0
        )
        with client, client.pubsub() as channel:
            channel.subscribe(self._channel)
            asked_at = answered_at = time.monotonic()
            while True:
                message = channel.get_message(timeout=_LISTENING_SECONDS / 4)
                now = time.monotonic()
                if message is not None:
                    answered_at = now
                    self._take(message)
                if now - answered_at > _LISTENING_SECONDS:
                    raise redis.TimeoutError
                if now - asked_at > _LISTENING_SECONDS / 4:
                    asked_at = now
                    channel.ping()

    def _take(self, message: dict[str, object]) -> None:
        if message["type"] == "subscribe":
            # Earlier invalidations are lost, so the pages in memory are not reliable.
            self.epoch += 1
            self._memory.clear()
            self.hears = True
        elif message["type"] == "message":
            data = message["data"]
            token, _, path = (data.decode() if isinstance(data, bytes) else str(data)).partition(" ")
            self._generations.invalidate(path, int(token))
