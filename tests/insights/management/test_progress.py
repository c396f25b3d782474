"""The progress bar of long work: on a terminal only."""

import io

from insights.management.progress import bar, track


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_sees_the_bar_and_is_left_clean():
    terminal = Terminal()
    assert list(track(range(3), "Articles", stream=terminal)) == [0, 1, 2]
    assert "Articles ░" in terminal.getvalue()
    assert "0/3" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_pipe_sees_nothing():
    pipe = io.StringIO()
    assert list(track(iter("ab"), "Articles", stream=pipe)) == ["a", "b"]
    assert pipe.getvalue() == ""


def test_the_bar_fills():
    assert bar("A", 15, 30) == f"A {'█' * 15}{'░' * 15} 15/30"
    assert bar("A", 7, None) == "A 7"


def test_an_error_in_the_middle_leaves_no_bar_behind():
    terminal = Terminal()
    try:
        for _ in track(range(3), "Articles", stream=terminal):
            raise RuntimeError
    except RuntimeError:
        pass
    assert terminal.getvalue().endswith("\r\x1b[K")
