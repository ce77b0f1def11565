import json
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from digitnet import ModelError
from digitnet.models import active, store, zip_package
from digitnet.paths import ROOT


@pytest.fixture
def shelf(models, tiny_model):
    """Models called cnn (which ships), mine and yours, all with the same small network."""

    def put(name, **changes):
        shutil.copytree(tiny_model, models / name)
        card = json.loads((models / name / store.CARD_FILE).read_text()) | {"name": name} | changes
        (models / name / store.CARD_FILE).write_text(json.dumps(card))

    put("cnn", recipe="digitnet")
    put("mine", note="for class 3b", config={"epochs": 2, "optimizer": "adam"})
    put("yours", config={"epochs": 7, "optimizer": "adam"})
    return models


def page(**state):
    app = AppTest.from_file(ROOT / "pages" / "models.py", default_timeout=60)
    app.session_state.entered = True
    for key, value in state.items():
        app.session_state[key] = value
    return app.run()


def texts(app):
    return "\n".join(element.value for kind in (app.markdown, app.caption) for element in kind)


def button(app, label):
    return next(each for each in app.button if each.label == label)


def test_all_models_are_listed_with_the_one_in_use_marked(shelf):
    app = page()
    assert not app.exception
    table = app.dataframe[0].value
    assert table["Model"].tolist() == ["cnn (in use)", "mine", "yours"]
    assert table["Note"].tolist() == ["", "for class 3b", ""]
    assert table["Test accuracy"].between(0, 100).all()


@pytest.mark.parametrize(
    ("text", "names"), [("MINE", ["mine"]), ("class cnn-30", ["mine"]), ("digitnet", ["cnn (in use)"])]
)
def test_filter_looks_at_name_recipe_and_note(shelf, text, names):
    app = page(filter=text)
    assert app.dataframe[0].value["Model"].tolist() == names


def test_filter_that_fits_nothing_says_so(shelf):
    assert "No model fits" in page(filter="nothing").info[0].value


def test_recipes_are_filtered(shelf):
    app = page(recipes=["digitnet"])
    assert app.dataframe[0].value["Model"].tolist() == ["cnn (in use)"]


def test_model_is_put_to_use_and_the_one_before_again(shelf):
    app = page(detail="mine")
    button(app, "Use this model").click().run()
    assert not app.exception
    assert active.get_active_model() == "mine"
    assert "mine is in use now" in app.toast[0].value
    button(app, "Back to cnn").click().run()
    assert active.get_active_model() == "cnn"
    assert button(app, "Back to mine")


def test_model_chosen_just_before_the_click_is_put_to_use(shelf):
    app = page(view="One model", detail="mine")
    app.selectbox(key="detail").set_value("yours")
    button(app, "Use this model").click().run()
    assert active.get_active_model() == "yours"


def test_model_is_described_in_words_and_measured(shelf):
    app = page(detail="yours")
    assert not app.exception
    said = texts(app)
    assert "59,933 parameters" in said.replace("\\", "")
    assert "7 epochs" in said
    assert "wrong." in said
    assert "The hardest digits" in said


def test_course_of_training_is_told_with_its_end(shelf):
    rows = "".join(f"{epoch},0.9,{loss},0.9,{loss}\n" for epoch, loss in enumerate((0.5, 0.1, 0.1, 0.1, 0.1)))
    (shelf / "mine" / store.HISTORY_FILE).write_text("epoch,accuracy,loss,val_accuracy,val_loss\n" + rows)
    card = json.loads((shelf / "mine" / store.CARD_FILE).read_text())
    (shelf / "mine" / store.CARD_FILE).write_text(json.dumps(card | {"ended": "early", "epochs_done": 5}))
    said = texts(page(detail="mine")).replace("\\", "")
    assert "No longer improving since epoch 2" in said
    assert "Training ended after epoch 5, as it got no better." in said


def test_damaged_model_is_a_sentence_and_the_rest_works(shelf):
    (shelf / "mine" / store.TFLITE_FILE).write_bytes(b"damaged")
    app = page(detail="mine")
    assert not app.exception
    assert "'mine' is damaged" in app.error[0].value.replace("\\", "")
    assert len(app.dataframe[0].value) == 3


@pytest.mark.parametrize("card", ["{", "[]", "{}", '{"config": [], "test_accuracy": "x", "note": 1, "recipe": null}'])
def test_card_of_anything_does_not_break_the_page(shelf, card):
    (shelf / "mine" / store.CARD_FILE).write_text(card)
    app = page(detail="mine")
    assert not app.exception
    assert app.error
    assert not page(view="Compare").exception


