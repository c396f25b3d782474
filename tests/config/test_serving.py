"""`manage.py serve`, the last step of `make run`: web and worker start together and end together."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import fresh_database
from tests.ports import free_port
from tests.site import wait_until

pytestmark = pytest.mark.own_database

ROOT = Path(__file__).resolve().parents[2]


class Served:
    """A running `manage.py serve` on `port`, of the code in `root`. Its output goes to `log`."""

    def __init__(self, folder: Path, port: int, root: Path = ROOT) -> None:
        self.port, self.log = port, folder / "serve.log"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_RUNTIME_DIR") if name in os.environ}
        environment = {
            **kept,
            "DEBUG": "1",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "VAR_DIR": str(folder),
            "DATABASE_URL": fresh_database(folder),
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(port)],
                cwd=root,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def answers(self) -> bool:
        return bool(self.shows("/"))

    def shows(self, path: str, words: str = "") -> bool:
        """Return whether the page exists and contains `words`."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return words in answer.read().decode()
        except (urllib.error.URLError, OSError, http.client.HTTPException):
            return False

    def is_up(self) -> bool:
        return self.answers() and "The worker is ready" in self.log.read_text()

    def children(self) -> list[int]:
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return [int(pid) for pid in found.stdout.split()]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def start(port: int, **options: Path) -> Served:
        started.append(Served(tmp_path, port, **options))
        return started[-1]

    yield start
    for served in started:
        if served.process.poll() is None:
            served.process.terminate()
            served.process.wait(30)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_ctrl_c_ends_both(serve: Callable[..., Served]) -> None:
    served = serve(free_port())
    wait_until(served.is_up, "web and worker", 90)
    assert f"http://127.0.0.1:{served.port}/" in served.log.read_text()
    children = served.children()
    assert len(children) == 2
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(30) == 0
    assert is_free(served.port)
    assert "Traceback" not in served.log.read_text()


def test_what_is_changed_in_the_code_shows_by_itself(serve: Callable[..., Served], tmp_path: Path) -> None:
    house = tmp_path / "house"
    for name in ("config", "insights", "newsletter", "feedback", "templates"):
        shutil.copytree(ROOT / name, house / name)
    shutil.copy(ROOT / "manage.py", house)
    served = serve(free_port(), root=house)
    wait_until(served.is_up, "web and worker", 90)
    template, view = house / "templates/privacy.html", house / "config/views.py"
    template.write_text(template.read_text().replace("<h1>Privacy</h1>", "<h1>Changed {{ said }}</h1>"))
    view.write_text(view.read_text().replace('"privacy.html")', '"privacy.html", {"said": "by the view"})'))

    def is_seen() -> bool:
        for path in (template, view):
            path.touch()  # a process that read it before the write may have begun to watch it afterwards
        return served.shows("/privacy/", "Changed by the view")

    wait_until(is_seen, "the changed page", 60)


@pytest.mark.parametrize("which", [0, 1], ids=["web", "worker"])
def test_when_one_dies_the_other_ends_too(serve: Callable[..., Served], which: int) -> None:
    served = serve(free_port())
    wait_until(served.is_up, "web and worker", 90)
    os.killpg(sorted(served.children())[which], signal.SIGKILL)
    assert served.process.wait(30) != 0
    assert "stopped unexpectedly" in served.log.read_text()
    assert is_free(served.port)


def test_a_taken_port_is_said_clearly(serve: Callable[..., Served]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        served = serve(taken.getsockname()[1])
        assert served.process.wait(30) != 0
    assert served.log.read_text().strip() == (
        f"CommandError: Port {served.port} is in use. Stop the program that uses it, or choose another port: "
        "make run PORT=8001"
    )
