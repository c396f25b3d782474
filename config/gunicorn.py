"""Settings of gunicorn: `python -m gunicorn -c config/gunicorn.py`."""

import gc
import os
from typing import Any

from config import settings
from config.recycling import Recycling

wsgi_app = "config.wsgi:application"
bind = "127.0.0.1:8000"
# Sync workers: nginx handles slow clients and keep-alive connections. THREADS above 1 makes them threaded.
workers = settings.WORKERS
threads = settings.THREADS
# Loaded before the fork, so workers share its memory. Pools and SQLite handles must not be opened by then.
preload_app = not settings.DEBUG  # a worker that `serve` reloads must load the changed code itself
proc_name = "ai-scope-hub"

timeout = 60
graceful_timeout = 30
keepalive = 5
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 (a heartbeat never waits for a disk)
control_socket_disable = True

limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 8190
# config.middleware.proxies decides which forwarding headers count.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}

# No client IP address, token or query string: config.logs.access_log removes them.
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(B)s %(M)sms"
logger_class = "config.logs.access_log.RedactingLogger"

_recycling = Recycling(settings.WORKER_MEMORY * 1_000_000)


def when_ready(server: Any) -> None:
    """Exclude everything loaded so far from garbage collection, before the first fork."""
    gc.collect()
    gc.freeze()


def post_request(worker: Any, request: Any, environ: Any, response: Any) -> None:
    _recycling.check(worker)
