"""Dates in the formats of other programs; an ambiguous date is refused."""

from __future__ import annotations

import datetime as dt
import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:,? +(.+))?")
_NAMED = re.compile(
    r"(?:[A-Za-z]{3,9},? +)?(?:(?P<month>[A-Za-z]{3,9})\.? +(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    r"|(?P<day2>\d{1,2})(?:st|nd|rd|th)?\.?[ -](?P<month2>[A-Za-z]{3,9})\.?)"
    r"[, -]+(?P<year>\d{4})(?:,? +(?:at +)?(?P<clock>.+))?"
)
_ZONE = re.compile(r" *(?:UTC|GMT|Z)?(?: *([+-]\d\d):?(\d\d))?(?: +[A-Z]{3,5})?$", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)? *([ap]\.?m\.?)?", re.IGNORECASE)
_FRACTION = re.compile(r"(\.\d{6})\d+")
MOST = 60  # characters


class UnclearDate(ValueError):
    """Reason why a date is refused; the message continues after the value."""


def read_date(text: str) -> dt.datetime:
    """Return the date in UTC; a text without a time zone is in UTC. Raises UnclearDate."""
    try:
        try:
            found = dt.datetime.fromisoformat(text)
        except ValueError:
            found = _read(" ".join(text.split()))
        return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except UnclearDate:
        raise
    except (ValueError, OverflowError):
        raise UnclearDate("is not a date; write it like 2026-05-25T09:00:00+00:00") from None


def _read(text: str) -> dt.datetime:
    if len(text) > MOST:
        raise ValueError(text)
    if match := _NUMBERS.fullmatch(text):
        first, separator, second, year, clock = match.groups()
        day, month = _day_and_month(int(first), int(second), separator, year)
        return _at(int(year), month, day, clock)
    if match := _NAMED.fullmatch(text):
        name = (match["month"] or match["month2"]).lower()
        month = _month(name)
        return _at(int(match["year"]), month, int(match["day"] or match["day2"]), match["clock"])
    # Such as “2025-03-01 10:00:00 UTC”, “… +0000” or “… +0000 UTC”, with up to nine digits of a second.
    zone = _ZONE.search(text)
    rest = _FRACTION.sub(r"\1", text[: zone.start()] if zone else text)
    found = dt.datetime.fromisoformat(rest)
    return found.replace(tzinfo=_zone(zone)) if found.tzinfo is None else found


def _day_and_month(first: int, second: int, separator: str, year: str) -> tuple[int, int]:
    """Return the day, then the month. With dots the day is always first. Raises UnclearDate if both are possible."""
    if separator == "." or first > 12 or first == second:
        return first, second
    if second > 12:
        return second, first
    one, other = f"{year}-{second:02}-{first:02}", f"{year}-{first:02}-{second:02}"
    raise UnclearDate(f"can mean {one} or {other}; write one of these, or clear the cell")


def _month(name: str) -> int:
    if name in _LONG_MONTHS:
        return _LONG_MONTHS.index(name) + 1
    return _MONTHS.index("sep" if name == "sept" else name) + 1  # ValueError for any other word


def _at(year: int, month: int, day: int, clock: str | None) -> dt.datetime:
    if not clock:
        return dt.datetime(year, month, day, tzinfo=dt.UTC)
    zone = _ZONE.search(clock)
    match = _CLOCK.fullmatch((clock[: zone.start()] if zone else clock).strip())
    if not match:
        raise ValueError(clock)
    hour, half = int(match[1]), (match[4] or "").lower()[:1]
    if half and not 1 <= hour <= 12:
        raise ValueError(clock)
    hour = hour % 12 + 12 * (half == "p") if half else hour
    return dt.datetime(year, month, day, hour, int(match[2]), int(match[3] or 0), tzinfo=_zone(zone))


def _zone(match: re.Match[str] | None) -> dt.tzinfo:
    if match is None or not match[1]:
        return dt.UTC
    hours, minutes = int(match[1]), int(match[2])
    return dt.timezone(dt.timedelta(hours=hours, minutes=-minutes if match[1].startswith("-") else minutes))
