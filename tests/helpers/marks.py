"""Mark tests by the means they need, which their folders, fixtures and imports tell."""

import pytest

from digitnet.paths import ROOT

_TRAINED = {"tiny_model", "few_copies", "export_network"}  # Fixtures that train or load TensorFlow.
# What runs pages and servers, and the modules that it comes from.
_SLOW = {
    "AppTest": "streamlit.testing.v1.app_test",
    "make_page": "tests.helpers.app_pages",
    "open_app": "tests.helpers.app_pages",
    "run_sample": "tests.helpers.app_pages",
    "running_server": "benchmarks.app_server",
    "serving": "tests.browser.app_server",
}
_QUICK = ["test_app.py", "test_draw.py"]  # Modules that run pages, but few and small ones.


def mark(item: pytest.Item) -> None:
    """Mark a test."""
    folders, fixtures = item.path.relative_to(ROOT).parts, set(getattr(item, "fixturenames", ()))
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    if "browser" in folders:
        item.add_marker("browser")
    if "postgresql" in (parameters.get("database"), *fixtures):
        item.add_marker("postgresql")
    if "training" in folders[:2] or fixtures & _TRAINED:
        item.add_marker("training")
    if item.path.name not in _QUICK and _is_slow(item):
        item.add_marker("slow")


def _is_slow(item: pytest.Item) -> bool:
    """Return whether the module of a test has imported something that runs pages or servers."""
    names = vars(item.module) if isinstance(item, pytest.Function) else {}
    return any(getattr(names.get(name), "__module__", "") == module for name, module in _SLOW.items())
