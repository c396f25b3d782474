"""A cached page: one response of Django, compressed once, with its headers, ready to send.

Brotli at 5 and gzip at 6 take about a millisecond each. Higher levels save less than a hundred bytes, up to Brotli's
11, which takes thirty times as long.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from typing import Any

import brotli

Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]

# Seconds for which a shared cache may serve a page without asking, and more while it asks. Browsers always ask.
SHARED_SECONDS = 10
REVALIDATE_SECONDS = 30

NOT_KEPT = {"content-length", "etag", "last-modified", "date", "server", "connection"}
NOT_IN_304 = {"content-type", "content-length", "content-encoding", "content-language", "content-disposition"}
COMPRESSED = ("text/", "application/json", "application/feed+json", "application/xml", "application/atom+xml",
              "application/ld+json", "application/manifest+json", "image/svg+xml")  # fmt: skip


@dataclass(slots=True)
class EncodedResponse:
    """One encoding of a page; `unchanged` are the headers of a 304."""

    etag: str
    headers: Headers
    unchanged: Headers
    body: list[bytes]


class CachedPage:
    """A page, stale after `fresh_until` and wrong after `until` (seconds since 1970; 0: never)."""

    __slots__ = (
        "answers", "bodies", "fresh_until", "group", "headers", "key", "modified", "own", "rendered_at", "site", "size",
        "until", "used",
    )  # fmt: skip

    def __init__(self, key: str, headers: Headers, bodies: dict[str, bytes], *, modified: int, rendered_at: float,
                 fresh_until: float, until: float) -> None:  # fmt: skip
        self.key, self.headers, self.bodies = key, headers, bodies
        self.modified, self.rendered_at, self.fresh_until, self.until = modified, rendered_at, fresh_until, until
        self.site = self.own = self.group = 0
        self.used = False
        self.size = sum(map(len, bodies.values())) + 4000
        self.answers = self._finished()

    def _finished(self) -> dict[str, EncodedResponse]:
        identity = self.bodies["identity"]
        digest = hashlib.sha256(identity).hexdigest()[:20]
        own = [pair for pair in self.headers if pair[0].lower() not in {"vary", "cache-control"}]
        vary = ", ".join([*_values(self.headers, "vary"), "Accept-Encoding"])
        control = _values(self.headers, "cache-control")
        shared = [*own, ("Vary", vary), ("Cache-Control", ", ".join(control) or cache_control())]
        if self.modified:
            shared.append(("Last-Modified", formatdate(self.modified, usegmt=True)))
        answers = {}
        for encoding, body in self.bodies.items():
            etag = f'"{digest}"' if encoding == "identity" else f'"{digest}-{encoding}"'
            headers = [*shared, ("ETag", etag), ("Content-Length", str(len(body)))]
            if encoding != "identity":
                headers.append(("Content-Encoding", encoding))
            unchanged = [pair for pair in headers if pair[0].lower() not in NOT_IN_304]
            answers[encoding] = EncodedResponse(etag, headers, unchanged, [body])
        return answers

    def answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        answers = self.answers
        answer = answers.get(preferred_encoding(environ.get("HTTP_ACCEPT_ENCODING"))) or answers["identity"]
        is_known = False
        if (tags := environ.get("HTTP_IF_NONE_MATCH")) is not None:
            is_known = tags == answer.etag or _names(tags, answer.etag)
        elif (since := environ.get("HTTP_IF_MODIFIED_SINCE")) is not None and self.modified:
            is_known = _is_since(since, self.modified)
        headers = answer.unchanged if is_known else answer.headers
        headers = self._bounded(headers) if self.until else headers.copy()
        if is_known:
            start_response("304 Not Modified", headers)
            return []
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else answer.body

    def _bounded(self, headers: Headers) -> Headers:
        """Return the headers with cache times that end when the page becomes wrong."""
        left = int(self.until - time.time())
        if left >= SHARED_SECONDS + REVALIDATE_SECONDS:
            return headers.copy()
        kept = [pair for pair in headers if pair[0] != "Cache-Control"]
        return [*kept, ("Cache-Control", cache_control(max(0, left)))]

    # Serialization

    def packed(self, site: str, own: str) -> bytes:
        """Return the page and its generations as bytes: a line of JSON, then the bodies."""
        lengths = {encoding: len(body) for encoding, body in self.bodies.items()}
        head = {
            "key": self.key, "site": site, "own": own, "headers": self.headers, "lengths": lengths,
            "modified": self.modified, "rendered_at": self.rendered_at, "fresh_until": self.fresh_until,
            "until": self.until,
        }  # fmt: skip
        return json.dumps(head).encode() + b"\n" + b"".join(self.bodies.values())

    @classmethod
    def unpacked(cls, data: bytes, key: str) -> tuple[CachedPage, str, str] | None:
        """Return the page at `key` and its generations; None for another page or damaged bytes."""
        try:
            line, _, rest = data.partition(b"\n")
            head = json.loads(line)
            if head["key"] != key:
                return None
            bodies, at = {}, 0
            for encoding, length in head["lengths"].items():
                bodies[encoding] = rest[at : at + length]
                at += length
            if at != len(rest):
                return None
            headers = [(name, value) for name, value in head["headers"]]
            page = cls(key, headers, bodies, modified=head["modified"], rendered_at=head["rendered_at"],
                       fresh_until=head["fresh_until"], until=head["until"])  # fmt: skip
            return page, head["site"], head["own"]
        except (ValueError, KeyError, TypeError):
            return None


def make_page(
    key: str, headers: Headers, body: bytes, *, before: CachedPage | None, now: float, fresh_until: float, until: float
) -> CachedPage:
    """Return a page for Django's response at `now`. The bodies of `before`, the earlier page, are reused if equal."""
    # Last-Modified counts seconds: of two texts within one second, the second would pass for the first. So it has no
    # date until it is rendered again in another second.
    date = 0 if before is not None and int(now) <= int(before.rendered_at) else int(now)
    modified = _last_modified(headers)
    if before is not None and before.bodies["identity"] == body:
        bodies = before.bodies
        modified = modified or before.modified or date
    else:
        bodies = _encoded(body, "".join(_values(headers, "content-type")))
        modified = modified or date
    kept = [pair for pair in headers if pair[0].lower() not in NOT_KEPT]
    return CachedPage(key, kept, bodies, modified=modified, rendered_at=now, fresh_until=fresh_until, until=until)


