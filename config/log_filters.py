"""Nothing personal in a log: mail addresses, network addresses and tokens are cut from every line.

One filter on the way out, rather than care at every place that logs: libraries log, too, and tracebacks quote values.
"""

from __future__ import annotations

import ipaddress
import logging
import re

_ADDRESS = re.compile(r"[^\s<>\"'(),:;@/=]+(?:@|%40)[^\s<>\"'(),:;@/?&]+", re.IGNORECASE)
_TOKEN = re.compile(r"(/(?:confirm|unsubscribe|preview)/)[^/\s\"'?]+")
_SECRET = re.compile(
    r"((?:sessionid|__Host-session|__Host-csrf|csrftoken|password|token)[\"']?\s*[=:]\s*[\"']?)[^\s\"';&,]+"
)
_NETWORK = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*)(?![\w.])")


def without_the_personal(text: str) -> str:
    """`text` with mail addresses, network addresses and tokens replaced by what they were."""
    text = _TOKEN.sub(r"\1[token]", _ADDRESS.sub("[address]", text))
    return _NETWORK.sub(_network, _SECRET.sub(r"\1[secret]", text))


def _network(match: re.Match[str]) -> str:
    found = match.group().rstrip(":")
    try:
        ipaddress.ip_address(found)
    except ValueError:
        return match.group()  # a time, or a version
    return "[network]" + match.group()[len(found) :]


class NothingPersonal(logging.Filter):
    """Rewrites the finished message, so that it also holds for arguments and tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_the_personal(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = without_the_personal(record.exc_text)
        if record.stack_info:
            record.stack_info = without_the_personal(record.stack_info)
        return True


class NoTraceOfMistakes(logging.Filter):
    """Leaves the traceback out where Django logs an answer of 4xx or 503: no code of ours broke."""

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", 500)
        if 400 <= status < 500 or status == 503:
            record.exc_info = record.exc_text = None
        return True
