"""Profile of a page: `python -m tests.bench.profile`.

Calls the whole WSGI application, middleware included, in one process on a fresh database with the demo. The first run
has no profiler and gives the time of one answer. The second runs under cProfile and gives the functions with the
largest own time.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import os
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.pages import LEAD
from tests.bench.site import HOST, ROOT, environment, prepare

REQUESTS = 1500
PREPARED = "BENCH_PREPARED"  # set for the process that profiles


def ask(application: Any, path: str) -> int:
    """Send one GET as gunicorn would pass it on. Returns the length of the body."""
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": HOST, "HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": "203.0.113.7",
        "HTTP_ACCEPT_ENCODING": "gzip", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }  # fmt: skip
    said: list[str] = []
    answer = application(environ, lambda status, headers: said.append(status))
    length = sum(len(part) for part in answer)
    if hasattr(answer, "close"):
        answer.close()
    if not said[0].startswith("200"):
        raise SystemExit(f"{path} answers {said[0]}")
    return length


def profile(path: str) -> None:
    from config.wsgi import application

    for _ in range(50):
        length = ask(application, path)
    times = []
    spent = time.process_time()
    for _ in range(REQUESTS):
        began = time.perf_counter()
        ask(application, path)
        times.append((time.perf_counter() - began) * 1000)
    spent = (time.process_time() - spent) * 1000 / REQUESTS
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(REQUESTS):
        ask(application, path)
    profiler.disable()
    report = io.StringIO()
    for order, count in (("tottime", 40), ("cumulative", 80)):
        pstats.Stats(profiler, stream=report).strip_dirs().sort_stats(order).print_stats(count)
    sys.stdout.write(
        f"{path}: {length:,} bytes, {statistics.median(times):.3f} ms median, {min(times):.3f} ms at best, "
        f"{spent:.3f} ms of the processor\n"
        f"{report.getvalue()}"
    )


def main() -> None:
    """Prepare a database, then profile in a process of its own with the environment of production."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.profile", description=__doc__)
    parser.add_argument("path", nargs="?", default=LEAD, help="the page (default: the demo's lead)")
    parser.add_argument("--engine", choices=["sqlite", "postgres"], default="sqlite")
    options = parser.parse_args()
    if os.environ.get(PREPARED):
        profile(options.path)
        return
    from tests.engine import start_postgres

    with tempfile.TemporaryDirectory(prefix="hub-profile-") as name:
        url = f"sqlite:///{name}/hub.sqlite3" if options.engine == "sqlite" else start_postgres(Path(name))
        env = environment(Path(name), url)
        prepare(env)
        command = [sys.executable, "-m", "tests.bench.profile", options.path]
        subprocess.run(command, cwd=ROOT, env={**env, PREPARED: "1", "PAGE_CACHE": "0"}, check=True)


if __name__ == "__main__":
    main()
