import asyncio
import base64
import json
import os

import numpy as np
import pytest

from benchmarks.app_server import running_server
from benchmarks.load import Load, run_sessions
from benchmarks.load_drawings import draw_numbers
from benchmarks.load_results import Times, measure_usage
from digitnet.preprocessing.images import load
from digitnet.reading.pipeline import read_drawing
from pages.shared.canvas_strokes import to_strokes


@pytest.fixture
def server(tmp_path):
    environment = {**os.environ, "DIGITNET_DATA": str(tmp_path / "data")}
    with running_server(environment) as (url, _, pid):
        yield url, pid


def test_drawings_of_the_load_hold_their_numbers(cnn):
    report, text = next(drawn for drawn in draw_numbers(np.random.default_rng(0)) if drawn[1])
    drawing = json.loads(report)["drawing"]
    picture = base64.b64decode(drawing["data"].split(",")[1])
    assert read_drawing(load(picture), cnn, to_strokes(drawing["raw"]["objects"])).text == text


def test_times_are_cells_of_a_table():
    assert Times([1.0, 3.0], ["broken"]).describe() == "2 | 2.00 | 2.90 | 2.98 | 3.00 | 1"
    assert Times().describe() == "0 | | | | | 0"


def test_sessions_draw_on_the_real_server_and_count_errors(server):
    url, pid = server
    load = Load(url, None, pause=0.2, confirmed=1.0)
    asyncio.run(run_sessions(load, sessions=2, photographers=1, seconds=3, pid=pid))
    assert load.strokes.errors == load.photos.errors == []
    assert len(load.strokes.seconds) >= 2
    assert len(load.photos.seconds) >= 1
    assert measure_usage(pid).memory > 100 * 2**20
    gone = Load("http://127.0.0.1:9", None, pause=0.2, confirmed=1.0)
    asyncio.run(run_sessions(gone, sessions=1, photographers=0, seconds=1, pid=0))
    assert "ConnectError" in gone.strokes.errors[0]
