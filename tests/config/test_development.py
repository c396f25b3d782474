"""Commands in a `make run` checkout find its site. Production never runs with DEBUG."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.development import NOTE, settings_found
from tests.ports import free_port
from tests.site import wait_until

ROOT = Path(__file__).resolve().parents[2]
IMPORT = ["manage.py", "import_articles", "texts"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder as `make run` leaves it."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "hub.sqlite3").touch()
    (tmp_path / "var" / NOTE).write_text('{"SITE_URL": "http://127.0.0.1:8001"}')
    return tmp_path


def test_a_command_finds_the_development_site(checkout: Path) -> None:
    """Fault C10: it stopped with “SECRET_KEY: is required”."""
    expected = {"DEBUG": "1", "SITE_URL": "http://127.0.0.1:8001"}
    assert settings_found(checkout, {"PATH": "/bin"}, IMPORT) == expected
    assert settings_found(checkout, {"DEBUG": " "}, ["./manage.py", "export_subscribers"]) == expected


@pytest.mark.parametrize(
    "variable",
    ["DEBUG", "SITE_URL", "ALLOWED_HOSTS", "SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "MAIL_FROM", "VAR_DIR"],
)
def test_any_variable_of_a_site_keeps_it_away(checkout: Path, variable: str) -> None:
    """Fault C10: half an environment of production is an error, as before."""
    assert settings_found(checkout, {variable: "0"}, IMPORT) == {}


@pytest.mark.parametrize("command", ["serve", "worker", "runserver", "testserver", "check", "migrate", "collectstatic"])
def test_what_serves_a_site_never_follows(checkout: Path, command: str) -> None:
    """Fault C10: a server, a worker or a deployment without its environment stops, as before."""
    assert settings_found(checkout, {}, ["manage.py", command]) == {}


@pytest.mark.parametrize("arguments", [["gunicorn"], ["/x/gunicorn", "import_articles"], ["-c"], ["manage.py"], []])
def test_other_programs_never_follow(checkout: Path, arguments: list[str]) -> None:
    """Fault C10: gunicorn imports the same settings."""
    assert settings_found(checkout, {}, arguments) == {}


@pytest.mark.parametrize("harm", ["database", "note", "words", "list"])
def test_without_the_note_or_its_database_nothing_is_found(checkout: Path, harm: str) -> None:
    """Fault C10: a fresh checkout, and an empty note."""
    note = checkout / "var" / NOTE
    if harm in ("database", "note"):
        (note if harm == "note" else checkout / "var" / "hub.sqlite3").unlink()
    else:
        note.write_text("[]" if harm == "list" else "words")
    assert settings_found(checkout, {}, IMPORT) == {}


def test_a_note_of_another_account_is_not_followed(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault C10: no other account decides which site a command works on."""
    owner = (checkout / "var" / NOTE).stat().st_uid
    monkeypatch.setattr("os.geteuid", lambda: owner + 1)
    assert settings_found(checkout, {}, IMPORT) == {}


def test_the_documented_command_works_after_make_run(tmp_path: Path) -> None:
    """Fault C10: `make run`, stopped, then the command of docs/writing.md with no variable set."""
    code = tmp_path / "checkout"
    for name in ("config", "insights", "newsletter", "feedback", "templates"):
        shutil.copytree(ROOT / name, code / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", code)
    plain = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_RUNTIME_DIR") if name in os.environ}
    article = tmp_path / "text.md"
    article.write_text("---\ntitle: A text of a newcomer\n---\nWords.\n")
    command = [sys.executable, "manage.py", "import_articles", str(article)]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=code, env=plain, capture_output=True, text=True, check=False)

    before = run()
    assert before.returncode == 1 and "SECRET_KEY: is required" in before.stderr
    port = free_port()
    settings = {**plain, "DEBUG": "1", "SITE_URL": f"http://127.0.0.1:{port}"}
    serve = [sys.executable, "manage.py", "serve", "--demo", "--port", str(port)]
    with (tmp_path / "log").open("w") as log:
        site = subprocess.Popen(serve, cwd=code, env=settings, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_until((code / "var" / NOTE).exists, "the note of make run", 240)
    finally:
        site.send_signal(signal.SIGINT)
        site.wait(60)
    assert json.loads((code / "var" / NOTE).read_text()) == {"SITE_URL": f"http://127.0.0.1:{port}"}
    after = run()
    assert after.returncode == 0, after.stderr
    assert "new       text.md" in after.stdout
    assert f"Using the site from `make run`: http://127.0.0.1:{port}, data in var/." in after.stderr
