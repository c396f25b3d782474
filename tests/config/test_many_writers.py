"""Twenty processes write and fifty threads read at once (D01)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.databases import fresh_database

ROOT = Path(__file__).resolve().parents[2]


def test_twenty_writers_lose_nothing(tmp_path: Path) -> None:
    """D01: 20 writers + 50 readers on the shipped settings → 0 errors, no lost increment."""
    environment = {
        **os.environ,
        "DATABASE_URL": fresh_database(tmp_path),
        "VAR_DIR": str(tmp_path),
        "THREADS": "10",  # of a reader's process; its pool follows
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.config.writers"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["errors"] == []
    assert result["views"] == result["rows"] == result["expected"] == 500
    assert result["reads"] > 0
