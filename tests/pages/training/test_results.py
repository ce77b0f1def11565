import shutil

from digitnet.models import active
from tests.helpers.train_page import find_expander, find_start_button, list_texts


def test_last_finished_model_is_put_to_use_and_back(page, tiny_model, idle_queue):
    shutil.copytree(tiny_model, idle_queue / "tiny")
    page.run()
    next(button for button in page.button if button.label == "Use this model").click().run()
    assert active.get_active_model() == "tiny"
    next(button for button in page.button if button.label.startswith("Back to")).click().run()
    assert active.get_active_model() == "mlp"
    assert not [button for button in page.button if button.label.startswith("Back to")]


def test_way_back_stands_by_the_model_in_use_alone(page, tiny_model, idle_queue):
    shutil.copytree(tiny_model, idle_queue / "tiny")
    shutil.copytree(idle_queue / "mlp", idle_queue / "other")
    active.activate("other")
    page.run()
    assert [button.label for button in page.button if button.label in ("Use this model", "Back to mlp")] == [
        "Use this model"
    ]


def test_curves_of_a_watched_run_stay_open_after_its_end(page, tiny_model, idle_queue):
    shutil.copytree(tiny_model, idle_queue / "tiny")
    page.run()
    assert not page.exception
    curves = find_expander(page, "Curves")
    assert not curves.proto.expanded
    page.session_state.watched_runs = {"tiny"}
    page.run()
    assert find_expander(page, "Curves").proto.expanded
    assert sum("vega" in element.type for element in page.main) == 2


def test_last_result_folds_while_another_run_is_active(page, tiny_model, idle_queue):
    shutil.copytree(tiny_model, idle_queue / "tiny")
    page.run()
    assert not [box for box in page.expander if box.label.startswith("Last result")]
    find_start_button(page).click().run()
    folded = next(box for box in page.expander if box.label.startswith("Last result: **tiny** reads"))
    assert not folded.proto.expanded


def test_finished_model_stands_beside_the_one_in_use(page, tiny_model, idle_queue):
    shutil.copytree(tiny_model, idle_queue / "tiny")
    page.run()
    assert not page.exception
    table = next(table.value for table in page.table if "mlp, in use" in table.value.columns)
    assert list(table.index) == [
        "MNIST's test digits read right",
        "Knows what is not a digit",
        "Size",
    ]
    assert any("reads more of MNIST's test digits; **tiny** is smaller" in text for text in list_texts(page))
    assert next(button for button in page.button if button.label == "Use this model").proto.type == "secondary"
