import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitnet.collection.collection import Collection
from digitnet.collection.samples import Sample
from digitnet.experiments import auto_retraining, promotion, queue
from digitnet.experiments.promotion import Comparison, PairedPredictions
from digitnet.experiments.run import QUEUED, RUNNING, Run, list_runs
from digitnet.experiments.snapshots import Snapshots, probe_digits
from digitnet.models import active, store
from digitnet.models.card import FAILED, INTERRUPTED
from digitnet.paths import ROOT
from pages.training import comparison


@pytest.fixture
def launched(models, data, monkeypatch):
    """The shipped mlp alone, and a queue whose processes never begin."""
    shutil.copytree(ROOT / "models" / "mlp", models / "mlp")
    monkeypatch.setattr(queue, "_launch", lambda run: None)
    return models


@pytest.fixture
def page(launched):
    app = AppTest.from_file(str(ROOT / "pages" / "train.py"), default_timeout=60)
    app.session_state.entered = True
    return app.run()


def texts(page):
    return [element.value for element in (*page.error, *page.markdown)]


def key(page, name):
    """Return the widget key of a setting."""
    return f"setup-{name}" if name == "beginning" else f"setup-{page.session_state.setups}-{name}"


def find_expander(page, label):
    return next(expander for expander in page.expander if expander.label == label)


def start_button(page):
    return next(button for button in page.button if button.label.startswith("Start"))


def test_page_opens_with_a_recipe_ready_to_start(page):
    assert not page.exception
    assert not start_button(page).disabled
    assert any("85,578 parameters" in text for text in texts(page))
    assert any("for 2 epochs" in text for text in texts(page))


def test_recipe_brings_its_own_settings(page):
    page.number_input(key=key(page, "epochs")).set_value(7).run()
    page.selectbox(key="setup-recipe").set_value("mlp-512-512-dropout").run()
    assert page.number_input(key=key(page, "epochs")).value == 31
    assert page.slider(key=key(page, "validation_share")).value == 20
    assert any("Published: 98.24%" in caption.value.replace("\\", "") for caption in page.caption)
    assert any("669,706 parameters" in text for text in texts(page))


def test_network_that_rejects_non_digits_has_one_more_output(page):
    refuse = next(toggle for toggle in page.toggle if toggle.label == "Learns to reject non-digits")
    refuse.set_value(True).run()
    assert not page.exception
    assert any("85,643 parameters" in text for text in texts(page))
    assert page.table[0].value.index[-1] == "dense 11 softmax"
    start_button(page).click().run()
    assert list_runs()[0].read_config().refuse


def test_started_run_is_queued_with_the_settings_of_the_page(page):
    page.selectbox(key="setup-recipe").set_value("mlp-64-64").run()
    page.number_input(key=key(page, "epochs")).set_value(3).run()
    page.text_input(key=key(page, "learning_rate")).set_value("0.05").run()
    start_button(page).click().run()
    assert not page.exception
    (run,) = list_runs()
    config = run.read_config()
    assert (config.recipe, config.epochs, config.learning_rate) == ("mlp-64-64", 3, 0.05)
    assert run.read_status().state == QUEUED
    assert page.text_input(key=key(page, "name")).value == "mlp-64-64-2"


def test_setting_changed_just_before_the_click_is_used(page):
    page.text_input(key=key(page, "name")).set_value("mine")
    page.number_input(key=key(page, "epochs")).set_value(5)
    start_button(page).click().run()
    (run,) = list_runs()
    assert (run.name, run.read_config().epochs) == ("mine", 5)


def test_click_right_after_a_wrong_setting_starts_nothing(page):
    page.text_input(key=key(page, "learning_rate")).set_value("fast")
    start_button(page).click().run()
    assert not list_runs()
    page.text_input(key=key(page, "learning_rate")).set_value("0.01").run()
    assert not list_runs()


def test_double_click_starts_one_run(page):
    button = start_button(page)
    button.click().run()
    button.click().run()  # the one that was shown before, as in a browser that does not show the next yet
    assert [run.name for run in list_runs()] == ["quick"]
    start_button(page).click().run()
    assert {run.name for run in list_runs()} == {"quick", "quick-2"}


