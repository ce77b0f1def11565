import pytest

from digitnet.experiments import notices, tutorial_results
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run, list_runs
from digitnet.experiments.status import QUEUED
from digitnet.experiments.studies import list_studies
from digitnet.experiments.tutorials import TUTORIALS
from digitnet.models.active import get_active_model
from digitnet.models.card import STOPPED
from pages.tutorial import cards
from tests.helpers.app_pages import find_key, make_page, read_wide_tables
from tests.helpers.trained import save_trained

FOUR, HELLO = TUTORIALS["98-percent"], TUTORIALS["hello"]


@pytest.fixture
def page(ship):
    """Return the page Tutorials, not run yet, with the model mlp alone."""
    ship("mlp")
    return make_page("tutorials")


def choose_studies(page):
    page.button_group(key=find_key(page, "tutorials_view")).set_value("Studies").run()
    assert not page.exception


def list_states():
    return [(run.name, run.read_status().state) for run in list_runs()]


def test_each_tutorial_has_a_card_with_published_figures_and_ours(page):
    page.run()
    assert not page.exception
    assert [header.value.replace("\\", "") for header in page.header] == [t.title for t in TUTORIALS.values()]
    tables = read_wide_tables(page)
    assert [list(table.index) for table in tables] == [list(t.recipes) for t in TUTORIALS.values()]
    assert tables[0].loc["mlp-64-64", "Published accuracy"] == "97.37%"
    assert all(tables[0]["From"] == "record")
    assert any("dense 64, dense 64; 100 epochs, batches of 64, sgd" in text.value for text in page.markdown)


def test_model_trained_with_other_settings_does_not_count(page):
    page.run()
    assert list(read_wide_tables(page)[3]["From"]) == ["record"]  # The shipped mlp was trained on varied copies.


def test_all_of_a_tutorial_is_queued_stopped_and_resumed(page):
    save_trained(TrainingConfig.from_recipe("mlp-64-64", name="mine"), 0.975)
    page.run()
    page.button(key="train-98-percent").click().run()
    assert not page.exception
    missing = ["perceptron", "mlp-128-128-dropout", "mlp-512-512-dropout"]
    assert list_states() == [(name, QUEUED) for name in missing]
    assert "1 of 4 runs done" in page.get("progress")[0].proto.text
    assert "train-98-percent" not in [button.key for button in page.button]
    page.button(key="stop-98-percent").click().run()
    assert list_states() == [(name, STOPPED) for name in missing]
    page.button(key="play_arrow-98-percent").click().run()
    assert list_states() == [(name, QUEUED) for name in missing]


def test_seeds_chosen_just_before_the_click_are_used(page):
    page.run()
    page.number_input(key=find_key(page, "hello-seeds")).set_value(3)
    page.button(key="train-hello").click().run()
    assert [run.read_config().seed for run in list_runs()] == [0, 1, 2]
    assert {run.read_config().recipe for run in list_runs()} == {"linear-15"}


def test_table_fills_as_runs_end(page):
    page.run()
    page.button(key="train-hello").click().run()
    (run,) = list_runs()
    save_trained(run.read_config(), 0.93)
    run.delete()
    notices.note_end("linear-15")
    page.run()
    assert not page.exception
    table = read_wide_tables(page)[1]
    assert list(table.loc["linear-15", ["Our accuracy", "Our loss", "From"]]) == ["93.00%", "0.0700", "models here"]
    assert page.button(key="train-hello").disabled
    assert not notices.list_ended()


def test_best_model_of_a_tutorial_is_put_to_use_and_looked_into(page, switched_pages):
    for recipe, accuracy in zip(FOUR.recipes, (0.92, 0.97, 0.98, 0.975), strict=True):
        save_trained(TrainingConfig.from_recipe(recipe), accuracy)
    page.run()
    page.button(key="use-98-percent-mlp-128-128-dropout").click().run()
    assert get_active_model() == "mlp-128-128-dropout"
    page.selectbox(key=find_key(page, "98-percent-offer")).set_value("perceptron").run()
    page.button(key="inside-98-percent").click().run()
    assert switched_pages == ["pages/inside.py"]
    assert page.session_state.model == "perceptron"


def test_curves_of_models_and_runs_lie_in_one_chart(page):
    save_trained(TrainingConfig.from_recipe("perceptron"))
    run = Run("mlp-64-64")
    run.create(TrainingConfig.from_recipe("mlp-64-64"))
    run.history.write_text("epoch,accuracy,loss\n0,0.5,1.0\n")
    curves = cards.study_curves.load_curves(tutorial_results.list_trials(FOUR))
    assert list(curves.groupby("run", sort=False).size().items()) == [("perceptron", 2), ("mlp-64-64", 1)]


def test_study_of_a_grid_is_started_once(page):
    page.run()
    choose_studies(page)
    assert any("No study yet" in info.value for info in page.info)
    page.selectbox(key=find_key(page, "study-recipe")).set_value("linear-15").run()
    page.number_input(key=find_key(page, "study-epochs-linear-15")).set_value(2).run()
    page.selectbox(key=find_key(page, "study-second_setting")).set_value("batch_size").run()
    page.text_input(key=find_key(page, "study-values-units")).set_value("4, 8")
    page.text_input(key=find_key(page, "study-values-batch_size")).set_value("64, 128").run()
    assert any(text.value.startswith("4 runs, about") for text in page.markdown)
    page.button(key="start-study").click().run()
    assert not page.exception
    configs = [run.read_config() for run in list_runs()]
    assert [(config.layers, config.batch_size, config.epochs) for config in configs] == [
        (f"dense {units} linear", batch, 2) for units in (4, 8) for batch in (64, 128)
    ]
    assert page.button(key="start-study").disabled
    (study,) = list_studies()
    assert study.group == "Hidden neurons and batch size of linear-15"
    assert len(read_wide_tables(page)[0]) == 4


def test_settings_of_a_tutorials_network_are_studied(page):
    page.run()
    page.button(key="study-workshop").click().run()
    assert not page.exception
    assert page.selectbox(key=find_key(page, "study-recipe")).value == "mlp-1024-tanh"
    assert not page.header


def test_wrong_values_are_explained_and_start_nothing(page):
    page.run()
    choose_studies(page)
    page.text_input(key=find_key(page, "study-values-units")).set_value("4, many").run()
    (error,) = page.error
    assert "Expected hidden neurons such as 32, 128, 512. Received: 'many'." in error.value.replace("\\", "")
    assert "start-study" not in [button.key for button in page.button]


def test_page_says_how_to_install_what_trains(page, monkeypatch):
    monkeypatch.setattr(cards, "can_train", lambda: False)
    page.run()
    assert page.button(key="train-hello").disabled
    assert any("Training needs TensorFlow" in warning.value for warning in page.warning)
