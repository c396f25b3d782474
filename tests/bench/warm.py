"""The cached page: compared with the bare function, as a 304, and behind nginx compared with a static file.

nginx runs with `deploy/nginx.conf`, over TLS. The file is served by the same nginx with the same headers.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.load import CONNECTIONS, Load, load
from tests.bench.pages import LEAD
from tests.bench.runs import Figures, Server, one_run, summed_up
from tests.bench.site import HEADERS, free_port, get, served, wait_for
from tests.nginx import NGINX, has_nginx, render_nginx

STATIC_SERVER = """
server {{
    listen 127.0.0.1:{port} ssl http2;
    ssl_certificate {folder}/cert.pem;
    ssl_certificate_key {folder}/key.pem;
    access_log {folder}/logs/nginx-access.log hub;
    root {folder}/static-page;
    location / {{
        types {{ }}
        default_type "text/html; charset=utf-8";
        try_files /page =404;
        {headers}
    }}
}}
"""


def measure_warm(env: dict[str, str], folder: Path, log: Path, rounds: int, seconds: int) -> dict[str, Figures]:
    """Return the figures by subject. `bare` in each is the baseline."""
    with served("config.wsgi:application", env, log) as site:
        get(site[0], LEAD)
        status, headers, body = get(site[0], LEAD)
        recorded = _record(folder / "warm", status, headers, body)
        etag = dict(headers)["ETag"]
        with served("tests.bench.bare:application", {**env, "BENCH_RECORDED": str(recorded)}, log) as bare:
            figures = {}
            for connections in CONNECTIONS:
                runs = _runs(site, bare, etag, rounds, seconds, connections)
                figures[f"kept / bare, {connections} connections"] = summed_up(runs["bare"], runs["warm"])
                figures[f"304 / kept, {connections} connections"] = summed_up(runs["warm"], runs["unchanged"])
        if has_nginx():
            with _behind_nginx(Path(env["VAR_DIR"]), site[0], headers, body) as (edge, static):
                figures["nginx: kept / static file"] = _edge_runs(edge, static, rounds, seconds)
    return figures


def _record(folder: Path, status: str, headers: list[tuple[str, str]], body: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    own = [pair for pair in headers if pair[0].lower() not in {"server", "date", "connection"}]
    (folder / "article").write_bytes(body)
    (folder / "answers.json").write_text(json.dumps({LEAD: {"status": status, "headers": own, "body": "article"}}))
    return folder


def _runs(site: Server, bare: Server, etag: str, rounds: int, seconds: int, connections: int) -> dict[str, list[Load]]:
    runs: dict[str, list[Load]] = {"bare": [], "warm": [], "unchanged": []}
    for server in (bare, site):
        load(server[0], LEAD, HEADERS, 1)
    known = {"If-None-Match": etag}
    if not get(site[0], LEAD, known)[0].startswith("304"):
        raise SystemExit("The site sends the page again to who has it.")
    for _ in range(rounds):
        runs["bare"].append(one_run(bare, LEAD, seconds, connections))
        runs["warm"].append(one_run(site, LEAD, seconds, connections))
        runs["unchanged"].append(one_run(site, LEAD, seconds, connections, known))
    return runs


def _edge_runs(edge: int, static: int, rounds: int, seconds: int) -> Figures:
    kept: list[Load] = []
    file: list[Load] = []
    for port in (static, edge):
        load(port, LEAD, HEADERS, 1, scheme="https")
    for _ in range(rounds):
        file.append(load(static, LEAD, HEADERS, seconds, scheme="https"))
        kept.append(load(edge, LEAD, HEADERS, seconds, scheme="https"))
    return summed_up(file, kept)


@contextmanager
def _behind_nginx(folder: Path, web: int, headers: list[tuple[str, str]], body: bytes) -> Iterator[tuple[int, int]]:
    """Run nginx before the site. Yields its port and that of a server that has the same page as a file."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    edge, static = free_port(), free_port()
    configuration = render_nginx(folder, edge, free_port(), web, (folder / "cert.pem", folder / "key.pem"))
    (folder / "static-page").mkdir(exist_ok=True)
    (folder / "static-page" / "page").write_bytes(body)
    nginx_s_own = {"server", "date", "connection", "content-type", "content-length", "etag", "last-modified"}
    same = "\n        ".join(
        f'add_header {name} "{value}";' for name, value in headers if name.lower() not in nginx_s_own
    )
    with (folder / "nginx" / "hub.conf").open("a") as file:
        file.write(STATIC_SERVER.format(port=static, folder=folder, headers=same))
    for mark in (folder / "page-cache" / "edge").iterdir():
        mark.unlink()  # the demo has just been loaded, and no task worker runs that would expire them
    command = [NGINX, "-c", str(configuration), "-p", str(folder), "-g", "daemon off;"]
    with subprocess.Popen(command) as process:
        try:
            wait_for(edge, process, folder / "logs" / "nginx-error.log")
            yield edge, static
        finally:
            process.terminate()
            process.wait(20)
    shutil.rmtree(folder / "nginx", ignore_errors=True)
