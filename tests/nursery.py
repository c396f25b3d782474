"""Real processes of the site in half of their time: forks of one process that has imported their modules.

We fork because a run starts more than a hundred such processes. Each would spend most of its 0.6 seconds on importing
Django, Pillow and the rest. A fork gets arguments, environment and files of its own, then runs what `python …` would
run. The modules imported beforehand read no setting and start no thread. Other tests show that the site also starts
without it. They are those of `make run` (`test_serving.py`), those behind nginx, and all that start a command
themselves.

As a program (`python -m tests.nursery N`) it takes its orders from the socket with that number.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

# The imports of a site's processes, as far as they work without settings.
BEFOREHAND = [
    "asyncio", "concurrent.futures", "csv", "decimal", "html.parser", "http.client", "logging.config",
    "multiprocessing", "smtplib", "ssl", "uuid", "zoneinfo", "brotli", "gunicorn.app.wsgiapp",
    "gunicorn.arbiter", "gunicorn.workers.gthread", "gunicorn.workers.sync", "idna", "markdown_it",
    "mdit_py_plugins.footnote", "nh3", "psycopg", "psycopg_pool", "pygments.formatters", "pygments.lexers",
    "snowballstemmer", "yaml", "PIL.Image", "PIL.ImageDraw", "PIL.ImageFont", "PIL.ImageOps",
    "django.core.cache.backends.locmem", "django.core.handlers.wsgi", "django.core.mail", "django.core.management",
    "django.core.serializers.json", "django.contrib.admin", "django.contrib.staticfiles.storage", "django.db.models",
    "config.database.sqlite.base", "django.db.backends.postgresql.base", "django.db.migrations.loader",
    "django.forms", "django.template.defaulttags", "django.template.loader_tags", "django.test", "django.urls",
    "django.views.generic", "whitenoise.middleware", "whitenoise.storage",
]  # fmt: skip


class Child:
    """A process that the nursery started, with the part of `subprocess.Popen` that the tests use."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery, self.pid = nursery, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._nursery.order({"ended": self.pid})
        return self.returncode

    def wait(self, timeout: float = 60) -> int:
        """Return the exit code, or minus a signal's number.

        Raises subprocess.TimeoutExpired after `timeout` seconds.
        """
        latest = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > latest:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class Nursery:
    """The process that forks, seen from the tests."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair()
        self._turn = threading.Lock()
        # No settings: an import that reads them beforehand fails at once.
        env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.nursery", str(theirs.fileno())],
                cwd=ROOT, env={**env, "PYTHONWARNINGS": ""}, pass_fds=(theirs.fileno(),), start_new_session=True,
            )  # fmt: skip

    def start(self, command: Sequence[str], env: Mapping[str, str], files: tuple[int, int, int]) -> Child:
        """Run `command` (the arguments of `python`: options -W, then -m and a module, or a file) with `env` alone.

        `files` are its standard input, output and errors.
        """
        return Child(self, self.order({"start": list(command), "env": dict(env)}, files))

    def order(self, what: dict[str, Any], files: tuple[int, ...] = ()) -> Any:
        with self._turn:
            order = json.dumps(what).encode() + b"\n"
            sent = socket.send_fds(self._ours, [order], files)
            self._ours.sendall(order[sent:])
            answer = self._ours.recv(100)
        assert answer, "the nursery ended by itself"
        return json.loads(answer)

    def stop(self) -> None:
        self._ours.close()
        self._process.wait(35)


@cache
def nursery() -> Nursery:
    """Return the nursery of this process, which ends with it."""
    started = Nursery()
    atexit.register(started.stop)
    return started


def main() -> None:
    orders = socket.socket(fileno=int(sys.argv[1]))
    for name in BEFOREHAND:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    while True:
        sent, files, _, _ = socket.recv_fds(orders, 65536, 3)
        if not sent:
            return
        while not sent.endswith(b"\n"):
            sent += orders.recv(65536)
        order = json.loads(sent)
        if "start" not in order:
            pid, status = os.waitpid(order["ended"], os.WNOHANG)
            orders.send(json.dumps(os.waitstatus_to_exitcode(status) if pid else None).encode())
        elif pid := os.fork():
            for number in files:
                os.close(number)
            orders.send(json.dumps(pid).encode())
        else:
            orders.close()
            break
    os.setsid()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["env"])
    run(order["start"])


def run(command: list[str]) -> None:
    """Run the arguments as `python` does."""
    while command[0] == "-W":
        warnings.simplefilter(command[1])  # type: ignore[arg-type]
        command = command[2:]
    if command[0] == "-m":
        sys.argv = command[1:]
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")


if __name__ == "__main__":
    main()
