"""Layers inside `insights`: imports go down, no cycles, and a short list of modules for the other apps."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.test_architecture import HOUSE, ROOT, modules, name_of, tree_of

# Top first. A package may import those of the lines below its own.
LAYERS = (
    ("apps", "urls"),
    ("editor",),
    ("admin",),
    ("management",),
    ("demo", "templatetags"),
    ("public",),
    ("exchange",),
    ("forms",),
    ("review", "pictures", "history"),
    ("search", "preflight", "publishing"),
    ("mail", "link_checker", "next_step", "local_time"),
    ("models",),
    ("markup", "covers", "signals"),
    ("text",),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}

# Allowed imports of newsletter and feedback from insights, with all modules below those that end in a dot.
FACE = (
    "insights.models",
    "insights.models.",
    "insights.signals",
    "insights.text.",
    "insights.mail.",
    "insights.markup",
    "insights.preflight",
    "insights.link_checker.verdicts",
    "insights.public.fragment_cache",
    "insights.public.networks",
    "insights.public.prepared_queries",
    "insights.public.readers",
    "insights.admin.model_admin",
    "insights.editor.widgets",
    "insights.management.progress",
    "insights.demo.identity",
)

# Views are used by URLs alone. One app's other modules import none of them.
VIEWS = (
    "insights.public.views",
    "insights.public.plain_views",
    "insights.search.views",
    "feedback.views",
)

# The only modules that reach into an object's `__dict__`: they fill caches of Django's rows.
REACH_INTO_DICT = {
    "insights/public/article_page.py",
    "insights/public/fragment_cache.py",
    "insights/public/prepared_queries.py",
}


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def all_modules() -> dict[str, Path]:
    return {dotted(path): path for path in modules(*HOUSE)}


def imported_modules(path: Path) -> Iterator[str]:
    """Yield the project's modules that a module imports, also lazily, for types, and relatively."""
    known, package = all_modules(), path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            base = ".".join([*above, *filter(None, [node.module])])
            for alias in node.names:
                name = f"{base}.{alias.name}"
                yield from [name] if name in known else [base] if base in known else []


@cache
def graph() -> dict[str, set[str]]:
    return {name: set(imported_modules(path)) - {name} for name, path in all_modules().items()}


def package_of(module: str) -> str:
    """Return the package in a name's layer: `insights.editor.form` → `editor`."""
    return module.split(".")[1]


def inside() -> dict[str, set[str]]:
    """Return the modules of insights, each with its imports from insights."""
    within = {name: found for name, found in graph().items() if name.startswith("insights.")}
    return {name: {one for one in found if one.startswith("insights.")} for name, found in within.items()}


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of nodes that reach each other (Tarjan's strongly connected components of more than one)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in edges.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            at = stack.index(node)
            group = stack[at:]
            del stack[at:]
            if len(group) > 1:
                found.append(sorted(group))

    for node in edges:
        if node not in index:
            visit(node)
    return found


def test_circles_are_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]


def test_every_package_of_insights_has_its_layer():
    assert {package_of(name) for name in inside()} == set(RANK)


def test_imports_inside_insights_go_down():
    wrong = [
        f"{name} imports {other}"
        for name, found in inside().items()
        for other in sorted(found)
        if package_of(name) != package_of(other) and RANK[package_of(other)] <= RANK[package_of(name)]
    ]
    assert wrong == []


def test_packages_of_insights_have_no_circles():
    edges: dict[str, set[str]] = {}
    for name, found in inside().items():
        edges.setdefault(package_of(name), set()).update(map(package_of, found))
    assert circles({name: found - {name} for name, found in edges.items()}) == []


def test_files_have_no_circles():
    """Including imports inside functions and for types."""
    assert circles(graph()) == []


def test_models_import_each_other_by_module():
    wrong = [name for name, found in inside().items() if package_of(name) == "models" and "insights.models" in found]
    assert [name for name in wrong if name != "insights.models"] == []


@pytest.mark.parametrize("app", ["newsletter", "feedback"])
def test_siblings_use_the_face_of_insights_alone(app):
    wrong = [
        f"{name} imports {other}"
        for name, found in graph().items()
        for other in sorted(found)
        if name.startswith(f"{app}.") and other.startswith("insights.")
        if not any(other.startswith(open_) if open_.endswith(".") else other == open_ for open_ in FACE)
    ]
    assert wrong == []


@pytest.mark.parametrize("views", VIEWS)
def test_no_module_imports_views_except_urls(views):
    assert views in graph()
    assert [name for name, found in graph().items() if views in found and not name.endswith(".urls")] == []


def test_models_render_no_html():
    makers = {"format_html", "mark_safe", "SafeString", "render_to_string", "render"}
    wrong = [
        f"{name_of(path)} imports {alias.name}"
        for name, path in all_modules().items()
        if ".models" in name
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in makers
    ]
    assert wrong == []


def test_state_is_kept_in_typed_attributes():
    wrong = {
        name_of(path)
        for path in all_modules().values()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr == "__dict__"
    }
    assert wrong == REACH_INTO_DICT


def test_modules_that_a_text_names_exist():
    """Beside it, in its app, or from the root: a moved module leaves no old name behind."""
    wrong = [
        f"{name_of(path)}:{number} names {named}"
        for path in all_modules().values()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for named in re.findall(r"`([\w/]+\.py)`", line)
        if not any((folder / named).exists() for folder in (path.parent, path.parent.parent, ROOT))
    ]
    assert wrong == []
