"""Markdown escaping: a character that would be markup gets a backslash."""

from __future__ import annotations

import re

_ENTITY = r"&(?=#\w{1,8};|[A-Za-z]\w{0,31};)"
_SIGN = rf"[*_`\[]|~(?=~)|(?<=~)~|\\(?=[!-/:-@\[-`{{-~]|\Z)|{_ENTITY}|<(?=[A-Za-z/!?][^<>]*"
_SIGNS, _LAST_SIGNS = re.compile(_SIGN + r"(?:>|\Z))"), re.compile(_SIGN + ">)")
_AT_THE_START = re.compile(
    r"(?P<before>)(?P<sign>#)(?=#{0,5}(?:\s|\Z))"
    r"|(?P<before2>)(?P<sign2>>)"
    r"|(?P<before3>)(?P<sign3>[-+])(?=\s|\Z)"
    r"|(?P<before4>\d{1,9})(?P<sign4>[.)])(?=\s|\Z)"
    r"|(?P<before5>)(?P<sign5>[-=|:])(?=[-=|: ]*\Z)"  # heading underline or table divider
)
_AT_THE_END = re.compile(r"(?<=\s)#(?=#*\Z)|\A#(?=#*\Z)")


def escape_markdown(
    text: str, *, in_link: bool = False, before_link: bool = False, beside_marks: bool = False, is_last: bool = False
) -> str:
    """Escape the text of one line.

    `in_link`: it is link text. `before_link`: a link follows. `beside_marks`: struck text may touch it.
    `is_last`: nothing follows that could close a tag.
    """
    text = (_LAST_SIGNS if is_last else _SIGNS).sub(r"\\\g<0>", text)
    if in_link:
        text = text.replace("]", r"\]")
    if before_link and text.endswith("!"):
        text = text[:-1] + r"\!"
    if beside_marks:
        text = re.sub(r"\A~|(?<!\\)~\Z", r"\\~", text)
    return text


def escaped_start(line: str) -> str:
    """Escape the start of a line that would begin a list, heading, quote, table or rule."""
    found = _AT_THE_START.match(line)
    if not found:
        return line
    before = next(part for name, part in found.groupdict().items() if name.startswith("before") and part is not None)
    return f"{before}\\{line[len(before) :]}"


def escaped_end(line: str) -> str:
    """Escape a heading's closing `#`, which Markdown would drop."""
    return _AT_THE_END.sub(r"\\#", line, count=1)


def escaped_url(url: str) -> str:
    url = re.sub(r"\s", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), url)
    for sign in '<>\\`"':
        url = url.replace(sign, f"%{ord(sign):02X}")
    url = re.sub(_ENTITY, r"\\&", url)
    return url if _is_balanced(url) else f"<{url}>"


def _is_balanced(url: str) -> bool:
    depth = 0
    for sign in re.findall(r"[()]", url):
        depth += 1 if sign == "(" else -1
        if not 0 <= depth <= 20:
            return False
    return depth == 0
