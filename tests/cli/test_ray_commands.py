"""Commands with --ray do on a cluster of this machine what they do without."""

import pyarrow.dataset
import pytest
from PIL import Image

from digitnet.cli.main import run_command
from digitnet.experiments.run import list_runs
from digitnet.models import store
from digitnet.models.card import read_card
from digitnet.tuning.search import DONE, Search
from tests.helpers.ray_marks import RAY_MARKS
from tests.helpers.samples import SAMPLES

pytestmark = RAY_MARKS


@pytest.fixture
def scans(tmp_path):
    """A folder of three small pictures."""
    folder = tmp_path / "scans"
    folder.mkdir()
    with Image.open(SAMPLES / "even.jpg") as photo:
        for left in (130, 132, 134):
            photo.crop((left, 80, 1120, 290)).resize((247, 52)).save(folder / f"{left}.png")
    return folder


def test_archive_is_read_on_a_cluster(scans, tmp_path, capfd):
    rows = []
    for number, options in enumerate(([], ["--ray", "local", "--workers", "1"])):
        out = tmp_path / f"out-{number}"
        assert run_command(["read-many", str(scans), "--out", str(out), *options]) == 0
        assert capfd.readouterr().out == f"3 files are read, 0 with errors. Results: {out}\n"
        columns = ["file", "text", "confidence", "x0", "y0", "x1", "y1"]
        rows.append(pyarrow.dataset.dataset(out).to_table(columns).sort_by("file").to_pylist())
    assert {row["file"] for row in rows[0]} == {"130.png", "132.png", "134.png"}
    assert rows[0] == rows[1]


@pytest.mark.training
def test_search_trains_models_on_a_cluster(models, tmp_path, data, capsys):
    space = tmp_path / "tiny.toml"
    space.write_text("learning_rate = [0.001, 0.02]")
    arguments = ["--method", "grid", "--pruner", "none", "--limit", "500", "--epochs", "1", "--ray", "local"]
    assert run_command(["tune", "--recipe", "perceptron", "--space", str(space), *arguments]) == 0
    assert "on the held-out digits" in capsys.readouterr().out
    search = Search("tiny")
    records = search.read_trials().records
    assert (search.read_status().state, list_runs()) == (DONE, [])
    assert [(record.state, record.epoch, record.runs) for record in records] == [
        ("done", 1, ("tiny-001",)),
        ("done", 1, ("tiny-002",)),
    ]
    assert all(0 < record.value < 1 and record.seconds > 0 for record in records)
    assert store.list_models() == ["tiny-001", "tiny-002"]
    assert [read_card(name).config["learning_rate"] for name in store.list_models()] == [0.001, 0.02]
