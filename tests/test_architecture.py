"""Architecture rules that a test can check. Their reasons are in docs/architecture.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "templates"
APPS = ("insights", "newsletter", "feedback")
HOUSE = ("config", *APPS)

# package → the packages of the project that it may import
MAY_IMPORT = {
    "insights": {"insights"},
    "newsletter": {"newsletter", "insights"},
    "feedback": {"feedback", "insights"},
    "config": {"config", *APPS},
}
BY_NAME = {"import_module", "import_string", "__import__", "get_model", "get_app_config"}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "services", "service", "common", "core", "base", "misc", "lib"}

# Views that take an unguarded POST without being in PUBLIC_POSTS: the token in their URL authorizes it.
PROVED_BY_TOKEN = {"newsletter:confirm", "newsletter:unsubscribe"}

# Allowed mentions of an app outside its own folders: removing the app means editing exactly these.
JOINTS_OF_FEEDBACK = {
    "config/settings.py",
    "config/urls.py",
    "config/wiring.py",
    "config/roles.py",
    "templates/insights/article.html",
}


def modules(*packages: str) -> list[Path]:
    """Return the Python files of these packages, without generated migrations."""
    found = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def templates() -> list[Path]:
    return sorted(path for path in TEMPLATES.rglob("*") if path.is_file())


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of every import in a module, also those inside functions and by `import_module`."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else ()
            yield node.lineno, ".".join([*base, *filter(None, [node.module])])
        elif isinstance(node, ast.Call) and called(node) in BY_NAME and node.args:
            yield node.lineno, str(getattr(node.args[0], "value", ""))


def called(node: ast.Call) -> str:
    """Return the last name of a call's function."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def uncommented(path: Path) -> str:
    """Return a template without its comments, line for line."""
    return re.sub(r"{#.*?#}|<!--.*?-->", "", path.read_text())


# Allowed imports


@pytest.mark.parametrize("package", HOUSE)
def test_imports_go_down_and_never_sideways(package):
    wrong = [
        f"{name_of(path)}:{line} imports {name}"
        for path in modules(package)
        for line, name in imported(path)
        if name.split(".")[0] in HOUSE and name.split(".")[0] not in MAY_IMPORT[package]
    ]
    assert wrong == []


def test_nothing_that_runs_the_site_imports_the_tests():
    wrong = [name_of(path) for path in modules(*HOUSE) for _, name in imported(path) if name.split(".")[0] == "tests"]
    assert wrong == []


def test_relations_of_the_data_follow_the_same_rule():
    from django.apps import apps

    wrong = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for label in (*APPS, "config")
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is not None
        if field.related_model._meta.app_label in HOUSE
        if field.related_model._meta.app_label not in MAY_IMPORT[label]
    ]
    assert wrong == []


POSTED = {"POST", "GET", "FILES", "data", "files"}


def test_posted_values_are_copied_by_their_own_copy():
    """C1: `{**data}`, `dict(data)`, `data | …` and `data.dict()` make lists of a QueryDict's values, or drop some."""
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules(*HOUSE)
        for node in ast.walk(tree_of(path))
        for part in _merged(node)
        if isinstance(part, ast.Attribute) and part.attr in POSTED
    ]
    assert wrong == []


