"""Costly shared files of a run, created by the first process that needs them.

A run's processes share the folder VAR_DIR (see `tests/engine.py`). The others wait for the first, by a lock on a file.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, "-W", "error", "manage.py"]


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder `name` of this run, filled by `make(folder)` if it is missing."""
    run = Path(os.environ["VAR_DIR"])
    folder, mark = run / name, run / f"{name}.made"
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            mark.touch()
    return folder


def certificate_and_static_files() -> Path:
    """Return a folder with `cert.pem`, `key.pem`, and in `static` the files as production collects them."""
    return made_once("prepared", _prepare)


def demo_pictures() -> Path:
    """Return the pictures of the demo publication in all their sizes. Its database is then kept as "demo"."""
    return made_once("demo", _make_demo) / "media"


def _prepare(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    _manage(folder, "collectstatic", "--no-input", "--verbosity", "0")


def _make_demo(folder: Path) -> None:
    from tests.databases import fresh_database, keep_as

    url = fresh_database(folder)
    for command in (["load_demo"], ["worker", "--once"], ["worker", "--once"]):
        _manage(folder, *command, DATABASE_URL=url, MEDIA_ROOT=str(folder / "media"))
    keep_as("demo", url)


def _manage(folder: Path, *arguments: str, **variables: str) -> None:
    """Run a management command without a site, with its VAR_DIR in `folder`."""
    env = {**os.environ, "VAR_DIR": str(folder), **variables}
    done = subprocess.run([*MANAGE, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
