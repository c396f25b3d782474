"""Removal of the feedback app: the project runs without its folder once the listed mentions are edited."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EDITED = ("config/settings.py", "config/urls.py", "config/wiring.py", "config/roles.py")
READ_AN_ARTICLE = """
import django; django.setup()
from django.core.management import call_command
from django.test import Client
call_command("check"); call_command("migrate", verbosity=0)
from tests.factories import make_article
answer = Client().get(make_article("Still here").get_absolute_url(), headers={"host": "localhost"})
print(answer.status_code, "Still here" in answer.content.decode(), "Community Feedback" in answer.content.decode())
"""


class WithoutFeedback(ast.NodeTransformer):
    """Removes entries of lists and tables that name the app, its imports, and the code that uses them."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_List(self, node: ast.List) -> ast.List:
        self.generic_visit(node)
        node.elts = [entry for entry in node.elts if not self.mentions(entry)]
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.Dict:
        self.generic_visit(node)
        kept = [
            (key, value)
            for key, value in zip(node.keys, node.values, strict=True)
            if key is None or not self.mentions(key)
        ]
        node.keys, node.values = [key for key, _ in kept], [value for _, value in kept]
        return node

    def visit_Import(self, node: ast.Import) -> ast.Import | None:
        return None if any(self.belongs(alias.name, alias) for alias in node.names) else node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom | None:
        return None if [alias for alias in node.names if self.belongs(node.module or "", alias)] else node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef | None:
        self.generic_visit(node)
        uses = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)} & self.names
        return None if uses else node

    def belongs(self, module: str, alias: ast.alias) -> bool:
        if module.split(".")[0] != "feedback":
            return False
        self.names.add((alias.asname or alias.name).split(".")[0])
        return True

    def mentions(self, node: ast.expr) -> bool:
        """Return whether an expression names the app: it, a path into it, or a URL of its namespace."""
        texts = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant)]
        return any(isinstance(text, str) and re.match(r"feedback(?:[.:]|$)", text) for text in texts)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for name in ("config", "insights", "newsletter", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "demo"))
    for name in ("templates/feedback", "templates/admin/feedback"):
        shutil.rmtree(tmp_path / name, ignore_errors=True)
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "factories.py", tmp_path / "tests")
    for name in EDITED:
        tree = WithoutFeedback().visit(ast.parse((tmp_path / name).read_text()))
        (tmp_path / name).write_text(ast.unparse(tree))
    page = tmp_path / "templates" / "insights" / "article.html"
    page.write_text(re.sub(r" feedback_tags\b|{% feedback_section [^%]*%}", "", page.read_text()))
    return tmp_path


def test_the_house_runs_without_feedback_once_its_joints_are_edited(house):
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))},
        "DATABASE_URL": f"sqlite:///{house}/hub.sqlite3",
        "VAR_DIR": str(house / "var"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(house),
        "DEBUG": "1",
        "SITE_URL": "http://127.0.0.1:8000",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
    }
    done = subprocess.run(
        [sys.executable, "-c", READ_AN_ARTICLE], cwd=house, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split()[-3:] == ["200", "True", "False"], done.stderr[-2000:]
