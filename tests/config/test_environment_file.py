"""`.env.example` as read by a shell (see the README) and by systemd's EnvironmentFile: with the same result."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / ".env.example").read_text()
FILLED = {
    "as it is": {},
    "a dollar and an ampersand": {"EMAIL_URL": "smtp://me:pa$HOME&co;`id`$(id)@mail.example.com:587?tls=off"},
    "blanks, quotes and backslashes": {"MAIL_FROM": '"Hub, weekly" \\o/ #1 <weekly@hub.example.com>'},
}


def sourced(file: Path) -> dict[str, str]:
    """Return the variables that `set -a; . FILE; set +a` gives to the programs after it."""
    script = 'set -e; set -a; . "$0"; set +a; exec env -0'
    found = subprocess.run(
        ["/bin/sh", "-c", script, str(file)], env={"PATH": os.environ["PATH"]}, capture_output=True, check=True
    )
    assert not found.stderr
    pairs = [entry.partition("=") for entry in found.stdout.decode().split("\0") if entry]
    return {name: value for name, _, value in pairs if name not in {"PATH", "PWD", "_", "OLDPWD", "SHLVL"}}


def read_by_systemd(file: Path) -> dict[str, str]:
    """Return the variables as systemd.exec(5) describes it: no expansion, and quotes around any part are removed."""
    found = {}
    for line in file.read_text().splitlines():
        if line.strip() and not line.startswith(("#", ";")):
            name, _, text = line.partition("=")
            found[name] = re.sub(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"|\\(.)", _unquoted, text.strip())
    return found


def _unquoted(match: re.Match[str]) -> str:
    literal, quoted, escaped = match.groups()
    return literal if literal is not None else re.sub(r"\\([\"\\`$])", r"\1", quoted) if quoted is not None else escaped


@pytest.mark.parametrize("kind", FILLED)
def test_shell_and_systemd_read_the_example_alike(tmp_path, kind):
    """Fault F4: every variable arrives, also with values that a shell would split."""
    file, text = tmp_path / "hub.env", EXAMPLE
    for name, value in FILLED[kind].items():
        line = re.compile(rf"^{name}='.*'$", re.MULTILINE)
        assert line.search(text), name
        text = line.sub(lambda _, name=name, value=value: f"{name}='{value}'", text)
    file.write_text(text)
    found = sourced(file)
    assert found == read_by_systemd(file)
    assert set(found) == set(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE))
    assert found["MAIL_FROM"] == FILLED[kind].get("MAIL_FROM", "AI Scope Weekly <weekly@hub.example.com>")
    assert found["EMAIL_URL"] == FILLED[kind].get("EMAIL_URL", "smtp://user:password@mail.example.com:587")


def test_what_the_example_offers_as_a_comment_can_be_switched_on(tmp_path):
    """Fault F4: a line without its # is read as well."""
    file = tmp_path / "hub.env"
    file.write_text(re.sub(r"^# ([A-Z_]+=)", r"\1", EXAMPLE, flags=re.MULTILINE))
    found = sourced(file)
    assert found == read_by_systemd(file)
    assert {"CACHE_URL", "STORAGE_URL", "HSTS_PRELOAD"} <= set(found)


def test_the_site_starts_with_the_example(tmp_path):
    """Fault F4: filled in as described, it is a valid environment."""
    file = tmp_path / "hub.env"
    filled = EXAMPLE.replace("SECRET_KEY=''", f"SECRET_KEY='{'abcdefghij$klmno' * 4}'").replace(
        "/srv/hub/var", str(tmp_path)
    )
    file.write_text(filled)
    command = (
        'set -a; . "$0"; set +a; exec "$1" -c "import config.settings as s; print(s.MAILERS, s.DEBUG, s.SITE_URL)"'
    )
    python = sys.executable
    found = subprocess.run(
        ["/bin/sh", "-c", command, str(file), python],
        env={"PATH": os.environ["PATH"]}, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert "mail.example.com" in found.stdout
    assert "False https://hub.example.com" in found.stdout
