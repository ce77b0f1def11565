import pytest

from digitnet.cli.main import run_command
from digitnet.models import store
from digitnet.models.card import read_card
from digitnet.tuning import actions
from digitnet.tuning.engine import Engine
from digitnet.tuning.search import Search
from tests.helpers.trial_runs import FolderRuns

SPACE = "learning_rate = { from = 0.001, to = 0.1, log = true, points = 3 }\nbatch_size = [32, 64]\n"


@pytest.fixture
def space(models, tmp_path):
    """The path of a space."""
    path = tmp_path / "rates.toml"
    path.write_text(SPACE)
    return path


@pytest.fixture
def trains_nothing(tmp_path, monkeypatch):
    """Let searches train nothing."""
    runs = FolderRuns(tmp_path / "runs")
    monkeypatch.setattr("digitnet.tuning.engine.SECONDS_BETWEEN_STEPS", 0.0)
    monkeypatch.setattr("digitnet.tuning.trial_runs.QueuedRuns", lambda *_, **__: runs)
    return runs


def test_grid_prints_a_table_and_its_best(space, trains_nothing, capsys):
    command = ["tune", "--recipe", "quick", "--space", str(space), "--method", "grid", "--pruner", "none"]
    assert run_command(command) == 0
    out = capsys.readouterr().out
    assert "Search rates: 6 trials of quick by grid" in out
    assert "trial 1, learning rate 0.001, batch size 32, epochs 3, validation accuracy 77.74%, state done" in out
    assert "3      0.01           32          3       97.74%               done (best)  10" in out
    assert "Best: rates-003, 97.74% on the held-out digits; 50.00% of the test digits, which decided nothing." in out
    assert "Importance: learning rate " in out
    assert run_command([*command, "--seeds", "1"]) == 0
    assert len(trains_nothing.list_asked("start")) == 6  # The second command repeats none.


def test_search_that_goes_on_may_have_more_trials(space, trains_nothing, capsys):
    assert run_command(["tune", "--recipe", "quick", "--space", str(space), "--samples", "2"]) == 0
    assert run_command(["tune", "--resume", "rates", "--samples", "5", "--parallel", "2"]) == 0
    assert "Search rates: 5 trials of quick by tpe" in capsys.readouterr().out
    assert len(Search("rates").read_trials().list_ended()) == 5
    assert Search("rates").read_settings().parallel == 2


def test_options_that_a_search_keeps_are_refused(space, trains_nothing, capsys):
    assert run_command(["tune", "--recipe", "quick", "--space", str(space), "--samples", "1"]) == 0
    assert run_command(["tune", "--resume", "rates", "--seeds", "3", "--samples", "5", "--method", "grid"]) == 1
    error = capsys.readouterr().err
    assert "leave out --method, --seeds. With --resume these may change: --samples, --parallel, --ray." in error
    assert Search("rates").read_settings().samples == 1


def test_table_is_drawn_over_itself_on_a_terminal(space, trains_nothing, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("LINES", "6")
    monkeypatch.setenv("COLUMNS", "200")
    assert run_command(["tune", "--recipe", "quick", "--space", str(space), "--samples", "5"]) == 0
    out = capsys.readouterr().out
    assert "\x1b[3F\x1b[0J" in out
    assert "5 of 5 trials have ended, 3 above not shown, about 0 min left" in out


def test_promotion_is_asked_for(space, trains_nothing, capsys, monkeypatch):
    monkeypatch.setattr(actions, "promote_best", lambda name: (False, f"{name} is not better."))
    assert run_command(["tune", "--recipe", "quick", "--space", str(space), "--samples", "1", "--promote"]) == 0
    assert capsys.readouterr().out.endswith("rates is not better.\n")


def test_stopped_search_promotes_nothing(space, trains_nothing, capsys, monkeypatch):
    monkeypatch.setattr(actions, "promote_best", lambda name: pytest.fail("It is not done."))
    monkeypatch.setattr(Search, "is_stop_requested", lambda search: True)
    assert run_command(["tune", "--recipe", "quick", "--space", str(space), "--promote"]) == 0
    assert Search("rates").read_status().state == "stopped"
    assert "No trial is done." in capsys.readouterr().out


def test_ctrl_c_says_how_to_go_on(space, trains_nothing, capsys, monkeypatch):
    def interrupt(engine):
        raise KeyboardInterrupt

    monkeypatch.setattr(Engine, "run", interrupt)
    assert run_command(["tune", "--recipe", "quick", "--space", str(space)]) == 130
    assert "Stopped; go on with: digitnet tune --resume rates" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Expected --space FILE with the settings to search, or --resume NAME."),
        (["--space", "none.toml"], "The space 'none.toml' cannot be read: No such file or directory."),
        (["--resume", "none"], "There is no search called 'none'."),
        (["--space", "SPACE", "--recipe", "tea"], "Expected a recipe of"),
        (["--space", "SPACE", "--name", "a b"], "Use only letters"),
    ],
)
def test_wrong_arguments_are_explained(space, capsys, arguments, message):
    assert run_command(["tune", *(str(space) if text == "SPACE" else text for text in arguments)]) == 1
    assert message in capsys.readouterr().err


@pytest.mark.training
def test_search_trains_models_by_the_queue(models, tmp_path, data, monkeypatch, capsys):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    space = tmp_path / "tiny.toml"
    space.write_text("learning_rate = [0.001, 0.02]")
    arguments = ["--method", "grid", "--limit", "200", "--epochs", "1"]
    assert run_command(["tune", "--recipe", "perceptron", "--space", str(space), *arguments]) == 0
    assert store.list_models() == ["tiny-001", "tiny-002"]
    assert [read_card(name).config["learning_rate"] for name in store.list_models()] == [0.001, 0.02]
    trials = Search("tiny").read_trials()
    assert [(record.state, record.epoch) for record in trials.records] == [("done", 1)] * 2
    assert all(0 < record.value < 1 and record.seconds > 0 for record in trials.records)
    assert "on the held-out digits" in capsys.readouterr().out
