"""The strip on other pages that shows the active training, or one that has ended."""

import shutil
import subprocess
import sys
import time
from types import SimpleNamespace

import psutil
import pytest

from digitnet.experiments import notices, run_process
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run
from digitnet.experiments.status import QUEUED, RUNNING
from digitnet.models.card import FAILED, STOPPED, read_card
from digitnet.paths import ROOT
from pages.shared import training_strip
from tests.helpers.app_pages import find_path, open_app, open_page

CONFIG = TrainingConfig.from_recipe("quick", name="mine")


@pytest.fixture
def app(models, data, monkeypatch):
    """Open the app at the page Models, with the shipped mlp as the only model."""
    shutil.copytree(ROOT / "models" / "mlp", models / "mlp")
    monkeypatch.setattr(run_process, "launch", lambda run: None)
    app = open_app()
    open_page(app, "models")
    return app


@pytest.fixture
def run(models, monkeypatch):
    """Return a run that this process trains; the strip's clock stands still, however slow the machine is."""
    me, now = psutil.Process(), time.time()
    monkeypatch.setattr(training_strip, "time", SimpleNamespace(time=lambda: now))
    run = Run("mine")
    run.create(CONFIG)
    settings = {"epoch": 1, "epochs": 3, "started": now - 10, "ends": now + 1000}
    run.update_status(state=RUNNING, pid=me.pid, born=me.create_time(), **settings)
    return run


def read_strip(app):
    """Return the texts of the links in the strip."""
    app.run()
    assert not app.exception
    return [element.proto.label for element in app.get("page_link") if element.proto.label[:2] == "**"]


def find_target(app):
    """Return the address of the page to which the strip leads."""
    return next(element.proto.page for element in app.get("page_link") if element.proto.label[:2] == "**")


def test_page_without_runs_has_no_strip(app):
    assert read_strip(app) == []


def test_active_run_is_shown_with_its_epoch_and_time_left(app, run):
    assert read_strip(app) == ["**mine**: epoch 2 of 3, 17 min left"]
    Run("next").create(CONFIG.replace(name="next"))
    assert read_strip(app) == ["**mine**: epoch 2 of 3, 17 min left, 1 more waits"]
    run.update_status(state=QUEUED, ends=None)
    assert read_strip(app) == ["**mine**: queued, 1 more waits"]


def test_finished_model_is_shown_until_train_was_opened(app, run, models):
    run.delete()
    shutil.copytree(models / "mlp", models / "mine")
    notices.note_end("mine")
    assert read_strip(app) == [f"**mine** is ready: {read_card('mlp').accuracy:.1%} · compare"]
    open_page(app, "train")
    assert read_strip(app) == []
    open_page(app, "models")
    assert read_strip(app) == []


def test_training_of_a_hand_leads_its_writer_back(app, run):
    settings = {"data": "both", "start": "mlp", "writers": ("Ann",)}
    run.create(CONFIG.replace(**settings))
    read_strip(app)
    assert find_target(app) == "train"
    app.session_state.writer = "Ann"
    read_strip(app)
    assert find_target(app) == "hand"


def test_failed_run_is_shown_and_a_stopped_one_is_not(app, run):
    run.update_status(state=STOPPED)
    assert read_strip(app) == []
    run.update_status(state=FAILED)
    notices.note_end("mine")
    assert read_strip(app) == ["**mine** has failed · see why"]


def test_inputs_below_stay_in_place_when_the_strip_goes(app, run):
    assert read_strip(app)
    path = find_path(app, app.text_input[0])
    run.delete()
    assert not read_strip(app)
    assert find_path(app, app.text_input[0]) == path


def test_strip_imports_nothing_heavy_and_nothing_of_trainings():
    code = (
        "import sys, streamlit; import pages.shared.training_strip as strip; strip.show_strip();"
        "print([name for name in sys.modules if name.startswith('digitnet.experiments.')],"
        " {'altair', 'pandas', 'sqlalchemy', 'psutil'} & set(sys.modules) - before)"
    ).replace("import sys, streamlit;", "import sys, streamlit; before = set(sys.modules);")
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "['digitnet.experiments.notices'] set()"