def test_model_is_renamed_and_stays_shown(shelf):
    app = page(detail="mine")
    app.text_input(key="new-mine").set_value("ours")
    button(app, "Rename").click().run()
    assert not app.exception
    assert store.list_models() == ["cnn", "ours", "yours"]
    assert app.selectbox(key="detail").value == "ours"


def test_taken_name_is_a_sentence_and_what_was_typed_stays(shelf):
    app = page(detail="mine")
    app.text_input(key="new-mine").set_value("yours")
    button(app, "Rename").click().run()
    assert "yours\\-2" in app.error[0].value
    assert app.text_input(key="new-mine").value == "yours"
    assert store.list_models() == ["cnn", "mine", "yours"]


def test_note_is_saved(shelf):
    app = page(detail="yours")
    app.text_area(key="text-yours").set_value("a *note*")
    button(app, "Save note").click().run()
    assert store.load_card("yours")["note"] == "a *note*"
    assert r"a \*note\*" in texts(app)


def test_model_is_deleted_only_when_asked_twice(shelf):
    app = page(detail="mine")
    button(app, "Delete...").click().run()
    assert "mine" in store.list_models()
    button(app, "Delete for good").click().run()
    assert not app.exception
    assert store.list_models() == ["cnn", "yours"]
    assert "mine is deleted" in app.toast[0].value


def test_model_is_kept_when_that_is_chosen(shelf):
    app = page(detail="mine")
    button(app, "Delete...").click().run()
    button(app, "Keep").click().run()
    assert "mine" in store.list_models()


@pytest.mark.parametrize(("name", "reason"), [("cnn", "ships with digitnet"), ("mine", "is in use")])
def test_shipped_and_active_models_are_not_offered_for_deletion(shelf, name, reason):
    active.activate("mine")
    app = page(detail=name)
    assert reason in texts(app)
    assert "Delete..." not in [each.label for each in app.button]


def test_comparison_shows_the_settings_that_differ(shelf):
    app = page(view="Compare", compared=["mine", "yours"])
    assert not app.exception
    differences = app.dataframe[1].value
    assert differences.columns.tolist() == ["Model", "Test accuracy", "Epochs"]
    assert differences["Epochs"].tolist() == ["2", "7"]


def test_model_without_a_course_of_training_is_named(shelf):
    (shelf / "mine" / store.HISTORY_FILE).unlink()
    (shelf / "yours" / store.HISTORY_FILE).write_text("epoch,accuracy\nx,y\n")
    app = page(view="Compare", compared=["cnn", "mine", "yours"])
    assert not app.exception
    assert "No course of training is kept of: mine\\, yours" in texts(app)


def test_no_models_at_all_is_said_with_what_to_do(models):
    app = page()
    assert not app.exception
    assert "There are no models yet" in app.info[0].value
    assert app.file_uploader


def upload(app, name, content):
    return app.file_uploader[0].set_value([(name, content, "application/zip")]).run()


def test_file_that_is_no_model_is_a_sentence(shelf):
    app = upload(page(view="Add from a file"), "holiday.zip", b"no zip")
    assert not app.exception
    assert "no zip file" in app.error[0].value
    assert "Check and add" not in [each.label for each in app.button]


def test_model_from_a_file_is_added_under_a_free_name(shelf, monkeypatch):
    taken = []

    def take_in(content, name):
        taken.append(name)
        shutil.copytree(shelf / "mine", shelf / name)

    monkeypatch.setattr(zip_package, "import_model", take_in)
    app = upload(page(view="Add from a file"), "digitnet-mine.zip", zip_package.zip_model("mine"))
    assert app.text_input[-1].value == "mine-2"
    button(app, "Check and add").click().run()
    assert not app.exception
    assert taken == ["mine-2"]
    assert app.selectbox(key="detail").value == "mine-2"
    assert "is added" in app.toast[0].value


def test_refused_model_is_a_sentence(shelf, monkeypatch):
    def refuse(content, name):
        raise ModelError("Expected something else.")

    monkeypatch.setattr(zip_package, "import_model", refuse)
    app = upload(page(view="Add from a file"), "x.zip", zip_package.zip_model("mine"))
    button(app, "Check and add").click().run()
    assert "Expected something else" in app.error[0].value
    assert len(store.list_models()) == 3
