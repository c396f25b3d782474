"""The baseline: a WSGI function that returns what the site returned, byte for byte, and does nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_folder = Path(os.environ["BENCH_RECORDED"])
_answers: dict[str, tuple[str, list[tuple[str, str]], list[bytes]]] = {}
for _path, _answer in json.loads((_folder / "answers.json").read_text()).items():
    _headers = [(name, value) for name, value in _answer["headers"]]
    _answers[_path] = (_answer["status"], _headers, [(_folder / _answer["body"]).read_bytes()])


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    status, headers, body = _answers[environ["PATH_INFO"]]
    start_response(status, headers)
    return body
