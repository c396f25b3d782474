"""`manage.py serve`: web server and task worker together, for development and `make run`."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from config.development import leave_note

SECONDS_TO_END = 15
WATCHED = ("templates/**/*.*", "config/static/css/site.css", "config/static/js/scheme.js")  # in addition to all modules


class Command(BaseCommand):
    help = "Run the web server and the task worker together, until Ctrl-C."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the IP address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="the port to listen on (default: %(default)s)")
        parser.add_argument(
            "--demo", action="store_true", help="run the migrations and load the demo publication first"
        )

    def handle(self, *, host: str, port: int, demo: bool, **options: Any) -> None:
        _refuse_taken_port(host, port)
        if demo:  # in this process, so that a second start is fast
            call_command("migrate", verbosity=0)
            call_command("load_demo")
            connections.close_all()
            leave_note()
        self.stdout.write(f"\n  AI Scope Hub is running at {settings.SITE_URL}/  (press Ctrl-C to stop)\n")
        self.stdout.flush()
        web = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "--bind", f"{host}:{port}"]
        if settings.DEBUG:
            web += ["--access-logfile", "/dev/null", "--log-level", "error", "--reload"]
            web += [f"--reload-extra-file={pattern}" for pattern in WATCHED]
        worker = [sys.executable, "manage.py", "worker", "--verbosity", "0"]
        for number in (signal.SIGTERM, signal.SIGINT):  # a shell starts background processes with SIGINT ignored
            signal.signal(number, _interrupt)
        children = [_start(web), _start(worker)]
        try:
            while all(child.poll() is None for child in children):
                time.sleep(0.2)
            raise CommandError("The web server or the worker stopped unexpectedly. See its last messages above.")
        except KeyboardInterrupt:
            self.stdout.write("\n  Stopped.\n")
        finally:
            _end(children)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    # A browser's spare connection holds a thread for five seconds, and here no proxy absorbs it.
    environment = {"THREADS": "16", **os.environ}
    # A session of its own, so that Ctrl-C reaches only this process, which ends both in order.
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, start_new_session=True)  # noqa: S603


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for child in children:
        with suppress(ProcessLookupError):
            child.terminate()
    latest = time.monotonic() + SECONDS_TO_END
    for child in children:
        try:
            child.wait(max(0.1, latest - time.monotonic()))
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            raise CommandError(
                f"Port {port} is in use. Stop the program that uses it, or choose another port: make run PORT=8001"
            ) from None
