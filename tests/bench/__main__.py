"""`make bench`: the cost of a page, compared with a bare WSGI function that returns the same bytes and headers.

On each engine: a fresh database with the demo, production settings, gunicorn with two sync workers. Site and bare
function are loaded in turn for three rounds. The medians are printed: first without the page cache, then the cached
page (`warm.py`). Compare the ratios. The figures themselves depend on the server that ran it: loader and server share
its processors.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.load import CONNECTIONS, Load, load, tool
from tests.bench.pages import LEAD
from tests.bench.runs import Figures, Server, one_run, summed_up
from tests.bench.site import HEADERS, ROOT, environment, get, memory, prepare, served
from tests.bench.warm import measure_warm
from tests.engine import start_postgres

PAGES = {"article": LEAD, "list": "/insights/", "sign-up": "/newsletter/"}


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def record(port: int, folder: Path) -> dict[str, bytes]:
    """Record what the site answers, for the bare function to return. Returns the bodies by page."""
    answers, bodies = {}, {}
    for name, path in PAGES.items():
        status, headers, body = get(port, path)
        if not status.startswith("200"):
            raise SystemExit(f"{path} answers {status}")
        # gunicorn writes these itself, for both.
        own = [(key, value) for key, value in headers if key.lower() not in {"server", "date", "connection"}]
        answers[path] = {"status": status, "headers": own, "body": name}
        (folder / name).write_bytes(body)
        bodies[name] = body
    (folder / "answers.json").write_text(json.dumps(answers))
    return bodies


def same_answers(site: int, bare: int) -> None:
    """Check that both servers give the same bytes and headers (except the date). Raises SystemExit otherwise."""
    for path in PAGES.values():
        pair = [get(port, path) for port in (site, bare)]
        shown = [
            (status, sorted(pair for pair in headers if pair[0] != "Date"), body) for status, headers, body in pair
        ]
        if shown[0] != shown[1]:
            raise SystemExit(f"The bare function answers {path} differently.")


def measure(site: Server, bare: Server, rounds: int, seconds: int) -> dict[str, Figures]:
    """Return the figures of each page at each number of connections."""
    figures = {}
    for name, path in PAGES.items():
        for server in (bare, site):
            load(server[0], path, HEADERS, 1)  # warm
        for connections in CONNECTIONS:
            runs: dict[str, list[Load]] = {"bare": [], "site": []}
            for _ in range(rounds):
                runs["bare"].append(one_run(bare, path, seconds, connections))
                runs["site"].append(one_run(site, path, seconds, connections))
            figures[f"{name}, {connections} connections"] = summed_up(runs["bare"], runs["site"])
    return figures


def report(title: str, figures: dict[str, Figures], first: str = "bare", second: str = "site") -> None:
    say(f"\n### {title}\n")
    head = "answers/s | p50 ms | p99 ms | CPU ms"
    say(f"| page | {first}: {head} | {second}: {head} | ratio |")
    say("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name, both in figures.items():
        cells = [
            f"{one.per_second:.0f} | {one.p50:.2f} | {one.p99:.2f} | {one.processor:.2f}"
            for one in (both.bare, both.site)
        ]
        say(f"| {name} | {' | '.join(cells)} | {both.ratio:.3f} |")


def bench(engine: str, url: str, folder: Path, rounds: int, seconds: int) -> None:
    env = environment(folder, url)
    prepare(env)
    asked = subprocess.run(
        [sys.executable, "-m", "tests.bench.pages"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    if asked.returncode:
        raise SystemExit(asked.stderr[-3000:])
    counted = json.loads(asked.stdout)
    if counted["answers"] < 5:
        raise SystemExit(f"The lead has {counted['answers']} approved answers; the measurement wants five.")
    log = folder / "gunicorn.log"
    cold = {**env, "PAGE_CACHE": "0"}
    with served("config.wsgi:application", cold, log) as site:
        bodies = record(site[0], folder)
        with served("tests.bench.bare:application", {**env, "BENCH_RECORDED": str(folder)}, log) as bare:
            same_answers(site[0], bare[0])
            figures = measure(site, bare, rounds, seconds)
        workers = memory(site[1])
    report(f"{engine}, rendered each time", figures)
    say(f"\nThe lead bears its cover and {counted['answers']} approved answers.")
    if workers:
        resident = ", ".join(f"{rss:.0f}" for rss, _ in workers)
        shared = sum(pss for _, pss in workers)
        say(f"Memory after the load: {resident} MB resident in each worker, {shared:.0f} MB in all by share.")
    say("\n| page | SQL queries |\n|---|---:|")
    for path, statements in counted["queries"].items():
        say(f"| `{path}` | {len(statements)} |")
    say("\n| page | HTML and CSS, bytes | on the wire (gzip 6) |\n|---|---:|---:|")
    for name, body in bodies.items():
        say(f"| {name} | {len(body):,} | {len(gzip.compress(body, 6)):,} |")
    report(f"{engine}, kept", measure_warm(env, folder, log, rounds, seconds), "yardstick", "kept page")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], help="only this one")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3, help="of load for each page, server and round")
    options = parser.parse_args()
    import django

    say(
        f"Python {platform.python_version()}, Django {django.__version__}, {os.cpu_count()} processors; "
        f"2 sync workers under config/gunicorn.py; load by {tool()}, {options.seconds} s, "
        f"medians of {options.rounds} rounds."
    )
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        for engine in [options.engine] if options.engine else ["sqlite", "postgres"]:
            folder = Path(name) / engine
            folder.mkdir(mode=0o700)
            url = f"sqlite:///{folder}/hub.sqlite3" if engine == "sqlite" else start_postgres(folder)
            bench({"sqlite": "SQLite", "postgres": "PostgreSQL"}[engine], url, folder, options.rounds, options.seconds)


if __name__ == "__main__":
    main()
