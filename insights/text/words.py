"""Terms of a text, for search, the marks in its results, and keywords of next steps.

We fold and stem in Python, because the engines' own `porter` and `english` differ in accents, stems and stop words. The
English stemmer leaves "gpus" and cuts "aws" to "aw". So plurals are also found by case (LLMs, H100s) and by spelling
(gpus). Increase RULES if the same text gives other terms: `migrate` then renews the index entries.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

from insights.text.transliteration import INVISIBLE, PLAIN_LETTERS

RULES = "2"
MAX_TERM = 40  # characters; longer terms are cut

# Scripts in which each sign is a term of its own: kana, Han and Hangul (whose words end in particles).
_SIGN = (
    "\u3005-\u3007\u3040-\u3096\u309d-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    "\uf900-\ufaff\uff66-\uff9d\U00020000-\U000323af"
)
_VOICED = "\u3099\u309a\uff9e\uff9f"
_JAMO = "[\u1100-\u115e][\u1161-\u11a7][\u11a8-\u11ff]?"  # a Hangul syllable that was typed or stored in parts
_APOSTROPHE = "'’‘ʼ＇´"
_LETTER = rf"[^\W_{_SIGN}{_VOICED}\u1100-\u11ff]"
_WORD = re.compile(
    rf"[{_SIGN}][{_VOICED}]*|{_JAMO}"
    rf"|[A-Za-zＡ-Ｚａ-ｚ](?:[+＋]{{2}}|[#＃♯])(?![+#])"  # C++, C#, F#
    rf"|\.[Nn][Ee][Tt](?!{_LETTER})"
    rf"|{_LETTER}(?:{_LETTER}|[\u0300-\u036f]|[{_APOSTROPHE}](?=[^\W\d_])|[{INVISIBLE}]+(?={_LETTER}))*"
)
_POSSESSIVE = re.compile(rf"[{_APOSTROPHE}][sS]$")
_HIDDEN = re.compile(f"[{INVISIBLE}]")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")

# Words that end in s and look like a plural, but are none.
_NO_PLURALS = frozenset(
    [
        "alias",
        "btrfs",
        "canvas",
        "cmos",
        "dbms",
        "ddos",
        "ftps",
        "hdfs",
        "https",
        "k8s",
        "lens",
        "ntfs",
        "onus",
        "opus",
        "plus",
        "rdbms",
        "rtos",
        "smtps",
        "this",
        "thus",
    ]
)
# Plurals that neither spelling nor stemmer shows: of two characters, of words in -u, in -ses.
_PLURALS = {
    **{
        word: word[:-1]
        for word in [
            "ads",
            "ais",
            "cds",
            "dbs",
            "egpus",
            "gurus",
            "haikus",
            "ids",
            "igpus",
            "ips",
            "menus",
            "pcs",
            "prs",
            "tvs",
            "uis",
            "vms",
        ]
    },
    "buses": "bus",
    "gases": "gas",
}
_ACRONYMS = re.compile(r"(?=.{4})(?:[^aeiouy]+[aeiou]?|[aeiou][^aeiouy]u)(?<!s)s")
_NUMBERED = re.compile(r"[a-z].*[0-9]s")

_stemmer = snowballstemmer.stemmer("english")

# Words that are ignored beside others; in quotation marks they count.
STOP_WORDS = frozenset(
    re.findall(
        "[a-z]+",
        "a about an and are as at be but by can do does for from has have how i if in into is it its not of on or our"
        " so than that the their there they this to was we what when where which who whose why will with you your",
    )
)


class Spotted(NamedTuple):
    term: str
    start: int
    end: int
    other: str = ""  # the term in lower case, if that is another one


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """Return a word in lower case, without accents, possessive and the plural of an acronym; may be empty."""
    return _plain(_singular(_HIDDEN.sub("", word)))


@lru_cache(maxsize=100_000)
def term_of(word: str) -> str:
    """Return the index term of a word: its folded stem, as hex code if it is not ASCII."""
    return _stem(fold(word))


def words_in(text: str) -> list[str]:
    return _WORD.findall(text)


def terms_in(text: str) -> list[str]:
    return [term for word in _WORD.findall(text) if (term := term_of(word))]


def spot(text: str) -> Iterator[Spotted]:
    """Yield the terms of a text with their places."""
    for match in _WORD.finditer(text):
        term, other = _reading(match.group())
        if term:
            yield Spotted(term, match.start(), match.end(), other)


def other_terms_in(text: str) -> list[str]:
    """Return the terms by which a cased plural such as DMs is found as "dms", each once."""
    return list(dict.fromkeys(other for word in _WORD.findall(text) if (other := _reading(word)[1])))


@lru_cache(maxsize=100_000)
def _reading(word: str) -> tuple[str, str]:
    term = term_of(word)
    lower = term_of(word.lower()) if word[-1:] == "s" else term
    return term, lower if lower != term else ""


def _singular(word: str) -> str:
    """Return a word without 's, and without the s of a plural that its case shows: LLMs, PhDs, H100s."""
    if word[0] == ".":
        return "dotnet"
    if len(word) > 1 and word[-1] in "+＋#＃♯":
        return unicodedata.normalize("NFKC", word[0]) + ("plusplus" if word[-1] in "+＋" else "sharp")
    word = _POSSESSIVE.sub("", word) or word
    narrow = unicodedata.normalize("NFKC", word)
    is_cased = len(narrow) > 2 and narrow[-1] == "s" and narrow[-2].isupper()
    return narrow[:-1] if is_cased else word


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold().translate(PLAIN_LETTERS))
    kept = "".join(sign for sign in decomposed if not unicodedata.combining(sign) or sign in _VOICED)
    # Composed again, so that the voiced marks of kana stay with them: ハ is not バ.
    return _NOT_ALPHANUMERIC.sub("", unicodedata.normalize("NFC", kept))[:MAX_TERM]


def _stem(folded: str) -> str:
    if not folded.isascii():
        return f"u{folded.encode().hex()}"[:MAX_TERM]
    if folded in _PLURALS:
        return _PLURALS[folded]
    if folded in _NO_PLURALS or (len(folded) < 4 and folded.endswith("s")):
        return folded
    if not folded.isalpha():
        return folded[:-1] if _NUMBERED.fullmatch(folded) else folded
    stem: str = _stemmer.stemWord(folded[:-1] if _ACRONYMS.fullmatch(folded) else folded)
    return stem
