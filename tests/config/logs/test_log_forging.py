"""Log forging: no request and no stored text adds a log line, or controls the reader's terminal."""

from __future__ import annotations

import io
import logging
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from django.core.management import CommandError, call_command

from config.logs.filters import RedactPersonalData, loggable
from tests.site import Site, trusting_context, wait_until

# Line ends, terminal controls (C0, C1, DEL), line and paragraph separators, changes of direction, no width, surrogates.
CONTROLS = [
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ufeff\udc80",
]
ACCESS_LINE = re.compile(r"[A-Z]+ \S+ \d{3} (\d+|-) \d+ms")
NGINX_LINE = re.compile(r'\S+ [A-Z-]+ "[ -~]*" \d{3} \d+ [\d.]+s')


@pytest.fixture
def lines() -> Iterator[Callable[[], list[str]]]:
    """Yield a function that returns the output of a logger named `forged`, through the filter of every handler."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactPersonalData())
    handler.setFormatter(logging.Formatter("{levelname} {name}: {message}", style="{"))
    logger = logging.getLogger("forged")
    logger.propagate = False
    logger.addHandler(handler)
    yield lambda: stream.getvalue().split("\n")[:-1]
    logger.removeHandler(handler)


def test_every_control_character_is_shown_as_an_escape() -> None:
    """E10: one line stays one line, however it is read."""
    for control in CONTROLS:
        written = loggable(f"before{control}after")
        assert re.fullmatch(r"before\\[a-z0-9]+after", written), repr(control)
    assert loggable("Ünal wrote “これは” — 👩\u200d💻") == "Ünal wrote “これは” — 👩\u200d💻"


def test_arguments_cannot_begin_a_line(lines: Callable[[], list[str]]) -> None:
    """E10: neither an argument nor the message itself."""
    logging.getLogger("forged").error("Not found: %s", "/x\nERROR forged: FAKE\r\x1b[2J")
    logging.getLogger("forged").error("f-string /x\u2028ERROR forged: FAKE")
    assert lines() == [
        r"ERROR forged: Not found: /x\nERROR forged: FAKE\r\x1b[2J",
        r"ERROR forged: f-string /x\u2028ERROR forged: FAKE",
    ]


def test_a_traceback_keeps_its_lines_and_no_value_begins_one(lines: Callable[[], list[str]]) -> None:
    """E10: frames are on lines of their own. Messages, causes, notes and groups add none."""
    hostile = "x\nERROR forged: FAKE\x1b[0m ana@example.com"
    try:
        try:
            raise KeyError(hostile)
        except KeyError as cause:
            error = ExceptionGroup(hostile, [ValueError(hostile), OSError(2, hostile, hostile)])
            error.add_note(hostile)
            raise error from cause
    except ExceptionGroup:
        logging.getLogger("forged").exception("broken by %s", hostile, stack_info=True)
    written = lines()
    assert sum("FAKE" in line for line in written) >= 5
    assert not any(line.startswith("ERROR forged: FAKE") for line in written)
    assert [line for line in written if line.startswith("ERROR")] == [written[0]]
    assert "\x1b" not in "".join(written) and "ana@" not in "".join(written)
    text = "\n".join(written)
    assert "Traceback (most recent call last):\n" in text
    assert re.search(r'\n  [| ]*File "[^"]+", line \d+, in test_a_tr', text)
    assert "\nThe above exception was the direct cause of the following exception:\n" in text


def test_a_syntax_error_of_a_text_adds_no_line(lines: Callable[[], list[str]]) -> None:
    """E10: Python quotes the offending line, which belongs to the text and not to the log."""
    try:
        compile("x = (\nERROR forged: FAKE", "<text\nERROR forged: FAKE>", "exec")
    except SyntaxError:
        logging.getLogger("forged").exception("unreadable")
    assert [line for line in lines() if line.startswith("ERROR")] == ["ERROR forged: unreadable"]


@pytest.fixture(scope="module")
def edge(start_site: Callable[..., Site]) -> Iterator[Site]:
    site = start_site(behind_nginx=True)
    yield site
    site.stop()


def send(port: int, request: bytes, *, secure: bool) -> bytes:
    connection: socket.socket | ssl.SSLSocket = socket.create_connection(("127.0.0.1", port), timeout=20)
    if secure:
        connection = trusting_context().wrap_socket(connection, server_hostname="localhost")
    with connection:
        connection.sendall(request)
        received = b""
        while part := connection.recv(65_536):
            received += part
        return received


HOSTILE_PATHS = [
    "/x%0aGET /FAKE 200 5 1ms",
    "/x%0d%0aGET%20/FAKE%20200%205%201ms",
    "/x%1b[2J%1b]0;FAKE%07",
    "/x%20200%205%201ms%20FAKE",
    "/x" + quote("\u2028GET /FAKE 200 5 1ms\u202e"),
    "/x%c2%85%c2%9bFAKE",
    "/insights/x%0bFAKE/",
    "/static/x%1bFAKE.0123456789ab.css",
    "/media/%0aFAKE.png",
    "/preview/x%0aFAKE/",
]


@pytest.mark.nginx
def test_a_request_writes_one_line_into_each_access_log(edge: Site) -> None:
    """E10: gunicorn's and nginx's lines keep their fields, for any path, method or header."""
    host = urlsplit(edge.url).netloc
    for number, path in enumerate(HOSTILE_PATHS):
        head = f"GET {path.replace(' ', '%20')} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
        head += "User-Agent: a\x1b[2J\x0bFAKE\r\nReferer: https://x/%0aFAKE\r\nX-Forwarded-Proto: https\r\n"
        for port, secure in ((urlsplit(edge.url).port, True), (edge.web_port, False)):
            assert port is not None
            assert send(port, (head + "\r\n").encode("latin-1"), secure=secure).startswith(b"HTTP/1.1 "), number
    send(edge.web_port, f"GET\x1bFAKE /x HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(), secure=False)
    edge.get("/the-last-one/")
    wait_until(lambda: "/the-last-one/" in edge.logs("nginx-access") and "/the-last-one/" in edge.logs("web"))
    nginx, web = (edge.logs(name).splitlines() for name in ("nginx-access", "web"))
    assert "FAKE" in "".join(web) and "FAKE" in "".join(nginx)
    assert [line for line in nginx if not NGINX_LINE.fullmatch(line)] == []
    # splitlines() ends a line at every separator that Unicode knows. Lines of another form are Django's or gunicorn's.
    dated = re.compile(r"\[?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
    assert [line for line in web if not ACCESS_LINE.fullmatch(line) and not dated.match(line)] == []
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]", edge.logs())


@pytest.mark.django_db
def test_commands_show_what_a_file_name_hides(tmp_path: Path) -> None:
    """E10: names and values from files are shown on one line, and control no terminal."""
    (tmp_path / "a\x1b[2J\nFAKE.md").write_text("---\ntitel: x\n---\nText\n")
    with pytest.raises(CommandError) as refused:
        call_command("import_articles", str(tmp_path))
    assert r"a\x1b[2J\nFAKE.md" in str(refused.value)
    assert "\x1b" not in str(refused.value)

    file = tmp_path / "list.csv"
    file.write_text('email,status\nana@example.com,"x\x1b[2J\nFAKE"\n')
    errors = io.StringIO()
    with pytest.raises(CommandError):
        call_command("import_subscribers", str(file), stderr=errors)
    assert r"x\x1b[2J\nFAKE" in errors.getvalue()
    assert [("FAKE" in line) for line in errors.getvalue().splitlines()] == [
        False,
        True,
    ]  # the missing part, the invalid part
