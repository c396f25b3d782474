#!/usr/bin/env python
"""Django's command line for AI Scope Hub."""

import importlib.util
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def main() -> None:
    if sys.version_info < (3, 12):  # noqa: UP036 (a clear message before Django fails with a traceback)
        sys.exit("AI Scope Hub needs Python 3.12 or newer; this is " + sys.version.split()[0] + ".")
    python = ROOT / ".venv" / "bin" / "python"
    if importlib.util.find_spec("django") is None and python.exists() and Path(sys.prefix) != python.parents[1]:
        os.execv(python, [str(python), *sys.argv])  # noqa: S606 (the environment that `make run` made)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line
    from django.db import Error, connection

    try:
        execute_from_command_line(sys.argv)
    except Error:
        try:
            connection.close()
            connection.ensure_connection()
        except Error as error:
            sys.exit("The database does not answer: " + " ".join(str(error).split()))
        raise


if __name__ == "__main__":
    main()
