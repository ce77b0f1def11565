import pytest

from digitnet.experiments import study_runs
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run, list_runs
from digitnet.experiments.status import QUEUED
from digitnet.experiments.studies import list_studies
from digitnet.models.card import INTERRUPTED, STOPPED
from pages.shared import study_charts, study_curves
from tests.helpers.app_pages import find_key, make_page, read_wide_tables
from tests.helpers.train_page import press
from tests.helpers.trained import save_trained

BASE = TrainingConfig.from_recipe("quick", epochs=2)


@pytest.fixture
def page(ship):
    ship("mlp")
    return make_page("train")


def save_study(tries, seeds=1, accuracies=(0.9, 0.8, 0.7, 0.6)):
    configs = study_runs.plan(BASE, tries, seeds)
    for config, accuracy in zip(configs, accuracies, strict=False):
        save_trained(config, accuracy)
    return configs


def find_table(page):
    return read_wide_tables(page)[-1]


@pytest.mark.parametrize(
    ("tries", "order"),
    [({"units": "128, 32, 512"}, ["32", "128", "512"]), ({"optimizer": "sgd, adam"}, ["sgd 0.01", "adam 0.001"])],
)
def test_values_are_in_the_order_of_their_numbers_or_as_typed(page, tries, order):
    save_study(tries)
    page.run()
    assert not page.exception
    assert list(find_table(page).index) == order


def test_axis_and_line_follow_the_values(page):
    save_study({"units": "128, 32, 512"})
    (study,) = list_studies()
    chart = study_charts.plot_study(study, "accuracy").to_dict()
    line = chart["layer"][0]["encoding"]
    assert line["x"]["sort"] == ["32", "128", "512"]
    assert line["order"] == {"field": "place", "type": "quantitative"}
    rows = [row for rows in chart["datasets"].values() for row in rows]
    assert [(row["place"], row["x"], row["mean"]) for row in rows] == [(0, "32", 0.8), (1, "128", 0.9), (2, "512", 0.7)]


def test_two_settings_are_a_heat_map_of_each_measure(page):
    save_study({"batch_size": "32, 128", "epochs": "10, 5"})
    (study,) = list_studies()
    for measure, order in (("accuracy", "ascending"), ("loss", "descending")):
        cells, labels = study_charts.plot_study(study, measure).to_dict()["layer"]
        assert cells["encoding"]["x"]["sort"] == ["32", "128"]
        assert cells["encoding"]["y"]["sort"] == ["5", "10"]
        assert cells["encoding"]["color"]["sort"] == order
        assert labels["encoding"]["text"]["field"] == "mean"
    page.run()
    assert not page.exception
    assert "Curves by batch size and epochs:" in [caption.value for caption in page.caption]
    assert list(find_table(page).columns) == ["Epochs", "Test accuracy", "Test loss", "Gap", "Seconds", "Runs"]


def test_study_is_stopped_resumed_and_discarded_on_the_page(page):
    configs = save_study({"units": "32, 128, 512"}, accuracies=(0.9,))
    study_runs.start(configs)
    page.run()
    assert "1 of 3 runs done" in page.get("progress")[-1].proto.text
    page.button(key="stop-study").click().run()
    assert {run.read_status().state for run in list_runs()} == {STOPPED}
    page.button(key="play_arrow-study").click().run()
    assert {run.read_status().state for run in list_runs()} == {QUEUED}
    page.button(key="stop-study").click().run()
    page.button(key="discard-study").click().run()
    press(page, "Keep them")
    assert len(list_runs()) == 2
    page.button(key="discard-study").click().run()
    page.button(key="delete_forever-study").click().run()
    assert not page.exception
    assert not list_runs()
    assert list(find_table(page).index) == ["32"]


def test_failed_run_says_why(page):
    configs = save_study({"units": "32, 128"}, accuracies=(0.9,))
    Run(configs[1].name).create(configs[1])
    Run(configs[1].name).update_status(state="failed", message="It diverged.")
    page.run()
    assert any("It diverged" in error.value.replace("\\", "") for error in page.error)


def test_interrupted_study_without_any_model_is_shown(page):
    for config in study_runs.plan(BASE, {"units": "32, 128"}):
        Run(config.name).create(config)
        Run(config.name).update_status(state=INTERRUPTED)
    page.run()
    assert not page.exception
    assert list(find_table(page)["Runs"]) == ["0 of 1", "0 of 1"]
    assert page.get("progress")[-1].proto.text == "0 of 2 runs done · 2 interrupted"


def test_best_model_is_offered_first_and_looked_into(page, switched_pages):
    configs = save_study({"units": "32, 128"}, accuracies=(0.8, 0.9))
    page.run()
    assert page.selectbox(key=find_key(page, "study-offer")).value == configs[1].name
    page.button(key="inside-study").click().run()
    assert switched_pages == ["pages/inside.py"]
    assert page.session_state.model == configs[1].name


def test_curves_are_in_the_order_of_the_values(page):
    save_study({"units": "128, 32, 512"})
    (study,) = list_studies()
    curves = study_curves.load_curves(study_curves.choose_trials(study.sort_trials()))
    assert list(dict.fromkeys(curves["run"])) == ["32", "128", "512"]


def test_best_curves_of_many_runs_are_shown_one_for_each_value(page):
    accuracies = [0.9 - place / 100 for place in range(10)]
    save_study({"units": "1, 2, 3, 4, 5, 6, 7, 8, 9, 10"}, 2, accuracies=accuracies * 2)
    (study,) = list_studies()
    chosen = study_curves.choose_trials(study.sort_trials())
    assert [(trial.values, trial.seed) for trial in chosen] == [((str(units),), 0) for units in range(1, 9)]
    page.run()
    assert any(caption.value.startswith("Curves of 8 of 20 runs") for caption in page.caption)


def test_values_without_numbers_are_not_joined_by_a_line(page):
    for tries, opacity in (({"optimizer": "sgd, adam"}, 0), ({"units": "32, 128"}, 0.5)):
        save_study(tries)
        line = study_charts.plot_study(list_studies()[-1], "loss").to_dict()["layer"][0]
        assert line["mark"]["opacity"] == opacity
