import os

import psutil
import pytest

from digitnet.experiments import run_process
from digitnet.experiments.config import TrainingConfig
from digitnet.models.card import STOPPED
from digitnet.tuning import actions
from digitnet.tuning.search import DONE, Search, list_searches
from digitnet.tuning.settings import SearchSettings
from digitnet.tuning.trial_records import DONE as TRIAL_DONE
from digitnet.tuning.trial_records import PRUNED, TrialRecord, Trials
from tests.helpers.app_pages import find_key, make_page, read_wide_tables
from tests.helpers.trained import save_trained

SPACE = "learning_rate = { from = 0.001, to = 0.1, log = true }\nbatch_size = [32, 64]\n"
SETTINGS = SearchSettings("search-quick", TrainingConfig.from_recipe("quick"), SPACE, samples=5)
RATES = (0.001, 0.01, 0.1, 0.05, 0.02)


@pytest.fixture
def page(ship, monkeypatch):
    """Return the page Tutorials with searches, not run yet; this process stands for those of searches."""
    ship("mlp")
    monkeypatch.setattr(run_process, "spawn", lambda *_, **__: psutil.Process(os.getpid()))
    page = make_page("tutorials")
    page.session_state.tutorials_view = "Search settings"
    return page


def save_search(state=DONE, **changes):
    """Keep a search whose five trials have ended, with the models of two."""
    actions.create(SETTINGS)
    for number, rate in enumerate(RATES[:2], 1):
        save_trained(SETTINGS.make_configs(number, {"learning_rate": rate, "batch_size": 32})[0], 0.9 + number / 100)
    records = [
        TrialRecord(
            number,
            {"learning_rate": rate, "batch_size": 32 if number % 2 else 64},
            PRUNED if number == 3 else TRIAL_DONE,
            (f"search-quick-00{number}",),
            0.95 - abs(rate - 0.01),
            epoch=1 if number == 3 else 3,
            epochs=3,
            seconds=12.0,
            test_accuracy=0.94,
        )
        for number, rate in enumerate(RATES, 1)
    ]
    Search("search-quick").write_trials(Trials(tuple(records), {"learning_rate": 0.9, "batch_size": 0.1}))
    Search("search-quick").update_status(state=state, **changes)


def list_keys(page):
    return [button.key for button in page.button]


def test_search_is_set_up_and_started_once(page):
    page.run()
    assert any("No search yet" in info.value for info in page.info)
    page.button_group(key=find_key(page, "search-method")).set_value("random").run()
    page.number_input(key=find_key(page, "search-samples")).set_value(7)
    page.number_input(key=find_key(page, "search-limit")).set_value(500)
    page.number_input(key=find_key(page, "search-to-learning_rate")).set_value(0.5)
    page.text_input(key=find_key(page, "search-list-batch_size")).set_value("16, 32").run()
    assert any(text.value.startswith("7 trials, about") for text in page.markdown)
    page.button(key="start-search").click().run()
    assert not page.exception
    (search,) = list_searches()
    settings = search.read_settings()
    assert (settings.name, settings.method, settings.trials) == ("search-quick", "random", 7)
    assert settings.space == "learning_rate = { from = 0.0001, to = 0.5, log = true }\nbatch_size = [16, 32]\n"
    assert (settings.config.recipe, settings.config.limit) == ("quick", 500)
    assert "stop-this-search" in list_keys(page)
    page.button(key="start-search").click().run()
    assert [search.name for search in list_searches()] == ["search-quick-2", "search-quick"]


def test_grid_asks_for_points_and_counts_combinations(page):
    page.run()
    page.button_group(key=find_key(page, "search-method")).set_value("grid").run()
    page.number_input(key=find_key(page, "search-points-learning_rate")).set_value(5).run()
    assert any(text.value.startswith("20 trials, about") for text in page.markdown)


