"""Stand-ins for parts of pages that need a browser: canvas, strip of digits and navigation."""

import gc
import shutil
import sys
from contextlib import suppress
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.errors import StreamlitPageNotFoundError
from streamlit.testing.v1 import AppTest

from digitnet.access import callers
from digitnet.collection.collection import Collection
from digitnet.experiments import run_process
from digitnet.labels import NOT_A_DIGIT
from digitnet.paths import ROOT
from digitnet.reading import pipeline
from digitnet.workers.pool import WorkerPool
from pages.components import digit_strip, number_field, photo_list
from pages.shared import last_reading
from tests.helpers.app_pages import make_canvas, make_page
from tests.helpers.signs import add_signs


@pytest.fixture(scope="session", autouse=True)
def known_components():
    """Look for components among the installed packages once; each new page would, which takes longer than its run."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="module", autouse=True)
def frozen_objects() -> None:
    """Exempt existing objects from garbage collection, which Streamlit runs after each run of a page.

    In a process that has loaded TensorFlow, a full collection takes half a second. The objects stay exempt, so that
    each module collects only what is new.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def canvas_module():
    """Return the module of the canvas with the real component, which loads in a run of a page alone.

    If a page loaded it while a stand-in is in the component's place, it would keep the stand-in for all later tests.
    """
    app = AppTest.from_string("import pages.drawing.canvas").run()
    assert not app.exception
    return sys.modules["pages.drawing.canvas"]


@pytest.fixture
def visit_as(monkeypatch):
    """A function that lets somebody ask for all that pages do from now on."""
    return lambda caller: monkeypatch.setattr(callers, "_find_caller", lambda: caller)


@pytest.fixture(autouse=True)
def page_links(monkeypatch):
    """Leave out links to pages that a test does not know, because it runs one page alone."""
    show = st.page_link

    def show_known(*args, **settings):
        with suppress(StreamlitPageNotFoundError):
            show(*args, **settings)

    monkeypatch.setattr(st, "page_link", show_known)


@pytest.fixture(autouse=True)
def tasks_run_here(monkeypatch):
    """Run the tasks of workers in the process of the test, which may have changed what they call."""
    monkeypatch.setattr(WorkerPool, "run", lambda pool, function, *arguments, **settings: function(*arguments))


@pytest.fixture
def report(monkeypatch, canvas_module):
    """Return a function that has the canvas report strokes from now on."""

    def report_strokes(*strokes):
        monkeypatch.setattr(canvas_module, "st_canvas", make_canvas(*strokes))

    return report_strokes


@pytest.fixture
def draw(report):
    """Return a function that runs the page Draw with strokes on its canvas."""

    def run_with(*strokes):
        report(*strokes)
        return make_page("draw").run()

    return run_with


@pytest.fixture
def ship(models, data, monkeypatch):
    """A function that makes a shipped model the only one, with a queue that never starts a process: ship("cnn")."""

    def copy(name):
        shutil.copytree(ROOT / "models" / name, models / name)
        monkeypatch.setattr(run_process, "launch", lambda run: None)
        return models

    return copy


@pytest.fixture
def switched_pages(monkeypatch):
    """Return a list to which pages are added instead of being switched to."""
    pages = []
    monkeypatch.setattr(st, "switch_page", pages.append)
    return pages


@pytest.fixture
def doubtful_readings(monkeypatch):
    """Make every reading doubt its first digit and refuse one component; yield the hints of each call."""
    read, read_drawing, hints_passed = pipeline.read_rgb, pipeline.read_drawing, []

    def read_with_doubts(*args, hints=None):
        hints_passed.append(hints)
        return add_doubts(read(*args, hints=hints))

    def add_doubts(reading):
        probabilities = reading.probabilities.copy()
        probabilities[:1] = 0
        probabilities[:1, [4, 9]] = 0.5, 0.3
        return replace(reading, probabilities=probabilities, refused=np.array([[5, 6, 40, 50]], np.int32))

    monkeypatch.setattr(pipeline, "read_rgb", read_with_doubts)
    for module in (pipeline, last_reading):
        monkeypatch.setattr(module, "read_drawing", lambda *args: add_doubts(read_drawing(*args)))
    st.cache_data.clear()
    st.cache_resource.clear()  # Readings with their stages are kept there.
    yield hints_passed
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def signed_readings(monkeypatch):
    """Make the reading of the sample on even paper hold signs: 20.47, 1385 and -96; the minus is doubtful."""
    read = pipeline.read_rgb

    def read_with_signs(*args, **settings):
        reading = add_signs(read(*args, **settings), "20.47\n1385\n-96")
        return replace(reading, signs=replace(reading.signs, confidence=np.array([0.99, 0.5], np.float32)))

    monkeypatch.setattr(pipeline, "read_rgb", read_with_signs)
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def strips(monkeypatch, data):
    """Return a stand-in for the strips: call it to press on one, or `choose`; it has their `tiles` and arguments."""
    shown, log, chosen = {}, [], {}

    def show(key, tiles, seen, **settings):
        shown[key] = (tiles, seen, settings)

    def get_presses(key, seen):
        return [press for name, press in log if name == key and press.number > seen]

    def press(key, place, label=NOT_A_DIGIT, action=digit_strip.LABEL, box=digit_strip.NO_BOX):
        digest = "" if place is None else shown[key][0][place].digest
        log.append((key, digit_strip.StripPress(len(log) + 1, digest, label, action, box)))

    def choose(key, place):
        chosen[key] = digit_strip.ChosenTile(shown[key][0][place].digest, place)

    monkeypatch.setattr(digit_strip, "show", show)
    monkeypatch.setattr(digit_strip, "get_chosen", chosen.get)
    monkeypatch.setattr(digit_strip, "get_presses", get_presses)
    press.choose = choose
    press.tiles = lambda key: shown[key][0]
    press.shown = shown
    return press


@pytest.fixture
def fields(monkeypatch, data):
    """Return a stand-in for the number fields: call it to type into one; it has their `shown` arguments."""
    shown, typed = {}, {}

    def show(key, text, about, seen, *, size, problem=""):
        shown[key] = {"text": text, "about": about, "seen": seen, "problem": problem}

    def get_typed(key, seen):
        return typed[key] if key in typed and typed[key].number > seen else None

    def enter(key, text):
        typed[key] = number_field.TypedNumber(shown[key]["seen"] + 1, shown[key]["about"], text)

    monkeypatch.setattr(number_field, "show", show)
    monkeypatch.setattr(number_field, "get_typed", get_typed)
    enter.shown = shown
    return enter


@pytest.fixture
def lists(monkeypatch, data):
    """Return the rows of each list of photos that is shown from now on."""
    shown = []
    monkeypatch.setattr(photo_list, "show", lambda key, rows, opened, label: shown.append(rows))
    return shown


@pytest.fixture
def collected(data):
    """Open the collection of digits to which the pages save."""
    with Collection.open() as opened:
        yield opened
