"""Invalid settings stop the start with one line that names the variable (D15)."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PRODUCTION = {
    "DEBUG": "0",
    "SITE_URL": "https://hub.example.com",
    "ALLOWED_HOSTS": "hub.example.com",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "MAIL_FROM": "AI Scope Weekly <weekly@hub.example.com>",
}

WRONG = [
    # the named variable, and its invalid values
    ("DEBUG", {"DEBUG": "perhaps"}),
    ("DEBUG", {"DEBUG": "1"}),
    ("DEBUG", {"DEBUG": "1", "SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": "127.0.0.1,hub.example.com"}),
    ("SECRET_KEY", {"SECRET_KEY": ""}),
    ("SECRET_KEY", {"SECRET_KEY": "short"}),
    ("SECRET_KEY", {"SECRET_KEY": "a" * 60}),
    ("SECRET_KEY", {"SECRET_KEY": "django-insecure-0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": ""}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": " , "}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "*"}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "https://hub.example.com"}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "other.example.com"}),
    ("SITE_URL", {"SITE_URL": "http://hub.example.com"}),
    ("SITE_URL", {"SITE_URL": "hub.example.com"}),
    ("SITE_URL", {"SITE_URL": "https://hub.example.com/path"}),
    ("SITE_URL", {"SITE_URL": "https://hub.example.com:port"}),
    ("SITE_URL", {"SITE_URL": "https://somebody@hub.example.com#home"}),
    ("DATABASE_URL", {"DATABASE_URL": "mysql://somewhere/hub"}),
    ("DATABASE_URL", {"DATABASE_URL": "postgres://somewhere:port/hub"}),
    ("DATABASE_URL", {"DATABASE_URL": "postgres://somewhere/"}),
    ("DATABASE_URL", {"DATABASE_URL": "sqlite:////dev/null/hub.sqlite3"}),
    ("CACHE_URL", {"CACHE_URL": "memcached://somewhere"}),
    ("EMAIL_URL", {"EMAIL_URL": ""}),
    ("EMAIL_URL", {"EMAIL_URL": "mail.example.com"}),
    ("EMAIL_URL", {"EMAIL_URL": "smtp://mail.example.com:port"}),
    ("EMAIL_URL", {"EMAIL_URL": "smtp://mail.example.com?tls=sometimes"}),
    ("EMAIL_URL", {"EMAIL_URL": "pigeon://key"}),
    # E7: a count and seconds, nothing else.
    *(
        ("CONFIRMATION_CEILING", {"CONFIRMATION_CEILING": value})
        for value in ("200", "200/", "/300", "0/300", "200/0", "-1/300", "200/5m", "2/3/4", "2/86401", "²/300", "1e3/9")
    ),
    ("MAIL_FROM", {"MAIL_FROM": ""}),
    ("MAIL_FROM", {"MAIL_FROM": "AI Scope Weekly"}),
    ("MEDIA_ROOT", {"MEDIA_ROOT": "/dev/null/media"}),
    ("VAR_DIR", {"VAR_DIR": "/dev/null/var"}),
    ("STORAGE_URL", {"STORAGE_URL": "ftp://somewhere"}),
    ("STORAGE_URL", {"STORAGE_URL": "s3://"}),
    ("TRUSTED_PROXIES", {"TRUSTED_PROXIES": "nginx"}),
    ("TRUSTED_PROXIES", {"TRUSTED_PROXIES": "0.0.0.0/0"}),
    ("HSTS_SUBDOMAINS", {"HSTS_SUBDOMAINS": "always"}),
    ("HSTS_PRELOAD", {"HSTS_PRELOAD": "2"}),
    ("THREADS", {"THREADS": "none"}),
    ("WORKERS", {"WORKERS": "0"}),
]


def start(variables: dict[str, str], folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a production environment that differs by `variables`. An empty command reads the settings."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), **PRODUCTION, **variables}
    return subprocess.run(
        [sys.executable, *(command or ("-c", "import config.settings"))],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_production_environment_of_these_tests_is_right(tmp_path: Path) -> None:
    started = start({}, tmp_path)
    assert (started.returncode, started.stderr) == (0, "")


@pytest.mark.parametrize(("name", "variables"), WRONG, ids=lambda value: str(value)[:60])
def test_a_wrong_value_is_refused_in_one_line(name: str, variables: dict[str, str], tmp_path: Path) -> None:
    """D15: DEBUG on a public host, default SECRET_KEY, empty ALLOWED_HOSTS, http site URL."""
    started = start(variables, tmp_path)
    assert started.returncode != 0
    lines = started.stderr.strip().splitlines()
    assert len(lines) == 1, started.stderr
    assert lines[0].startswith(f"{name}: ")


@pytest.mark.parametrize(
    "command",
    [
        ("manage.py", "check"),
        ("manage.py", "worker", "--once"),
        ("-m", "gunicorn", "-c", "config/gunicorn.py", "--bind", "127.0.0.1:0"),
    ],
    ids=["manage", "worker", "gunicorn"],
)
def test_whatever_starts_the_site_stops_with_that_line(command: tuple[str, ...], tmp_path: Path) -> None:
    """D15: the same for commands, the worker and the web server."""
    started = start({"SECRET_KEY": "changeme"}, tmp_path, *command)
    assert started.returncode != 0
    assert started.stderr.strip().startswith("SECRET_KEY: is too easy to guess")
    assert len(started.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("choice", [{}, {"HSTS_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"}], ids=["default", "all of HSTS"])
def test_djangos_deployment_check_finds_nothing(choice: dict[str, str], tmp_path: Path) -> None:
    """D15: `check --deploy --fail-level WARNING` is clean. The operator chooses W005 and W021."""
    started = start(choice, tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert started.returncode == 0, started.stderr
    silenced = 1 if choice else 3
    assert f"no issues ({silenced} silenced)" in started.stdout + started.stderr


def test_debug_makes_a_secret_key_once_and_keeps_it(tmp_path: Path) -> None:
    variables = {"DEBUG": "1", "SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": "127.0.0.1", "SECRET_KEY": ""}
    say = ("-c", "from config.settings import SECRET_KEY; print(SECRET_KEY)")
    first, second = (start(variables, tmp_path, *say) for _ in range(2))
    assert first.stdout == second.stdout
    assert len(first.stdout.strip()) > 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_processes_that_start_at_once_have_one_secret_key(tmp_path: Path) -> None:
    variables = {"DEBUG": "1", "SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": "127.0.0.1", "SECRET_KEY": ""}
    say = ("-c", "from config.settings import SECRET_KEY; print(SECRET_KEY)")
    with ThreadPoolExecutor(6) as pool:
        keys = {started.stdout for started in pool.map(lambda _: start(variables, tmp_path, *say), range(6))}
    assert keys == {(tmp_path / "secret-key").read_text() + "\n"}
    assert list(tmp_path.glob("*.part")) == []


def test_ports_and_hosts_of_this_machine_may_have_debug(tmp_path: Path) -> None:
    hosts = "localhost,127.0.0.1,[::1],hub.localhost"
    assert start({"DEBUG": "1", "SITE_URL": "http://hub.localhost:8001", "ALLOWED_HOSTS": hosts}, tmp_path).stderr == ""