def test_fields_of_all_settings_make_a_space(page):
    page.run()
    options = page.multiselect(key=find_key(page, "search-settings")).options
    page.multiselect(key=find_key(page, "search-settings")).set_value(options).run()
    assert not page.exception
    assert not page.error
    code = page.code[0].value
    assert 'optimizer = ["sgd", "adam", "adamw"]' in code
    assert "layers = [1, 2, 3]" in code
    assert "augment = [true, false]" in code
    assert "dropout = { from = 0.0, to = 0.5 }" in code


def test_list_in_place_of_a_range_begins_with_a_few_of_its_values(page):
    page.run()
    page.multiselect(key=find_key(page, "search-settings")).set_value(["learning_rate", "units"]).run()
    for name in ("learning_rate", "units"):
        page.button_group(key=find_key(page, f"search-kind-{name}")).set_value("List").run()
    lists = [page.text_input(key=find_key(page, f"search-list-{name}")).value for name in ("learning_rate", "units")]
    assert [len(text.split(", ")) for text in lists] == [4, 4]
    assert lists[0] == "0.0001, 0.000464159, 0.00215443, 0.01"
    assert not page.exception


def test_space_can_be_written_as_toml(page):
    page.run()
    page.toggle(key=find_key(page, "search-as-toml")).set_value(True).run()
    area = page.text_area(key=find_key(page, "search-toml"))
    assert area.value.startswith("learning_rate = { from = 0.0001")
    area.set_value("batch_size = [32, 0]").run()
    assert "Line 1, batch_size: Expected batch_size to be from 1 to 8192." in page.error[0].value.replace("\\", "")
    assert "start-search" not in list_keys(page)


def test_trials_best_and_importance_are_shown(page):
    save_search()
    page.run()
    assert not page.exception
    (table,) = read_wide_tables(page)
    assert list(table.loc["2"]) == ["0.01", "64", "3", "95.00%", "done (best)", "12"]
    assert list(table.loc["3"]) == ["0.1", "32", "1 of 3", "86.00%", "stopped early", "12"]
    texts = [text.value.replace("\\", "") for text in page.markdown]
    assert (
        "Best: **search-quick-002** (learning rate 0.01, batch size 64) reads 95.00% of the held-out digits; 94.00% of "
        "the test digits."
    ) in texts
    assert {"**All trials**", "**What matters**"} <= set(texts)
    assert any("5 of 5 trials ended" in text for text in texts)
    assert "resume-this-search" not in list_keys(page)


def test_best_is_put_to_use_through_the_gate(page, monkeypatch):
    save_search()
    asked = []
    monkeypatch.setattr(
        "digitnet.experiments.promotion.promote_over", lambda *names: asked.append(names) or (False, "Not better.")
    )
    page.run()
    page.button(key="use-best-of-search").click().run()
    assert not page.exception
    assert asked == [("mlp", "search-quick-002")]
    assert any("Not better" in text.value for text in page.markdown)


def test_stopped_search_is_resumed_or_discarded(page):
    save_search(STOPPED)
    page.run()
    page.button(key="resume-this-search").click().run()
    assert Search("search-quick").read_status().is_active
    page.button(key="stop-this-search").click().run()
    assert Search("search-quick").is_stop_requested()
    Search("search-quick").update_status(state=STOPPED)
    page.run()
    page.button(key="discard-search").click().run()
    page.button(key="discard-this-search").click().run()
    assert not page.exception
    assert list_searches() == []


def test_search_that_is_done_goes_on_with_more_trials(page):
    save_search()
    page.run()
    button = page.button(key="add_trials-this-search")
    assert button.label == "10 more trials"
    button.click().run()
    assert not page.exception
    assert Search("search-quick").read_settings().trials == 15
    assert Search("search-quick").read_status().is_active


def test_failure_and_damage_are_explained(page):
    save_search("failed", message="The disk is full.")
    page.run()
    assert page.error[0].value.replace("\\", "") == "The disk is full."
    (Search("search-quick").folder / "search.json").write_text("{}")
    page.run()
    assert not page.exception
    assert "cannot be read; discard it" in page.error[0].value.replace("\\", "")
    assert "discard-search" in list_keys(page)
