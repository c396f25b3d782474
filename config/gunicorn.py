"""How gunicorn runs the site: `python -m gunicorn -c config/gunicorn.py`.

Sync workers behind nginx, which holds slow clients and keep-alive connections away from them; `THREADS` above 1 makes
them threaded. The application is loaded once, before the workers are forked: they share its memory. This file reads the
settings, so a start with a wrong one ends at once with its one line. No connection is opened before the fork (pools and
SQLite handles must not be shared). Nobody's forwarding headers are believed here: `config.middleware.proxies` decides
that for the whole site.
"""

import gc
import os
from typing import Any

from config import settings
from config.recycling import Recycling

wsgi_app = "config.wsgi:application"
bind = "127.0.0.1:8000"
workers = settings.WORKERS
threads = settings.THREADS
preload_app = not settings.DEBUG  # a worker that `serve` reloads has to load what was changed by itself
proc_name = "ai-scope-hub"

timeout = 60
graceful_timeout = 30
keepalive = 5
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 (a heartbeat never waits for a disk)
control_socket_disable = True

limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 8190
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}

# Neither the client's address nor a token nor a query: config.logs.access_log cuts them out.
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(B)s %(M)sms"
logger_class = "config.logs.access_log.QuietLogger"

_recycling = Recycling(settings.WORKER_MEMORY * 1_000_000)


def when_ready(server: Any) -> None:
    """Called before the first fork: what is loaded stays, and the garbage collector skips it."""
    gc.collect()
    gc.freeze()


def post_request(worker: Any, request: Any, environ: Any, response: Any) -> None:
    _recycling.check(worker)
