"""`make cases`: a list of the cases that a running site is tested with, and the tests that cover each.

A test names its cases at the head of its docstring (`U01: …`, `N12, N13: …`). A class does so for all its tests. Faults
that were found on a running site are cases like the others, written without a leading zero (`E4: …`). The phrases below
are short names, for reading the list. Ends with status 1 when a case has no test.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parent

AREAS = {
    "U": "Upload and preview",
    "M": "Markdown and HTML",
    "N": "Sign-up, confirmation, leaving",
    "X": "Export, import, personal data",
    "F": "Comments",
    "R": "Rules of the next step",
    "H": "The HTTP edge",
    "A": "The admin",
    "D": "Data, concurrency, running",
    "B": "Faults that readers met",
    "C": "Faults that editors met",
    "E": "Faults under load, with broken parts and hostile input",
}

CASES = {
    "U01": "a stranger cannot upload",
    "U02": "a stranger gets no preview",
    "U03": "neither can accounts without article rights",
    "U04": "an upload without its token is refused",
    "U05": "upload and preview take POST only, preview wants content",
    "U06": "a page that calls itself a picture is refused",
    "U08": "the stored name is ours, whatever the file was called",
    "U10": "picture formats that were not offered are refused",
    "U11": "documents and exotic formats never reach a parser",
    "U12": "SVG is refused",
    "U14": "a bomb of pixels costs neither time nor memory",
    "U16": "broken and pretended pictures are refused",
    "U17": "a PNG that says it is a JPEG keeps its alpha",
    "U18": "place, camera, comment go; the picture stands upright",
    "U19": "11 MB, or 31 pictures in a minute, are too much",
    "U20": "media are pictures or downloads, nothing that runs",
    "U21": "a preview of 20,000 brackets is quick and blocks no one",
    "M01": "no link runs a script",
    "M02": "no attribute is a handler",
    "M04": "markup that parsers read in two ways stays dead",
    "M05": "no frame, form, base, refresh, object or style",
    "M06": "an id cannot shadow the page's own names",
    "M07": "a fence's language is text",
    "M09": "titles, summaries, tags, alt texts are text everywhere",
    "M11": "no title breaks a feed or a sitemap",
    "M12": "preview and page give the same tree",
    "N01": "a sign-up is a pending row and one mail",
    "N02": "the answer does not reveal who is on the list",
    "N03": "following the link confirms nothing",
    "N04": "the button confirms, once",
    "N06": "twenty sign-ups at once are one row and one mail",
    "N07": "a link of three days ago offers a new mail",
    "N08": "a token with a changed character opens nothing",
    "N10": "a wrong Host sends no mail",
    "N12": "addresses that carry more than an address are refused",
    "N13": "a name cannot add a recipient",
    "N14": "three spellings are one reader",
    "N15": "one mailbox gets a mail in ten minutes, three a day",
    "N16": "one network signs up ten addresses an hour",
    "N19": "the trap field takes machines in",
    "N20": "nothing leads off the site",
    "N21": "extra fields change nothing",
    "N22": "following the link to leave changes nothing",
    "N23": "one click of the mail program leaves",
    "N25": "the link to leave works after 400 days",
    "N26": "links outlive a change of the secret key",
    "N27": "token pages are not stored, indexed or passed on",
    "N28": "confirmation emails of the whole site stop at a ceiling",
    "X01": "export by whom, how, and with a trace",
    "X02": "no cell is a formula",
    "X04": "what goes out comes back the same",
    "X05": "100,000 rows stream",
    "X06": "a broken file changes nothing",
    "X11": "who is erased is nowhere",
    "F01": "markup in an answer is text, after approval",
    "F02": "names and addresses with quotes are text",
    "F04": "a waiting answer is nowhere",
    "F05": "no answer to what readers cannot open",
    "F06": "opening a moderation page changes nothing",
    "F07": "values that were not offered are refused",
    "F08": "one reader counts once, 200 count 200",
    "F10": "10,000 characters and no more",
    "F11": "five a minute, and none from another site",
    "F12": "nothing is approved that was not seen",
    "F13": "names that mislead are isolated and marked",
    "R01": "values are text, never code",
    "R02": "what a rule does not know is refused at save",
    "R04": "a step that leads nowhere gives way to the default",
    "R05": "a tie goes to the same step every time",
    "R06": "a step's target is a safe address",
    "R07": "rules are the editors', and their changes are kept",
    "H01": "wrong, doubled, absolute hosts are refused",
    "H02": "every page, errors too, carries the headers",
    "H03": "cookies are locked, http leads to https without one",
    "H04": "the login leads nowhere else",
    "H05": "a public page has nothing of its visitor",
    "H09": "two readings of a request's length are refused",
    "H10": "too many fields, files, headers, keys are refused",
    "H11": "200 slow connections starve no one",
    "H12": "odd paths are 400 or 404",
    "H13": "a client's forwarding headers are overwritten",
    "H14": "what is not out is nowhere",
    "H15": "a link to a draft ends, and reveals nothing",
    "H16": "200 readers are 200 views, one is one",
    "H17": "every sign in a search is only text",
    "H18": "other methods are 405",
    "H19": "unknown parameters change nothing",
    "A08": "the table of role, address, method, status",
    "A09": "an author cannot post more than an author may",
    "A10": "who keeps accounts makes no administrator and gives no more rights",
    "A11": "sessions change at login, end when idle, are not framed",
    "A12": "the last administrator stays",
    "A13": "10,000 readers are erased in the background, counted and written down",
    "A14": "no spelling of an address opens more",
    "D01": "20 writers lose nothing",
    "D02": "the second of two editors gets both texts",
    "D04": "a killed process leaves nothing by half",
    "D05": "a full disk is a clean error, and passes",
    "D10": "a stopped database is an honest 503, and passes",
    "D11": "a full connection pool is a 503 after five seconds",
    "D12": "a stop fails no request",
    "D13": "a task whose worker was killed is found",
    "D15": "an unsafe set-up does not start",
    "B1": "a no that is explained still counts",
    "B2": "two hosts that fold alike are two subscribers, and invisible characters are stripped",
    "B6": "no cookie that comes in makes a public page set one",
    "C1": "every admin form takes what a browser posts",
    "E1": "a write lock breaks no worker, and no GET opens a transaction",
    "E2": "code fences and brackets cost little, whatever they hold",
    "E3": "a long path costs no more than a short one",
    "E4": "a locked database: readers never wait, writers wait briefly, typed text comes back",
    "E5": "without PostgreSQL: at once 503, and back by itself",
    "E6": "a full or read-only disk: 503, nothing by half",
    "E7": "a ceiling on confirmation emails",
    "E8": "votes and views are capped by network, article and day",
    "E9": "an audited action and its entry are stored together or not at all",
    "E10": "no request writes a line of its own into a log",
    "E11": "a large lossy picture costs little and stays lossy",
    "E12": "SQLite is a version without the WAL-reset bug, or says so",
    "E13": "small leaks and wrong turns",
    "E14": "a million subscribers go in and out",
    "E15": "workers live long, and the benchmark runs what production runs",
}

LATER = {
    "M13": "issues are not sent yet, only confirmations",
    "S01–S16": "issues are not sent yet",
    "X07": "nothing reads XML yet",
    "X10": "nothing fetches a picture from another host",
    "X12": "the file of what is held about a reader is not offered yet",
    "A01–A07": "second factor and lockout come with the guarded admin",
    "D06–D09, D16": "backups, upgrades and audits come with the operator's tools",
    "D14": "each part's tests search its logs; the search after a whole run comes with the operator's tools",
}

_HEAD = re.compile(r"(?:[A-Z]\d\d?(?:\s*[–-]\s*[A-Z]\d\d?)?(?:,\s*|\s+and\s+|\s+)?)+(?=:)")
_PART = re.compile(r"([A-Z])(\d\d?)(?:\s*[–-]\s*[A-Z](\d\d?))?")
_FAULTS = "BCE"  # areas whose numbers are written without a leading zero


def cases_in(docstring: str) -> list[str]:
    """Return the case ids at the head of a docstring. A range (`N03–N05`) names each in it."""
    head = _HEAD.match(docstring.strip())
    return [
        f"{prefix}{number}" if prefix in _FAULTS else f"{prefix}{number:02}"
        for prefix, first, last in _PART.findall(head.group() if head else "")
        for number in range(int(first), int(last or first) + 1)
    ]


def cases_shown_in(path: Path) -> Iterator[tuple[str, str]]:
    """Yield case id and name of each test (`file::Class::test`) in a file that covers one."""
    name = path.relative_to(TESTS.parent).as_posix()

    def walk(body: list[ast.stmt], place: str, inherited: list[str]) -> Iterator[tuple[str, str]]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from walk(node.body, f"{place}::{node.name}", cases_in(ast.get_docstring(node) or ""))
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for case in dict.fromkeys([*inherited, *cases_in(ast.get_docstring(node) or "")]):
                    yield case, f"{place}::{node.name}"

    yield from walk(ast.parse(path.read_text()).body, name, [])


def shown() -> dict[str, list[str]]:
    """Return the tests of each case."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for case, test in cases_shown_in(path):
            found[case].append(test)
    return found


def main() -> int:
    found = shown()
    missing = [case for case in CASES if case not in found]
    lines = []
    for prefix, area in AREAS.items():
        lines.append(f"\n{area}")
        for case, phrase in CASES.items():
            if case.startswith(prefix):
                lines.append(f"  {case}  {phrase}")
                lines += [f"         {test}" for test in found.get(case, ["— no test shows it"])]
    further = sorted(set(found) - set(CASES))
    if further:
        lines.append("\nShown beyond the list")
        lines += [f"  {case}  {test}" for case in further for test in found[case]]
    lines.append("\nLater")
    lines += [f"  {cases}  {reason}" for cases, reason in LATER.items()]
    lines.append(f"\n{len(CASES) - len(missing)} of {len(CASES)} cases are shown by a test.")
    if missing:
        lines.append(f"Without one: {', '.join(missing)}")
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
