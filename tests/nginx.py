"""nginx with the project's own `deploy/nginx.conf`, its example names replaced by those of a test."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NGINX = os.environ.get("NGINX") or shutil.which("nginx") or "/usr/sbin/nginx"


def has_nginx() -> bool:
    return os.access(NGINX, os.X_OK)


def render_nginx(folder: Path, https: int, http: int, web: int, certificate: tuple[Path, Path]) -> Path:
    """Write a main configuration around `deploy/nginx.conf` into `folder`; returns its path.

    Ports: `https` and `http` are nginx's own, `web` is gunicorn's.
    """
    (folder / "logs").mkdir(exist_ok=True)
    (folder / "nginx").mkdir(exist_ok=True)
    edge = (ROOT / "deploy" / "nginx.conf").read_text()
    for example, real in {
        "listen 80 default_server": f"listen 127.0.0.1:{http} default_server",
        "listen 443 ssl http2 default_server": f"listen 127.0.0.1:{https} ssl http2 default_server",
        "https://hub.example.com$request_uri": f"https://localhost:{https}$request_uri",
        "hub.example.com": "localhost",
        "127.0.0.1:8000": f"127.0.0.1:{web}",
        "/etc/ssl/hub/cert.pem": str(certificate[0]),
        "/etc/ssl/hub/key.pem": str(certificate[1]),
        "/srv/hub/var": str(folder),
        "/dev/shm/hub-nginx": str(_cache_for(folder)),
        "/srv/hub/deploy": str(ROOT / "deploy"),
        "/var/log/nginx/hub-access.log": str(folder / "logs" / "nginx-access.log"),
        "/var/log/nginx/hub-error.log": str(folder / "logs" / "nginx-error.log"),
    }.items():
        assert example in edge, f"deploy/nginx.conf no longer says {example}"
        edge = edge.replace(example, real)
    (folder / "nginx" / "hub.conf").write_text(edge)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"    {kind}_temp_path {folder}/nginx/{kind};" for kind in kinds)
    main = folder / "nginx" / "main.conf"
    user = "user root;\n" if os.geteuid() == 0 else ""  # a test's folders belong to its owner alone
    main.write_text(
        f"{user}worker_processes 1;\npid {folder}/nginx/nginx.pid;\nerror_log stderr crit;\n"
        "events { worker_connections 1024; }\n"
        f"http {{\n    include mime.types;\n{temporary}\n    include {folder}/nginx/hub.conf;\n}}\n"
    )
    shutil.copy(_mime_types(), folder / "nginx" / "mime.types")
    return main


def _cache_for(folder: Path) -> Path:
    """Return a folder of its own for each, in memory where possible, removed with this process."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        return folder / "nginx" / "cache"
    cache = Path(tempfile.mkdtemp(prefix="hub-nginx-", dir=memory))
    atexit.register(shutil.rmtree, cache, ignore_errors=True)
    return cache


def _mime_types() -> Path:
    places = ("/etc/nginx/mime.types", "/opt/homebrew/etc/nginx/mime.types", "/usr/local/etc/nginx/mime.types")
    return next(Path(place) for place in places if Path(place).exists())
