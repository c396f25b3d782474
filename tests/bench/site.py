"""The site as in production, on a database of its own: migrated, with the demo, served by gunicorn's sync workers."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOST = "hub.example.com"
# The headers that nginx adds about a reader.
HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7", "Accept-Encoding": "gzip"}


def environment(folder: Path, database_url: str) -> dict[str, str]:
    """Return production settings with everything they write under `folder`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "XDG_RUNTIME_DIR") if name in os.environ}
    return {
        **kept,
        "DATABASE_URL": database_url,
        "SECRET_KEY": "only-for-measuring-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF",
        "SITE_URL": f"https://{HOST}",
        "ALLOWED_HOSTS": HOST,
        "TRUSTED_PROXIES": "127.0.0.1",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "MAIL_FROM": f"weekly@{HOST}",
        "VAR_DIR": str(folder),
        "WORKERS": "2",
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def prepare(env: dict[str, str]) -> None:
    """Prepare a migrated database with the demo publication, and the static files where WhiteNoise looks for them."""
    for command in (["migrate", "-v0"], ["load_demo"], ["collectstatic", "--noinput", "-v0"]):
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"manage.py {command[0]}: {done.stderr.strip()[-2000:]}")


def gunicorn(port: int, application: str) -> list[str]:
    """Return the command of deploy/hub-web.service, with a port and an application of its own.

    Both servers run by it.
    """
    return [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}", application]


@contextmanager
def served(application: str, env: dict[str, str], log: Path) -> Iterator[tuple[int, int]]:
    """Serve a WSGI application as in production, then stop it. Yields its port and its master's process id."""
    port = free_port()
    with log.open("a") as sink:
        process = subprocess.Popen(gunicorn(port, application), cwd=ROOT, env=env, stdout=sink, stderr=sink)
    try:
        wait_for(port, process, log)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(40)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def get(port: int, path: str, more: dict[str, str] | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return status line, headers and body of one page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={**HEADERS, **(more or {})})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return f"{answer.status} {answer.reason}", answer.getheaders(), body


def workers(master: int) -> list[Path]:
    """Return the folders under /proc of a master's workers, or none where there is no /proc."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int(_stat(folder)[1]) == master:
                found.append(folder)
        except (OSError, ValueError, IndexError):
            continue
    return found


def processor_seconds(master: int) -> float:
    """Return the processor time that a master's workers have used so far, in seconds."""
    ticks = sum(int(field) for folder in workers(master) for field in _stat(folder)[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(master: int) -> list[tuple[float, float]]:
    """Return resident and proportional memory of each worker in MB.

    Pages shared with the master since the fork count whole in the first, by share in the second.
    """
    found = []
    for folder in workers(master):
        rollup = (folder / "smaps_rollup").read_text().splitlines()
        sizes = {line.split(":")[0]: int(line.split()[1]) for line in rollup[1:]}
        found.append((sizes["Rss"] / 1024, sizes["Pss"] / 1024))
    return sorted(found)


def _stat(folder: Path) -> list[str]:
    """Return the fields of a process after its name: state, parent, …"""
    return (folder / "stat").read_text().rpartition(")")[2].split()


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the port accepts connections. Raises SystemExit with the end of the log."""
    latest = time.monotonic() + 30
    while time.monotonic() < latest and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if _ends_within(process, 0.05):
                break
        else:
            return
    raise SystemExit(f"The server did not start:\n{log.read_text()[-3000:]}")


def _ends_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Return whether `process` ends within `seconds`."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