def test_layers_are_added_changed_and_removed(page):
    page.selectbox(key="setup-recipe").set_value("mlp-64-64").run()
    next(button for button in page.button if button.key == "add-Dropout").click().run()
    next(number for number in page.number_input if number.label == "Units").set_value(32).run()
    next(button for button in page.button if button.label == "Remove").click().run()
    start_button(page).click().run()
    assert list_runs()[0].read_config().layers == "dense 64, dropout 0.2"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("name", "mlp", "already"),
        ("name", "a/b", "Expected a model name"),
        ("learning_rate", "fast", "above 0 and at most 10"),
        ("learning_rate", "-1", "above 0 and at most 10"),
    ],
)
def test_wrong_setting_shows_an_error_and_disables_start(page, name, value, sentence):
    page.text_input(key=key(page, name)).set_value(value).run()
    assert any(sentence in error.value.replace("\\", "") for error in page.error)
    assert start_button(page).disabled


def test_early_stopping_needs_validation_digits(page):
    page.number_input(key=key(page, "patience")).set_value(2).run()
    page.slider(key=key(page, "validation_share")).set_value(0).run()
    assert any("hold some out" in error.value for error in page.error)
    assert start_button(page).disabled


def test_network_that_does_not_fit_shows_an_error(page):
    for _ in range(3):
        next(button for button in page.button if button.key == "add-Pooling").click().run()
    assert any("does not fit" in error.value for error in page.error)
    assert start_button(page).disabled


def test_each_value_to_try_becomes_a_run(page):
    page.selectbox(key="setup-recipe").set_value("mlp-512-256").run()
    page.toggle(key=key(page, "trying")).set_value(True).run()
    page.text_input(key=key(page, "values-dropout")).set_value("0, 0.5").run()
    assert start_button(page).label == "Start 2 runs"
    start_button(page).click().run()
    assert [run.read_config().variant for run in list_runs()] == ["0", "0.5"]


@pytest.mark.parametrize(
    ("state", "word"), [(RUNNING, "Interrupted"), (INTERRUPTED, "Interrupted"), (FAILED, "Failed")]
)
def test_inactive_run_can_be_started_again(page, state, word):
    page.text_input(key=key(page, "name")).set_value("mine").run()
    start_button(page).click().run()
    Run("mine").update_status(state=state, pid=0)
    page.run()
    assert any(word in badge.value for badge in page.markdown if "badge" in badge.value)
    next(button for button in page.button if button.label == "Start again").click().run()
    assert Run("mine").read_status().state == QUEUED


def test_unwritable_folder_shows_an_error(page, launched, monkeypatch):
    make = Path.mkdir

    def refuse(self, *args, **settings):
        if self.is_relative_to(launched):
            raise PermissionError(13, "Permission denied")
        make(self, *args, **settings)

    monkeypatch.setattr(Path, "mkdir", refuse)
    start_button(page).click().run()
    assert any("cannot be saved" in error.value for error in page.error)
    assert not list_runs()


def test_last_finished_model_is_put_to_use_and_back(page, tiny_model, launched):
    shutil.copytree(tiny_model, launched / "tiny")
    page.run()
    next(button for button in page.button if button.label == "Use this model").click().run()
    assert active.get_active_model() == "tiny"
    next(button for button in page.button if button.label.startswith("Back to")).click().run()
    assert active.get_active_model() == "mlp"


def test_curves_of_a_watched_run_stay_open_after_its_end(page, tiny_model, launched):
    shutil.copytree(tiny_model, launched / "tiny")
    page.run()
    assert not page.exception
    curves = find_expander(page, "Curves")
    assert not curves.proto.expanded
    page.session_state.watched_runs = {"tiny"}
    page.run()
    assert find_expander(page, "Curves").proto.expanded
    assert sum("vega" in element.type for element in page.main) == 2


@pytest.fixture
def user_digits(data, mnist):
    """A collection of 30 digits written by two people."""
    with Collection.open() as collection:
        digits = zip(mnist[1].images[:30], mnist[1].labels[:30].tolist(), strict=True)
        collection.add([Sample(picture, b"", label, writer="AB"[i % 2]) for i, (picture, label) in enumerate(digits)])
        yield collection


def choose(page, name, value):
    page.radio(key=key(page, name)).set_value(value).run()
    assert not page.exception


def test_page_without_user_digits_says_so_and_uses_mnist(page):
    assert any("You have none of your own yet" in info.value for info in page.info)
    start_button(page).click().run()
    assert list_runs()[0].read_config().data == "mnist"


