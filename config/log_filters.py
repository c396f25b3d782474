"""Nothing personal in a log: mail addresses, network addresses and tokens are cut from every line."""

from __future__ import annotations

import logging
import re

_ADDRESS = re.compile(r"[^\s<>\"'(),:;@/=]+@[^\s<>\"'(),:;@/]+")
_TOKEN = re.compile(r"(/(?:confirm|unsubscribe|preview)/)[^/\s\"'?]+")
_NETWORK = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b(?!:\d)|\b[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{0,4}){3,7}\b")


def without_the_personal(text: str) -> str:
    """`text` with mail addresses, network addresses and path tokens replaced by what they were."""
    return _NETWORK.sub("[network]", _TOKEN.sub(r"\1[token]", _ADDRESS.sub("[address]", text)))


class NothingPersonal(logging.Filter):
    """Rewrites the finished message, so that it also holds for arguments and tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_the_personal(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = without_the_personal(record.exc_text)
        return True
