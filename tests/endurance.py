"""Long tests: marked `endurance`, skipped unless `-m` names that mark (`make endurance`).

`@pytest.mark.endurance(engine="postgres")` is for a test that starts its own database, whatever the run's is. It runs
once, in the run of that engine. Figures recorded with `record_property` are printed at the end.
"""

from __future__ import annotations

import pytest

from tests.engine import ENGINES


def lengths(name: str, *, short: float, full: float, engine: str = "") -> pytest.MarkDecorator:
    """Parametrize a test by its length in seconds: `short` in the suite, `full` in `make endurance`."""
    mark = pytest.mark.endurance(engine=engine) if engine else pytest.mark.endurance
    values = [pytest.param(short, id=f"{short:g} s"), pytest.param(full, id=f"{full:g} s", marks=mark)]
    return pytest.mark.parametrize(name, values)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "endurance(engine=''): takes its full length; only with -m endurance, and once if it names an engine"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if _is_left_out(item, config)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _is_left_out(item: pytest.Item, config: pytest.Config) -> bool:
    mark = item.get_closest_marker("endurance")
    if mark is None:
        return False
    engine = mark.kwargs.get("engine", "")
    if engine and engine not in ENGINES:
        raise pytest.UsageError(f"{item.nodeid}: no run has the engine {engine!r}.")
    return "endurance" not in config.option.markexpr or engine not in {"", config.option.engine}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the measurements of endurance tests."""
    for report in terminalreporter.getreports("passed"):
        if "endurance" in report.keywords:
            for name, value in report.user_properties:
                terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {name}: {value}")
