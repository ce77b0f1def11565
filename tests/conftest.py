"""Pictures, models and databases for tests of several packages, and the order of tests."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import psycopg
import pytest
from filelock import FileLock
from hypothesis import settings
from numpy.typing import NDArray
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import SessionState
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from digitnet import paths
from digitnet.access.quotas import get_quotas
from digitnet.access.spending import get_spending
from digitnet.datasets.mnist import Digits, load_mnist, split
from digitnet.experiments.config import TrainingConfig
from digitnet.models.classifier import Classifier
from digitnet.training.trainer import train
from tests.helpers.marks import mark
from tests.helpers.paper import Paper
from tests.postgres import server

Gray = NDArray[np.uint8]
settings.register_profile("busy", deadline=None)  # Other work on the machine makes any deadline too short.
settings.register_profile("quick", settings.get_profile("busy"), max_examples=20)
settings.load_profile("busy")


# Modules of browser tests that share a process, and so an app and its Chromium; each group takes about as long.
_BROWSER_GROUPS = [("test_draw.py", "test_mnist.py"), ("test_train.py", "test_teaching.py")]


class _Scheduling(LoadScopeScheduling):
    """Give each process whole modules, and those of the browser tests by their groups."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.split("::")[0]
        if "/browser/" not in module:
            return module
        return next((f"browser: {group[0]}" for group in _BROWSER_GROUPS if module.endswith(group)), "browser")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return _Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the means they need, and begin with the slow modules, so that no process waits at the end."""
    for item in items:
        mark(item)
    slow = {item.path for item in items if item.get_closest_marker("training")}
    items.sort(key=lambda item: (item.get_closest_marker("browser") is None, item.path not in slow))


@pytest.fixture(scope="session")
def mnist() -> tuple[Digits, Digits]:
    return load_mnist()


@pytest.fixture(scope="session")
def held_out(mnist) -> Digits:
    """Training digits that no shipped network was trained on."""
    return split(mnist[0], 0.02, 0)[1]


@pytest.fixture(scope="session")
def cnn() -> Classifier:
    return Classifier.load("cnn")


@pytest.fixture
def models(tmp_path, monkeypatch) -> Path:
    """An empty folder in place of the project's models, the shipped ones too."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("DIGITNET_MODELS", str(folder))
    monkeypatch.setattr(paths, "SHIPPED_MODELS_DIR", folder)
    return folder


@pytest.fixture(scope="session", autouse=True)
def hidden_user_data(tmp_path_factory) -> Iterator[None]:
    """Hide the user digits of this machine from the tests, and its trainings too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("locks")))
        patch.setattr(tempfile, "tempdir", None)
        patch.delenv("DIGITNET_DATABASE_URL", raising=False)
        patch.setenv("DIGITNET_DATA", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """A folder for user digits, not yet made, in place of the project's."""
    monkeypatch.setenv("DIGITNET_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def quotas(tmp_path, monkeypatch):
    """A function that sets quotas for a test, with nothing used yet: quotas(rows_per_day=3)."""

    def forget() -> None:
        get_quotas.cache_clear()
        get_spending.cache_clear()

    def limit(**values: float) -> None:
        lines = [f"{name} = {value}" for name, value in values.items()]
        (tmp_path / "settings.toml").write_text("\n".join(["[quotas]", *lines]))
        monkeypatch.setenv("DIGITNET_SETTINGS", str(tmp_path / "settings.toml"))
        forget()

    yield limit
    forget()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL database."""
    with server.running() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path) -> str:
    """The URL of an empty database, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/digits.db"
    url: str = request.getfixturevalue("postgresql")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return url


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory) -> Path:
    """The folder of a small model, trained for two epochs by the first process that needs it, to copy or read."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # All processes of this run have it.
    folder /= "trained"
    with FileLock(f"{folder}.lock"), pytest.MonkeyPatch.context() as patch:
        if not (folder / "tiny").is_dir():
            patch.setenv("DIGITNET_MODELS", str(folder))
            patch.setattr("digitnet.training.confidence._COPIES", 1000)
            config = TrainingConfig.from_recipe("cnn-30-15", name="tiny", epochs=2, limit=1500)
            train(config, report=lambda _: None)
    return folder / "tiny"


@pytest.fixture
def few_copies(monkeypatch) -> None:
    """Calibrate trainings on few varied copies, to be quick."""
    for name in ("_COPIES", "_FEWER_COPIES"):
        monkeypatch.setattr(f"digitnet.training.confidence.{name}", 100)


@pytest.fixture
def cut_in_third_epoch(monkeypatch):
    """A context that interrupts a training at the start of its third epoch."""

    @contextmanager
    def interrupted() -> Iterator[None]:
        from digitnet.training.progress import Progress

        begin = Progress.on_epoch_begin

        def cut(self, epoch, logs=None):
            if epoch == 2:
                raise KeyboardInterrupt
            begin(self, epoch, logs)

        with monkeypatch.context() as patch:
            patch.setattr(Progress, "on_epoch_begin", cut)
            yield

    return interrupted


@pytest.fixture
def overtaken(monkeypatch):
    """A context that stops a page's run at its start, as the browser's next message does."""

    @contextmanager
    def stopped() -> Iterator[None]:
        start = SessionState.on_script_will_rerun

        def start_and_stop(*args, **keywords):
            get_script_run_ctx().script_requests.request_stop()
            start(*args, **keywords)

        with monkeypatch.context() as patch:
            patch.setattr(SessionState, "on_script_will_rerun", start_and_stop)
            yield

    return stopped


@pytest.fixture(scope="session")
def ink():
    """A function that draws ink, 255 on 0: ink(stroke, stroke, shape=(100, 160), pen=8)."""

    def made(*strokes: list[tuple[int, int]], shape: tuple[int, int] = (100, 160), pen: int = 8) -> Gray:
        picture = np.zeros(shape, np.uint8)
        for stroke in strokes:
            cv2.polylines(picture, [np.array(stroke, np.int32)], False, 255, pen)
        return picture

    return made


@pytest.fixture
def paper(mnist):
    """A function that makes a page to write on: paper(height=300, width=800)."""
    return lambda **settings: Paper(mnist[1], **settings)
