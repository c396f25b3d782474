"""Syntax highlighting at save: a short list of languages, within limits of size and time.

Many patterns of Pygments take quadratic time, and a match cannot be interrupted. We offer only languages whose lexers
stay fast on hostile text (`tests/test_small_input.py` measures each), and check the clock between tokens.
"""

from __future__ import annotations

import functools
import re
import time
from dataclasses import dataclass
from html import escape

from pygments import format as formatted
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name

# Lexer by the names and aliases after a fence, in lower case.
LANGUAGES = {
    **dict.fromkeys(("python", "py", "python3", "py3"), "python"),
    **dict.fromkeys(("bash", "sh", "shell", "zsh"), "bash"),
    **dict.fromkeys(("console", "shell-session"), "console"),
    **dict.fromkeys(("javascript", "js"), "javascript"),
    **dict.fromkeys(("typescript", "ts"), "typescript"),
    **dict.fromkeys(("yaml", "yml"), "yaml"),
    **dict.fromkeys(("markdown", "md"), "markdown"),
    **dict.fromkeys(("docker", "dockerfile"), "docker"),
    **dict.fromkeys(("diff", "udiff"), "diff"),
    **dict.fromkeys(("ini", "cfg"), "ini"),
    **dict.fromkeys(("cpp", "c++"), "cpp"),
    **dict.fromkeys(("go", "golang"), "go"),
    **dict.fromkeys(("rust", "rs"), "rust"),
    **{name: name for name in ("c", "css", "html", "java", "json", "pycon", "sql", "toml", "xml")},
}
MAX_CHARACTERS = 10_000  # of one fence
# These lexers return tokens only at the end of a session, too late for the clock.
MAX_CHARACTERS_OF = dict.fromkeys(("console", "pycon"), MAX_CHARACTERS // 2)
MAX_SECONDS = 0.2  # CPU, of one fence
MAX_SECONDS_OF_ALL = 0.3  # CPU, of all fences of a text
MAX_RUN = 200  # of one character, or of white space: patterns try to match these again from each place
MAX_LINE = 500  # characters; most patterns end with their line

_UNEVEN = re.compile(rf"\s{{{MAX_RUN}}}|(\S)\1{{{MAX_RUN}}}|[^\n]{{{MAX_LINE}}}")
_FORMATTER = HtmlFormatter(nowrap=True)


@dataclass(slots=True)
class Highlighter:
    left: float = MAX_SECONDS_OF_ALL  # one instance per text

    def html(self, code: str, language: str) -> str:
        """Return code as spans with Pygments' short classes, or as plain text beyond a limit."""
        name = LANGUAGES.get(language.lower())
        if name is None or self.left <= 0 or len(code) > most_characters(name) or _UNEVEN.search(code):
            return escape(code)
        lexer = _lexer(name)  # the import of a lexer does not count
        start = time.thread_time()
        try:
            return _colored(code, lexer, start + min(MAX_SECONDS, self.left))
        except TimeoutError:
            return escape(code)
        finally:
            self.left -= time.thread_time() - start


def most_characters(name: str) -> int:
    return MAX_CHARACTERS_OF.get(name, MAX_CHARACTERS)


@functools.cache
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name, stripnl=False)


def _colored(code: str, lexer: Lexer, end: float) -> str:
    """Return highlighted code. Raise TimeoutError if the thread's CPU time reaches `end`."""
    tokens = []
    for token in lexer.get_tokens(code):
        tokens.append(token)
        if not len(tokens) % 16 and time.thread_time() > end:
            raise TimeoutError
    return formatted(tokens, _FORMATTER)