def cache_control(seconds: int | None = None) -> str:
    """Return the header for shared caches. `seconds` is how long the page is right, None for no known end."""
    if seconds is None or seconds >= SHARED_SECONDS + REVALIDATE_SECONDS:
        return f"public, max-age=0, s-maxage={SHARED_SECONDS}, stale-while-revalidate={REVALIDATE_SECONDS}"
    shared = min(SHARED_SECONDS, seconds)
    return f"public, max-age=0, s-maxage={shared}, stale-while-revalidate={seconds - shared}"


_preferred: dict[str | None, str] = {None: "identity"}


def preferred_encoding(accepted: str | None) -> str:
    known = _preferred.get(accepted)
    if known is None:
        if len(_preferred) > 500:
            _preferred.clear()
        known = _preferred[accepted] = _choose(accepted or "")
    return known


def _choose(accepted: str) -> str:
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, parameters = part.partition(";")
        weight = parameters.replace(" ", "").removeprefix("q=") or "1"
        try:
            weights[name.strip()] = float(weight)
        except ValueError:
            weights[name.strip()] = 0
    for encoding in ("br", "gzip"):
        if weights.get(encoding, weights.get("*", 0)) > 0:
            return encoding
    return "identity"


def _encoded(body: bytes, kind: str) -> dict[str, bytes]:
    bodies = {"identity": body}
    if kind.startswith(COMPRESSED):
        smaller = {
            "br": brotli.compress(body, mode=brotli.MODE_TEXT, quality=5),
            "gzip": gzip.compress(body, 6, mtime=0),
        }
        bodies |= {encoding: data for encoding, data in smaller.items() if len(data) < len(body)}
    return bodies


def _values(headers: Headers, name: str) -> list[str]:
    return [value for key, value in headers if key.lower() == name]


def _last_modified(headers: Headers) -> int:
    for value in _values(headers, "last-modified"):
        return _seconds(value)
    return 0


def _names(tags: str, etag: str) -> bool:
    """Return whether If-None-Match has this tag; a proxy that compressed the page made the tag weak."""
    return tags.strip() == "*" or any(tag.strip().removeprefix("W/") == etag for tag in tags.split(","))


def _is_since(since: str, modified: int) -> bool:
    return modified <= _seconds(since)


def _seconds(http_date: str) -> int:
    try:
        return int(parsedate_to_datetime(http_date).timestamp())
    except (ValueError, OverflowError):
        return 0
