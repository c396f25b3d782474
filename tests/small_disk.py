"""A disk of a few megabytes that a test can fill, free and make read-only.

It is a tmpfs. As root a test mounts it itself. Everyone else may mount one in a namespace of their own. There the test
runs in a second pytest under `unshare --user --map-root-user --mount`, so it is never skipped.

`small_disk`: a fixture. `small_disk(megabytes)` mounts a disk and returns it, unmounted at the test's end.

`on_a_small_disk`: the decorator of every test that uses it.
"""

from __future__ import annotations

import errno
import functools
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


class SmallDisk:
    """A mounted folder, `path`. A test requests it before the site that writes there, so the site ends first."""

    def __init__(self, megabytes: int) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="small-disk-"))
        self._fill = self.path / "filled-by-a-test"
        _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(self.path))

    def fill(self) -> None:
        """Leave no free byte."""
        with self._fill.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError as error:
                    assert error.errno == errno.ENOSPC
        assert self.free_bytes() == 0

    def free(self) -> None:
        self._fill.unlink()

    def free_bytes(self) -> int:
        return os.statvfs(self.path).f_bavail * os.statvfs(self.path).f_frsize

    @contextmanager
    def full(self) -> Iterator[None]:
        self.fill()
        try:
            yield
        finally:
            self.free()

    @contextmanager
    def read_only(self, folder: Path, *, but: Path | None = None) -> Iterator[None]:
        """Make all below `folder` read-only (but not `but`, which is empty), as after a disk error.

        Files opened later see a read-only file system. Files that are open already stay writable.
        """
        _run("mount", "--bind", str(folder), str(folder))
        _run("mount", "-o", "remount,bind,ro", str(folder))
        if but is not None:
            _run("mount", "-t", "tmpfs", "none", str(but))
        try:
            yield
        finally:
            if but is not None:
                _run("umount", "--lazy", str(but))
            _run("umount", "--lazy", str(folder))

    def unmount(self) -> None:
        _run("umount", "--lazy", str(self.path))
        self.path.rmdir()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"


@pytest.fixture
def small_disk() -> Iterator[Callable[[int], SmallDisk]]:
    mounted: list[SmallDisk] = []

    def mount(megabytes: int) -> SmallDisk:
        mounted.append(SmallDisk(megabytes))
        return mounted[-1]

    yield mount
    for disk in mounted:
        disk.unmount()


def on_a_small_disk[Test: Callable[..., Any]](test: Test) -> Test:
    """Run a test that uses `small_disk` where it may mount one."""

    @functools.wraps(test)
    def elsewhere(*arguments: Any, **fixtures: Any) -> None:
        if os.geteuid() == 0:
            test(*arguments, **fixtures)
        else:
            _run_inside(os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0])

    return elsewhere  # type: ignore[return-value]


def _run_inside(test: str) -> None:
    engine = ["--engine=postgres"] if os.environ["DATABASE_URL"].startswith("postgres") else []
    env = {**os.environ, "TEST_DATABASE_URL": os.environ["DATABASE_URL"]} if engine else {**os.environ}
    command = ["unshare", "--user", "--map-root-user", "--mount", sys.executable, "-m", "pytest", *engine]
    done = subprocess.run(
        [*command, "-q", "-p", "no:cacheprovider", test], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
