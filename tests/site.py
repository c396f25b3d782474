"""A real site for tests: gunicorn with two workers, the task worker, a mail server that records, and nginx.

Fixtures (a pytest plugin), on the engine of the run. Each has a fresh migrated database, folders of its own and
production settings. It uses https with a new certificate.

`site`        gunicorn speaks https itself; one per test module (rows of earlier tests of the module are still there)
`demo_site`   the same, with the demo publication after the task worker's run, made once and then copied
`fresh_site`  as `site`, for one test
`proxied_site`  the same behind nginx with `deploy/nginx.conf`, for one test
`start_site`  a function that makes one with other settings: `start_site(behind_nginx=True, TRUSTED_PROXIES="…")`;
              also `with_demo=True`, `with_worker=False`, and `within=folder` for another place than /tmp

All of them are `Site` objects. Waiting is always `wait_until(condition)`: bounded, on a condition, never for a time.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.databases import fresh_database
from tests.nginx import NGINX, render_nginx
from tests.nursery import Child, nursery
from tests.ports import free_port
from tests.prepared import MANAGE, ROOT, certificate_and_static_files, demo_pictures
from tests.shell import Shell

INNER = ("PYTEST", "COV_", "DJANGO_ALLOW_ASYNC_UNSAFE")  # variables that a site's processes do not need


def wait_until(condition: Callable[[], Any], what: str = "", seconds: float = 20) -> Any:
    """Return the first true value of `condition()`, asked often. Raises AssertionError after `seconds`."""
    latest = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < latest, f"waited {seconds} s in vain for {what or condition}"
        time.sleep(0.02)
    return value


@dataclass
class Answer:
    """The site's answer: `status`, `headers` (any case; `headers.get_all`), `body` in bytes, `text`."""

    status: int
    headers: Any
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Mailbox:
    """A local mail server that stores its messages.

    `raw` has the messages byte for byte. `answers` is called for each recipient with its email address. It returns an
    SMTP answer such as "450 later", or "" to accept it.
    """

    def __init__(self) -> None:
        from aiosmtpd.controller import Controller

        self.envelopes: list[tuple[list[str], EmailMessage]] = []
        self.raw: list[bytes] = []
        self.answers: Callable[[str], str] = lambda address: ""
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self._controller.start()
        self.port = self._controller.port

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if refusal := self.answers(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.raw.append(envelope.content)
        self.envelopes.append((list(envelope.rcpt_tos), message))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """Return the messages whose envelope names `address`."""
        return [message for recipients, message in self.envelopes if address in recipients]

    def wait_for(self, address: str, count: int = 1, seconds: float = 30) -> list[EmailMessage]:
        """Return the messages to `address`, once there are `count` of them."""
        wait_until(lambda: len(self.to(address)) >= count, f"{count} mail(s) to {address}", seconds)
        return self.to(address)

    def stop(self) -> None:
        self._controller.stop()


@dataclass
class Site:
    """A running site.

    `url` is its URL (https), `env` the environment of its processes, `folder` its VAR_DIR, `mailbox` its sent emails.
    """

    url: str
    env: dict[str, str]
    folder: Path
    mailbox: Mailbox
    web_port: int
    certificate: tuple[Path, Path]
    behind_nginx: bool
    listener: socket.socket | None = None  # held by us like by systemd, so that a restart drops no connection
    processes: dict[str, subprocess.Popen[bytes] | Child] = field(default_factory=dict)
    has_stopped: bool = False
    _shell: Shell | None = None

    # Requests

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, data: Mapping[str, str] | bytes | None = None, **headers: str) -> Answer:
        """POST a form from a page of the site (`Sec-Fetch-Site: same-origin`). Header names have underscores."""
        body = data if isinstance(data, bytes) else urlencode(data or {}).encode()
        known = {"content_type": "application/x-www-form-urlencoded", "sec_fetch_site": "same-origin"}
        return self.ask("POST", path, body=body, headers={**known, **headers})

    def ask(
        self, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request on a connection of its own."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPSConnection(
            parts.hostname or "", parts.port, timeout=30, context=trusting_context()
        )
        try:
            connection.request(
                method, path, body, {name.replace("_", "-"): value for name, value in (headers or {}).items()}
            )
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    # Processes

    def manage(self, *arguments: str, succeeds: bool = True) -> str:
        """Run a management command in the site's environment. Returns its output, including log lines."""
        done = self._run(*arguments)
        assert not succeeds or done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def shell(self, code: str) -> str:
        """Run Python in the site's environment, with Django set up. Returns its output."""
        if self._shell is None:
            self._shell = Shell(self.env)
        return self._shell.run(code)

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*MANAGE, *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=120, check=False
        )

    def log_in(self, **account: Any) -> dict[str, str]:
        """Make and log in an account with `role`. Returns headers for `post()` and `get()`: session and form token."""
        token = "t" * 32
        session = self.shell(
            "from django.test import Client; from tests.factories import make_user; client = Client();"
            f"client.force_login(make_user(**{account!r})); print(client.cookies['__Host-session'].value)"
        )
        return {
            "cookie": f"__Host-session={session}; __Host-csrf={token}",
            "x_csrftoken": token,
            "referer": f"{self.url}/admin/",
        }

    def start(self, *, with_worker: bool = True) -> None:
        """Start web and worker at the same time, and wait for both."""
        self._launch_web()
        seen = self._launch_worker() if with_worker else 0
        self._wait_for_web()
        if with_worker:
            self._wait_for_worker(seen)

    def start_web(self) -> None:
        self._launch_web()
        self._wait_for_web()

    def start_worker(self) -> None:
        self._wait_for_worker(self._launch_worker())

    def _launch_web(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py"]
        if not self.behind_nginx:
            command += ["--certfile", str(self.certificate[0]), "--keyfile", str(self.certificate[1])]
        if self.listener is None:
            self._start("web", [*command, "--bind", f"127.0.0.1:{self.web_port}"])
        else:
            # systemd's protocol for passing on a socket: it is number 3, and the pid is the receiver's.
            os.set_inheritable(self.listener.fileno(), True)
            script = 'n=$1; shift; eval "exec 3<&$n"; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@"'
            number = self.listener.fileno()
            self._start("web", ["bash", "-c", script, "bash", str(number), *command], pass_fds=(number,))

    def _wait_for_web(self) -> None:
        wait_until(lambda: self.processes["web"].poll() is not None or self._answers(), "the web server", 90)
        assert self.processes["web"].poll() is None, self.logs("web")

    def _launch_worker(self) -> int:
        """Launch the task worker. Returns how many workers have been ready here before."""
        seen = self.logs("worker").count("The worker is ready.")
        self._start("worker", [*MANAGE, "worker", "--interval", "0.1", "--period", "0.5"])
        return seen

    def _wait_for_worker(self, seen: int) -> None:
        wait_until(lambda: self.logs("worker").count("The worker is ready.") > seen, "the task worker", 90)

    def end(self, name: str, number: int = signal.SIGTERM, seconds: float = 35) -> int:
        """Signal the process `name` ("web", "worker", "nginx") and wait for its end. Returns its exit code."""
        process = self.processes.pop(name)
        process.send_signal(number)
        return process.wait(seconds)

    def restart(self) -> None:
        """Stop web and worker in order, and start them again on the same data."""
        self.end("web")
        self.end("worker")
        self.start()

    def web_workers(self) -> list[int]:
        """Return the process ids of gunicorn's workers."""
        parent = str(self.processes["web"].pid)
        found = subprocess.run(["pgrep", "-P", parent], capture_output=True, text=True, check=False)
        return [int(pid) for pid in found.stdout.split()]

    def stop(self) -> None:
        """Stop all processes. Safe to call twice."""
        if self.has_stopped:
            return
        self.has_stopped = True
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(35)
        self.processes.clear()
        if self._shell is not None:
            self._shell.stop()
        self.mailbox.stop()
        if self.listener is not None:
            self.listener.close()

    def logs(self, *names: str) -> str:
        """Return the output of the processes so far: all, or those named ("web", "worker", "nginx-access", …)."""
        files = sorted((self.folder / "logs").glob("*.log"))
        return "\n".join(file.read_text(errors="replace") for file in files if not names or file.stem in names)

    def _start(self, name: str, command: list[str], pass_fds: tuple[int, ...] = ()) -> None:
        (self.folder / "logs").mkdir(exist_ok=True)
        with (self.folder / "logs" / f"{name}.log").open("ab") as log, Path(os.devnull).open("rb") as nothing:
            files = (nothing.fileno(), log.fileno(), log.fileno())
            self.processes[name] = (
                nursery().start(command[1:], self.env, files) if command[0] == sys.executable
                else subprocess.Popen(
                    command, cwd=ROOT, env=self.env, stdout=log, stderr=log, pass_fds=pass_fds, start_new_session=True
                )
            )  # fmt: skip

    def _answers(self) -> bool:
        kind = http.client.HTTPConnection if self.behind_nginx else http.client.HTTPSConnection
        options: dict[str, Any] = {} if self.behind_nginx else {"context": trusting_context()}
        connection = kind("127.0.0.1", self.web_port, timeout=5, **options)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status in {200, 301}
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


@cache
def trusting_context() -> ssl.SSLContext:
    """Return a TLS context for a self-signed certificate. One for all: reading the system's takes 18 ms."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@pytest.fixture(scope="session")
def start_site() -> Iterator[Callable[..., Site]]:
    """Yield a function that starts a site. It is stopped at the end of the session at the latest."""
    started: list[Site] = []

    def start(
        *,
        behind_nginx: bool = False,
        with_worker: bool = True,
        with_demo: bool = False,
        within: Path | None = None,
        **variables: str,
    ) -> Site:
        folder = Path(tempfile.mkdtemp(prefix="hub-site-", dir=within))
        prepared = certificate_and_static_files()
        if with_demo:
            shutil.copytree(demo_pictures(), folder / "media")
        (folder / "static").symlink_to(prepared / "static")
        mailbox = Mailbox()
        web_port, port = free_port(), free_port()
        public = port if behind_nginx else web_port
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(INNER)},
            "DATABASE_URL": fresh_database(folder, "demo" if with_demo else "migrated"),
            "VAR_DIR": str(folder),
            "MEDIA_ROOT": str(folder / "media"),
            "SITE_URL": f"https://localhost:{public}",
            "ALLOWED_HOSTS": "localhost",
            "EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}?tls=off",
            "MAIL_FROM": "AI Scope Weekly <weekly@hub.example.com>",
            "THREADS": "1" if behind_nginx else "4",
            "WORKERS": "2",
            "TRUSTED_PROXIES": "127.0.0.1" if behind_nginx else "",
            "PYTHONWARNINGS": "",
            "CHECK_OUTSIDE_LINKS": "0",
            **variables,
        }
        site = Site(
            url=env["SITE_URL"], env=env, folder=folder, mailbox=mailbox, web_port=web_port,
            certificate=(prepared / "cert.pem", prepared / "key.pem"), behind_nginx=behind_nginx,
        )  # fmt: skip
        started.append(site)
        if behind_nginx:
            site.listener = socket.create_server(("127.0.0.1", web_port), backlog=512)
        site.start(with_worker=with_worker)
        if behind_nginx:
            site.env["HTTP_PORT"] = str(free_port())
            configuration = render_nginx(folder, port, int(site.env["HTTP_PORT"]), web_port, site.certificate)
            site._start("nginx", [NGINX, "-c", str(configuration), "-p", str(folder), "-g", "daemon off;"])
            wait_until(lambda: _is_open(port), "nginx")
        return site

    yield start
    for site in started:
        site.stop()
        shutil.rmtree(site.folder, ignore_errors=True)


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Site]) -> Iterator[Site]:
    site = start_site()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def demo_site(start_site: Callable[..., Site]) -> Iterator[Site]:
    site = start_site(with_demo=True)
    yield site
    site.stop()


@pytest.fixture
def fresh_site(start_site: Callable[..., Site]) -> Iterator[Site]:
    site = start_site()
    yield site
    site.stop()


@pytest.fixture
def proxied_site(start_site: Callable[..., Site]) -> Iterator[Site]:
    site = start_site(behind_nginx=True)
    yield site
    site.stop()
