"""A test that fails twice fails the suite. One that passes alone is listed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UNSTABLE = """
from pathlib import Path
mark = Path(__file__).with_suffix(".mark")

def test_unstable():
    there = mark.exists()
    mark.touch()
    assert there
"""
BROKEN = "def test_broken():\n    assert False\n"
MANY = "import pytest\n\n@pytest.mark.parametrize('number', range(6))\n" + BROKEN.replace("()", "(number)")


@pytest.mark.parametrize(
    ("files", "code", "said"),
    [
        ({"test_a": UNSTABLE}, 0, "UNSTABLE, passed alone: test_a.py::test_unstable"),
        ({"test_a": UNSTABLE, "test_b": BROKEN}, 1, "UNSTABLE, passed alone: test_a.py::test_unstable"),
        ({"test_b": MANY}, 1, "6 failed"),
        ({"test_b": "def test_broken(:"}, 1, "SyntaxError"),
    ],
)
def test_what_fails_runs_once_more(files: dict[str, str], code: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text)
    done = subprocess.run(
        [
            sys.executable, "-m", "tests.twice", "-p", "no:django", "-n", "1", "--dist", "loadfile", "-q",
            str(tmp_path), "--rootdir", str(tmp_path), "-c", str(tmp_path / "pytest.ini"),
        ],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stdout
    assert ("Once more" in done.stdout) == ("test_a" in files)
