"""Logging filters that remove personal data and forged lines.

We filter in the handler instead of at every call because libraries log too, and tracebacks contain values.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import traceback
from types import TracebackType

from insights.text.invisible_characters import escape_invisible

type ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

# A pattern starts only where a run of its characters starts, so its cost is proportional to the length of a line.
_IN_EMAIL_ADDRESS = r"[^\s<>\"'(),:;/]"
_AT = r"(?:[@\uff20\ufe6b]|%(?:25)*40|\\(?:u00|x)40)"
# A run of characters with an “@”, without a leading `name=` and without a query. The whole run is removed if the
# name has a “+”: in bounces+ana=example.com@… it contains the recipient.
_EMAIL_ADDRESS = re.compile(
    rf"(?<!{_IN_EMAIL_ADDRESS})((?:[^\s<>\"'(),:;/=+@%\\]*=)*+){_IN_EMAIL_ADDRESS}+{_AT}(?:(?![?&]){_IN_EMAIL_ADDRESS})+",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"((?:/|%(?:25)*2f)(?:confirm|unsubscribe|preview)(?:/|%(?:25)*2f)+)[^\s\"'?]+", re.IGNORECASE)
_SECRET = re.compile(
    r"((?:sessionid|__Host-session|__Host-csrf|csrftoken|password|token)\\?[\"']?\s*(?:[=:]|%3d|%3a)\s*)"
    r"(?:(\\?[\"'])[^\"'\n]+|[^\s\"';&,]+)",
    re.IGNORECASE,
)
_AFTER_ESCAPE = "(?<=%[0-9a-f]{2})"
_IPV6 = re.compile(rf"(?:(?<![\w.:%])|{_AFTER_ESCAPE}(?<!%3a))(?:[0-9a-f:.]|%3a)++", re.IGNORECASE)
_IPV4 = re.compile(rf"(?:(?<![\w.])|{_AFTER_ESCAPE})\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?!\w|\.\w)", re.IGNORECASE)
_LONGEST_IPV6 = 45
MAX_CHARACTERS = 2000  # per line; requests may contain more
_MARGIN = re.compile(r"\n(?=[ \n]|\Z)")  # further lines of a frame are indented; other lines belong to a value
_OURS = ('File "', "Traceback (", "During handling of the above", "The above exception was")  # entries of several lines
_ENDS = tuple(" \n\t/'\"<>(),;")  # none of them is part of an email address or an IP address


def redact(text: str) -> str:
    """Return `text` with email addresses, IP addresses, tokens and secrets replaced by placeholders."""
    text = _TOKEN.sub(_token, _EMAIL_ADDRESS.sub(r"\1[address]", text))
    text = _SECRET.sub(r"\1\2[secret]", text)
    return _IPV4.sub("[network]", _IPV6.sub(_network, text))


def loggable(text: str) -> str:
    """Return `text` as one log line without personal data, cut after about MAX_CHARACTERS."""
    rest = ""
    if len(text) > MAX_CHARACTERS:
        end = max(text.rfind(sign, 0, MAX_CHARACTERS) for sign in _ENDS) + 1
        text, rest = text[:end], f"… ({len(text) - end} more characters)"
    return (
        escape_invisible(redact(text)) + rest
    )  # in this order: an escape sequence ends in a character that hides the start of an IP address


def _token(match: re.Match[str]) -> str:
    return f"{match[1]}[token]{'/' if match[0].endswith('/') else ''}"


def _network(match: re.Match[str]) -> str:
    run = found = match[0]
    if match.string[match.end() : match.end() + 1].isalnum():
        found = run[: run.rfind(":") + 1]  # the last group is the start of a longer word
    found = found.rstrip(":.") if not found.endswith("::") else found
    plain = found.lower().replace("%3a", ":")
    if plain.count(":") < 2 or len(plain) > _LONGEST_IPV6:
        return run  # empty, a number, or a time of day
    try:
        ipaddress.IPv6Address(plain)
    except ValueError:
        return run
    return "[network]" + run[len(found) :]


def traceback_lines(exc_info: ExcInfo) -> str:
    """Return a traceback with its own line breaks; a value in it cannot start a new line."""
    lines: list[str] = []
    for entry in traceback.TracebackException(*exc_info, compact=True).format():
        is_ours = entry.lstrip(" |+-\n").startswith(_OURS)
        lines += _MARGIN.split(entry.strip("\n")) if is_ours else [entry.rstrip("\n")]
    return "\n".join(loggable(line) for line in lines)


class RedactPersonalData(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = loggable(record.getMessage()), ()
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = traceback_lines(record.exc_info)
        elif record.exc_text:
            record.exc_text = _indented(record.exc_text)
        if record.stack_info:
            record.stack_info = _indented(record.stack_info)
        return True


def _indented(text: str) -> str:
    """Return the lines of an unstructured text. All but the first are indented, so that none looks like a record."""
    first, *others = map(loggable, text.split("\n"))
    return "\n".join([first, *(f"  {line}" for line in others)])


class DropExpectedTraceback(logging.Filter):
    """Filter that drops the traceback of a logged 4xx or 503 response, which is no bug."""

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", 500)
        if 400 <= status < 500 or status == 503:
            record.exc_info = record.exc_text = None
        return True
