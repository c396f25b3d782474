"""Nothing personal reaches a log line (D14, the part of the logs)."""

from __future__ import annotations

import io
import logging

import pytest

from config.log_filters import NothingPersonal, without_the_personal
from config.settings import LOGGING


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("mail to ana.b+c@mail.example.com failed", "mail to [address] failed"),
        ("mail to <ana@example.com>, <bo@example.com>", "mail to <[address]>, <[address]>"),
        ("query ?email=ana%40example.com&x=1", "query ?email=[address]&x=1"),
        ("Ünal@exämple.com refused", "[address] refused"),
        ("GET /newsletter/confirm/abc:def-ghi/ 200", "GET /newsletter/confirm/[token]/ 200"),
        ("GET /newsletter/unsubscribe/abc:def HTTP/1.1", "GET /newsletter/unsubscribe/[token] HTTP/1.1"),
        ("GET /preview/abcdef/?x=1", "GET /preview/[token]/?x=1"),
        ("peer 203.0.113.77 sent", "peer [network] sent"),
        ("peer ('203.0.113.77', 4711)", "peer ('[network]', 4711)"),
        ("peer 2001:db8::17 sent", "peer [network] sent"),
        ("peer [2001:db8:0:0:0:0:0:17]:443", "peer [[network]]:443"),
        ("peer ::1", "peer [network]"),
        ("Cookie: __Host-session=abcdefg; other=1", "Cookie: __Host-session=[secret]; other=1"),
        ("{'password': 'hunter2', 'a': 1}", "{'password': '[secret]', 'a': 1}"),
    ],
)
def test_a_line_loses_what_is_personal(line: str, kept: str) -> None:
    """D14: no full address, token, session id or password."""
    assert without_the_personal(line) == kept


@pytest.mark.parametrize(
    "line",
    ["2026-11-24 06:51:41,049 INFO started", "took 12:34:56", "Django 6.1.3", "GET /insights/a-b/ 200", "ratio 16:9"],
)
def test_a_harmless_line_stays(line: str) -> None:
    assert without_the_personal(line) == line


def test_arguments_and_tracebacks_are_cut_too() -> None:
    """D14: libraries put addresses into arguments, and tracebacks quote them."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(NothingPersonal())
    logger = logging.Logger("libraries")
    logger.addHandler(handler)
    try:
        raise ValueError("refused: ana@example.com")
    except ValueError:
        logger.exception("could not mail %s", "ana@example.com", stack_info=True)
    assert "ana@" not in stream.getvalue()
    assert "could not mail [address]" in stream.getvalue()
    assert "ValueError: refused: [address]" in stream.getvalue()


def test_every_handler_has_the_filter() -> None:
    assert all(handler["filters"][-1] == "nothing_personal" for handler in LOGGING["handlers"].values())