def test_user_digits_are_trained_on_as_chosen(page, user_digits):
    page.run()
    choose(page, "data", "both")
    page.multiselect(key=key(page, "writers")).set_value(["B"]).run()
    page.slider(key=key(page, "own_share")).set_value(40).run()
    count = user_digits.count(writers=["B"], held_out=False)
    assert any(f"Trains on **{count}** of your digits" in text for text in texts(page))
    start_button(page).click().run()
    config = list_runs()[0].read_config()
    assert (config.data, config.writers, config.own_share, config.start) == ("both", ("B",), 0.4, "")


def test_choice_of_digits_survives_a_change_of_recipe(page, user_digits):
    page.run()
    choose(page, "data", "own")
    page.selectbox(key="setup-recipe").set_value("mlp-64-64").run()
    assert page.radio(key=key(page, "data")).value == "own"


def test_model_in_use_is_continued_with_user_digits(page, user_digits):
    page.run()
    choose(page, "beginning", "continue")
    assert page.radio(key=key(page, "data")).value == "both"
    assert not [box for box in page.selectbox if box.label == "Recipe"]
    page.number_input(key=key(page, "epochs")).set_value(2).run()
    start_button(page).click().run()
    config = list_runs()[0].read_config()
    assert (config.start, config.name, config.data, config.epochs) == ("mlp", "mlp-mine", "both", 2)
    assert config.layers == "dense 512, dropout 0.2, dense 256, dropout 0.2"
    assert page.text_input(key=key(page, "name")).value == "mlp-mine-2"
    choose(page, "beginning", "scratch")
    start_button(page).click().run()
    assert not list_runs()[1].read_config().start


def test_stale_browser_does_not_restore_old_settings(page, user_digits):
    page.run()
    page.selectbox(key="setup-recipe").set_value("perceptron").run()  # no layers with controls of their own
    page.toggle(key=key(page, "augment")).set_value(True).run()
    for widget in [*page.radio, *page.selectbox, *page.text_input, *page.number_input, *page.slider, *page.toggle]:
        widget.set_value(widget.value)
    beginning = page.radio(key="setup-beginning")
    beginning.set_value("continue").run()
    beginning.run()  # a click elsewhere, before the browser has got what came of the first
    start_button(page).click().run()
    config = list_runs()[0].read_config()
    assert (config.start, config.name, config.data, config.epochs) == ("mlp", "mlp-mine", "both", 3)


def test_held_out_digits_alone_cannot_be_trained_on(page, user_digits):
    user_digits.delete([digit.id for digit in user_digits.find(held_out=False)])
    page.run()
    choose(page, "data", "both")
    assert any("None of these digits can be trained on" in error.value for error in page.error)
    assert start_button(page).disabled


def finish(launched, tiny_model, **changes):
    """Add a copy of the small network that was just fine-tuned from mlp on user digits."""
    shutil.copytree(tiny_model, launched / "tuned")
    path = launched / "tuned" / store.CARD_FILE
    card = json.loads(path.read_text(encoding="utf-8"))
    card["config"] |= {"data": "both", "name": "tuned"}
    path.write_text(json.dumps({**card, "before": "mlp", "finished": "2999-01-01", **changes}), encoding="utf-8")


def use_button(page):
    return next(button for button in page.button if button.label == "Use this model")


def test_worse_model_shows_the_reason_and_is_not_proposed(page, user_digits, launched, tiny_model):
    finish(launched, tiny_model)
    page.run()
    assert not page.exception
    assert any("points fewer of MNIST" in warning.value.replace("\\", "") for warning in page.warning)
    assert use_button(page).proto.type == "secondary"
    table = next(table.value for table in page.table if "yours after" in table.value.columns)
    assert table.index[0] == "All"
    assert table.loc["All", "yours before"].endswith(f"of {user_digits.count(held_out=True)}")


def test_better_model_is_proposed_with_the_changed_digits(page, user_digits, launched, tiny_model, monkeypatch):
    digits = promotion.load_held_out()
    right = digits.labels.astype(int)
    compared = Comparison(PairedPredictions(digits, right, right), PairedPredictions(digits, (right + 1) % 10, right))
    monkeypatch.setattr(comparison, "compare_with_previous", lambda name: compared)
    finish(launched, tiny_model)
    page.run()
    assert not page.exception
    assert any(message.value.startswith("Better") for message in page.success)
    assert use_button(page).proto.type == "primary"
    assert any("Wrong before, right now" in text for text in texts(page))