def _merged(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the operands that a node merges into a plain dictionary."""
    if isinstance(node, ast.Dict):
        yield from (value for key, value in zip(node.keys, node.values, strict=True) if key is None)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from (node.left, node.right)
    elif isinstance(node, ast.Call) and called(node) == "dict":
        yield from node.args
        yield from (keyword.value for keyword in node.keywords if keyword.arg is None)
        if isinstance(node.func, ast.Attribute):
            yield node.func.value


def test_receivers_that_join_two_apps_have_at_most_five_lines():
    functions = [node for node in tree_of(ROOT / "config" / "wiring.py").body if isinstance(node, ast.FunctionDef)]
    assert functions
    long = [node.name for node in functions if node.end_lineno - node.body[0].lineno + 1 > 5]
    assert long == []


# Templates


def tag_libraries() -> dict[str, str]:
    """Return the project's template tag libraries, each with its package."""
    return {
        path.stem: path.relative_to(ROOT).parts[0]
        for path in modules(*HOUSE)
        if path.parent.name == "templatetags" and path.stem != "__init__"
    }


def loaded(path: Path) -> set[str]:
    found = re.findall(r"{%\s*load\s+(?:[\w\s]+?\s+from\s+)?([\w\s.]+?)\s*%}", path.read_text())
    return {library for libraries in found for library in libraries.split()}


def test_fragments_load_only_their_own_apps_tags():
    libraries = tag_libraries()
    wrong = []
    for path in templates():
        folders = path.relative_to(TEMPLATES).parts[:-1]
        own = next((folder for folder in folders if folder in HOUSE), None)
        if path.name.startswith("_"):
            wrong += [
                f"{name_of(path)} loads {library}"
                for library in sorted(loaded(path))
                if library in libraries and libraries[library] != own
            ]
    assert wrong == []


def test_every_fragment_is_used():
    everything = "\n".join(path.read_text() for path in [*templates(), *modules(*HOUSE)])
    unused = [
        name_of(path)
        for path in templates()
        if path.name.startswith("_") and path.relative_to(TEMPLATES).as_posix() not in everything
    ]
    assert unused == []


def test_every_kind_of_step_has_its_template():
    from insights.models import Step

    there = {path.stem for path in (TEMPLATES / "next_steps").glob("[!_]*.html")}
    assert there == set(Step.Kind.values)


def test_no_template_has_a_script_a_style_or_a_handler_of_its_own():
    """The policy allows none. Inline code comes from the tag `page_assets`, whose hashes are in the policy."""
    wrong = []
    for path in templates():
        is_mail = "mail" in path.relative_to(TEMPLATES).parts
        for line, text in enumerate(uncommented(path).splitlines(), 1):
            scripts = re.findall(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/ld\+json\")[^>]*>", text)
            handlers = re.findall(r"<[^>]*\son[a-z]+\s*=", text)
            addresses = re.findall(r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", text, re.IGNORECASE)
            styles = [] if is_mail else re.findall(r"<style\b|<[^>]*\sstyle\s*=", text)
            if scripts or handlers or styles or addresses:
                wrong.append(f"{name_of(path)}:{line}")
    assert wrong == []


def test_no_template_names_another_host():
    pattern = re.compile(
        r"<(?:script|img|link|iframe|source|video|audio)\b[^>]*(?:src|href)\s*=\s*[\"']?(?:https?:)?//"
    )
    wrong = [name_of(path) for path in templates() if path.suffix == ".html" and pattern.search(uncommented(path))]
    assert wrong == []


def test_public_templates_carry_no_token():
    """H05: a token in a public page would make it private."""
    wrong = [
        name_of(path)
        for path in templates()
        if "csrf_token" in path.read_text() and path.relative_to(TEMPLATES).parts[0] != "admin"
    ]
    assert wrong == []


# Size and names


def test_no_module_and_no_template_grows_fat():
    limits = [
        *((path, 300) for path in modules(*HOUSE)),
        *((path, 400) for path in modules("tests")),
        *((path, 100) for path in templates()),
    ]
    fat = [
        f"{name_of(path)}: {lines} lines"
        for path, limit in limits
        if (lines := len(path.read_text().splitlines())) > limit
    ]
    assert fat == []


def test_no_module_is_named_after_nothing():
    named_by_django = set((ROOT / "config" / "database").glob("*/base.py"))
    named_by_us = (path for path in modules(*HOUSE, "tests") if path not in named_by_django)
    wrong = [name_of(path) for path in named_by_us if {path.stem, path.parent.name} & FORBIDDEN_NAMES]
    assert wrong == []


def test_nothing_is_left_for_later():
    words = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", r"NotImplementedError\(", r"\bxfail\b")))
    skips = re.compile(r"mark\.skip|pytest\.skip|importorskip|unittest\.skip|skipUnless|skipIf")
    wrong = [
        f"{name_of(path)}: {found.group()}"
        for path in [*modules(*HOUSE, "tests"), *templates()]
        if path != Path(__file__)
        if (found := words.search(path.read_text()) or skips.search(path.read_text()))
    ]
    assert wrong == []


# Settings, guards


def reads_environment(path: Path) -> Iterator[int]:
    """Yield lines where a module reads the environment.

    Naming the settings module in it, or passing all of it to a child process, does not count.
    """
    tree = tree_of(path)
    handed_on: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            handed_on |= {id(value) for key, value in zip(node.keys, node.values, strict=True) if key is None}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "setdefault":
            named = getattr(node.args[0], "value", "") if node.args else ""
            handed_on |= {id(node.func.value)} if named == "DJANGO_SETTINGS_MODULE" else set()
    names = {"environ", "environb", "getenv", "getenvb"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in names and getattr(node.value, "id", "") == "os":
            if id(node) not in handed_on:
                yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "os" and names & {name.name for name in node.names}:
            yield node.lineno


def test_the_environment_is_read_only_in_the_settings():
    wrong = [
        f"{name_of(path)}:{line}"
        for path in [*modules(*HOUSE), ROOT / "manage.py"]
        if path != ROOT / "config" / "settings.py"
        for line in reads_environment(path)
    ]
    assert wrong == []


def variables() -> list[str]:
    """Return the names of the variables that the settings read."""
    return sorted(
        {
            str(node.args[0].value)
            for node in ast.walk(tree_of(ROOT / "config" / "settings.py"))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and getattr(node.func.value, "id", "") == "environment"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        }
    )


def test_every_variable_is_documented():
    documented = (ROOT / "docs" / "configuration.md").read_text()
    assert len(variables()) > 10
    assert [name for name in variables() if f"`{name}`" not in documented] == []


def test_every_documented_variable_exists():
    table = re.findall(r"^\|([^|]*)\|", (ROOT / "docs" / "configuration.md").read_text(), re.MULTILINE)
    named = {name for cell in table for name in re.findall(r"`([A-Z][A-Z_]+)`", cell)}
    assert named - set(variables()) == set()


@pytest.mark.parametrize("document", ["README.md", "CHANGELOG.md", *sorted(map(name_of, (ROOT / "docs").glob("*.md")))])
def test_every_link_of_a_document_leads_somewhere(document):
    """Links and pictures within the repository, and the modules and folders named in it."""
    text, folder = (ROOT / document).read_text(), (ROOT / document).parent
    text = re.sub(r"^ {4}.*$", "", text, flags=re.MULTILINE)  # examples
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    wrong = [link for link in links if link and not (folder / link).exists()]
    named = re.findall(r"`((?:config|insights|newsletter|feedback|templates|tests|deploy|docs)/[\w./-]*)`", text)
    assert wrong + [name for name in named if not (ROOT / name).exists()] == []


def views(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        else:
            yield f"{prefix}{entry.name}", entry


def exempt_views() -> set[str]:
    return {name for name, entry in views() if getattr(entry.callback, "csrf_exempt", False)}


def test_every_view_without_a_token_check_is_guarded_otherwise():
    assert exempt_views() - set(settings.PUBLIC_POSTS) - PROVED_BY_TOKEN == set()


def test_every_guarded_post_exists_and_is_exempt():
    assert set(settings.PUBLIC_POSTS) - exempt_views() == set()


# Removable apps


def test_feedback_meets_the_rest_only_at_its_joints():
    """Imports, dotted paths, URL names, template paths and tags of the app, not the English word."""
    mention = re.compile(
        r"""(?:from|import)\ feedback\b | \bfeedback\.[a-z_]+ | ["']feedback["'/:]
            | \bfeedback/[\w/]*\.(?:html|txt)\b | \bfeedback_(?:tags|section)\b""",
        re.VERBOSE,
    )
    own = re.compile(r"^(feedback|templates/feedback|templates/admin/feedback)/|^templates/next_steps/feedback\.html$")
    a_kind_of_step = re.compile(r"""FEEDBACK\s*=\s*["']feedback["']""")
    wrong = [
        f"{name_of(path)}:{line}"
        for path in [*modules(*HOUSE), *templates()]
        if not own.match(name_of(path)) and name_of(path) not in JOINTS_OF_FEEDBACK
        for line, text in enumerate(path.read_text().splitlines(), 1)
        if mention.search(a_kind_of_step.sub("", text))
    ]
    assert wrong == []
