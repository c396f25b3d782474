"""Retries of a request to a busy database, as its answer asks for."""

from __future__ import annotations

from collections.abc import Callable

from tests.site import Answer

TIMES = 5


def status_once_taken(send: Callable[[], Answer]) -> int:
    """Return the status of the first answer that is no 503.

    On a slow server a crowd's last writer may have waited for its two seconds. Such an answer stored nothing and has a
    Retry-After. A client that sends the form again is counted once.
    """
    for _ in range(TIMES):
        answer = send()
        if answer.status != 503:
            break
        assert int(answer.headers["Retry-After"]) > 0
    return answer.status