def test_comparison_with_a_deleted_model_shows_a_warning(page, user_digits, launched, tiny_model):
    finish(launched, tiny_model, before="gone")
    page.run()
    assert not page.exception
    assert any("cannot be shown" in warning.value for warning in page.warning)


def test_automatic_retraining_is_off_until_turned_on(page, user_digits):
    assert not auto_retraining.load().on
    page.toggle(key="auto-on").set_value(True).run()
    page.number_input(key="auto-every").set_value(7).run()
    chosen = auto_retraining.load()
    assert (chosen.on, chosen.every) == (True, 7)
    assert any("0 of 7 new digits" in text for text in texts(page))


@pytest.fixture
def interrupted_run(page, mnist):
    """A run at rest after four epochs, its page open."""
    page.text_input(key=key(page, "name")).set_value("mine").run()
    start_button(page).click().run()
    run = Run("mine")
    run.update_status(state=INTERRUPTED)
    losses = "".join(f"{epoch},0.9,{loss}\n" for epoch, loss in enumerate((0.5, 0.3, 0.2, 0.1)))
    run.history.write_text("epoch,accuracy,loss\n" + losses)
    digits = probe_digits(mnist[1])
    answers = np.eye(10, dtype=np.float32)[digits.labels]
    first = np.roll(answers, 1, axis=1)
    weights = np.random.default_rng(0).normal(size=(16, 5, 5))
    Snapshots.empty(digits, 10).append(3, first, weights, 40).append(4, answers, weights, 40).save(run.snapshots)
    return run


def html(page):
    return " ".join(element.proto.body for element in page.get("html"))


def press(page, label):
    next(button for button in page.button if button.label == label).click()
    page.run()


def test_run_is_discarded_only_after_confirmation(page, interrupted_run, launched, tiny_model):
    shutil.copytree(tiny_model, launched / "mine")  # what a stopped run leaves
    active.activate("mlp")
    page.run()
    press(page, "Discard…")
    press(page, "Keep it")
    assert interrupted_run.exists()
    assert "mine" in store.list_models()
    press(page, "Discard…")
    press(page, "Discard for good")
    assert not page.exception
    assert not interrupted_run.exists()
    assert "mine" not in store.list_models()
    assert not [button for button in page.button if button.label.startswith("Discard")]


def test_discarded_run_leaves_the_model_in_use(page, interrupted_run, launched, tiny_model):
    shutil.copytree(tiny_model, launched / "mine")
    active.activate("mine")
    page.run()
    press(page, "Discard…")
    press(page, "Discard for good")
    assert not interrupted_run.exists()
    assert active.get_active_model() == "mine"


def test_curves_are_described_with_the_rules_beside_them(page, interrupted_run):
    page.run()
    assert not page.exception
    assert any("Still improving: the training loss fell to 0.1 in epoch 4." in text for text in texts(page))
    assert any("How this is told" in expander.label for expander in page.expander)
    assert any("Overfitting: the mean validation loss of the last 3 epochs" in text for text in texts(page))


def test_look_inside_is_off_until_turned_on(page, interrupted_run):
    page.run()
    assert "read as" not in html(page)
    page.toggle(key="look-inside").set_value(True).run()
    assert not page.exception
    assert any("After epoch 4: 20 of 20 digits right**, 20 answers changed" in text for text in texts(page))
    assert any("weights of 5 × 5 pixels, the first 16 of 40" in text for text in texts(page))
    shown = html(page)
    assert shown.count('<figure role="listitem"') == 20 + 16
    assert 'alt="A 3, read as 3, 99.9% sure, right, was 4"' in shown


def test_look_inside_stays_open_after_the_run_ended(page, interrupted_run, tiny_model, launched):
    page.run()
    page.toggle(key="look-inside").set_value(True).run()
    interrupted_run.delete()
    shutil.copytree(tiny_model, launched / "mine")
    page.run()
    assert not page.exception
    assert find_expander(page, "Last look inside")
    assert html(page).count('<figure role="listitem"') == 20 + 16


@pytest.mark.parametrize("content", [None, b"", b"damaged"])
def test_run_without_snapshots_says_when_to_look_inside(page, interrupted_run, content):
    interrupted_run.snapshots.unlink() if content is None else interrupted_run.snapshots.write_bytes(content)
    page.run()
    page.toggle(key="look-inside").set_value(True).run()
    assert not page.exception
    assert any("You can look inside after the first epoch" in caption.value for caption in page.caption)
