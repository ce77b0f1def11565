import json
import re
import shutil

import pytest

from digitnet import ModelError
from digitnet.models import active, store, zip_package
from pages.shared import feedback
from pages.shared.formatting import escape_markdown
from tests.helpers.app_pages import find_button, find_key, make_page


@pytest.fixture
def folder(models, tiny_model):
    """Return a folder of three models with the same small network: cnn, which ships, mine and yours."""

    def add(name, **changes):
        shutil.copytree(tiny_model, models / name)
        card = json.loads((models / name / store.CARD_FILE).read_text()) | {"name": name} | changes
        (models / name / store.CARD_FILE).write_text(json.dumps(card))

    add("cnn", recipe="digitnet")
    add("mine", note="for class 3b", config={"epochs": 2, "optimizer": "adam"})
    add("yours", config={"epochs": 7, "optimizer": "adam"})
    return models


def open_models(**state):
    app = make_page("models")
    for key, value in state.items():
        app.session_state[key] = value
    return app.run()


def get_text(app):
    return "\n".join(element.value for kind in (app.markdown, app.caption) for element in kind)


def test_models_are_listed_with_the_one_in_use_marked(folder):
    app = open_models()
    assert not app.exception
    table = app.dataframe[0].value
    assert table["Model"].tolist() == ["cnn (in use)", "mine", "yours"]
    assert table["Note"].tolist() == ["", "for class 3b", ""]
    assert table["Test accuracy"].between(0, 100).all()
    assert table["Test loss"].between(0, 3).all()
    assert table["Published"].tolist() == ["", *["99.06% of the test digits, loss 0.03"] * 2]


@pytest.mark.parametrize(
    ("text", "names"), [("MINE", ["mine"]), ("class cnn-30", ["mine"]), ("digitnet", ["cnn (in use)"])]
)
def test_filter_searches_name_recipe_and_note(folder, text, names):
    app = open_models(models_filter=text)
    assert app.dataframe[0].value["Model"].tolist() == names


def test_filter_that_fits_nothing_says_so(folder):
    assert "No model fits" in open_models(models_filter="nothing").info[0].value


def test_models_are_filtered_by_recipe(folder):
    app = open_models(models_recipes=["digitnet"])
    assert app.dataframe[0].value["Model"].tolist() == ["cnn (in use)"]


def test_model_is_put_to_use_and_back(folder):
    app = open_models(detail="mine")
    find_button(app, "Use this model").click().run()
    assert not app.exception
    assert active.get_active_model() == "mine"
    assert "mine is in use now" in app.toast[0].value
    find_button(app, "Back to cnn").click().run()
    assert active.get_active_model() == "cnn"
    assert not [button for button in app.button if button.label.startswith("Back")]


def test_model_chosen_just_before_the_click_is_put_to_use(folder):
    app = open_models(models_view="One model", detail="mine")
    app.selectbox(key=find_key(app, "detail")).set_value("yours")
    find_button(app, "Use this model").click().run()
    assert active.get_active_model() == "yours"


def test_model_is_described_and_evaluated(folder):
    app = open_models(detail="yours")
    assert not app.exception
    text = get_text(app)
    assert "59,933 parameters" in text.replace("\\", "")
    assert "7 epochs" in text
    assert f"right, loss {store.load_card('yours')['test_loss']:.4f}." in text.replace("\\", "")
    assert re.search(r"wrong, loss [0-9.]+\.", text)
    assert "Published for its recipe: 99.06% of the test digits, loss 0.03." in text.replace("\\", "")
    assert "test digits misread" in text


def test_training_curves_and_end_are_described(folder):
    rows = "".join(f"{epoch},0.9,{loss},0.9,{loss}\n" for epoch, loss in enumerate((0.5, 0.1, 0.1, 0.1, 0.1)))
    (folder / "mine" / store.HISTORY_FILE).write_text("epoch,accuracy,loss,val_accuracy,val_loss\n" + rows)
    card = json.loads((folder / "mine" / store.CARD_FILE).read_text())
    (folder / "mine" / store.CARD_FILE).write_text(json.dumps(card | {"ended": "early", "epochs_done": 5}))
    text = get_text(open_models(detail="mine")).replace("\\", "")
    assert "No longer improving since epoch 2" in text
    assert "Training ended after epoch 5, because it no longer improved." in text


def test_downloaded_card_names_no_people(folder, monkeypatch):
    given = {}
    monkeypatch.setattr(feedback, "show_download", lambda label, data, *_, **__: given.update({label: data}))
    people = {"accounts": ["ann@class.example"], "writers": ["Ann"]}
    store.write_card(folder / "mine", store.load_card("mine") | {"config": {"epochs": 2} | people})
    assert not open_models(detail="mine").exception
    assert given.keys() >= {"All as zip", "Card (JSON)", "Keras network"}
    assert json.loads(given["Card (JSON)"])["config"] == {"epochs": 2, "accounts": [], "writers": []}


def test_markdown_in_a_card_is_shown_as_text(folder):
    picture = "![i](http://127.0.0.1:9/a.png)"
    config = {"layers": picture, "[click](http://evil.example)": "# Big"}
    card = json.loads((folder / "mine" / store.CARD_FILE).read_text()) | {"config": config}
    (folder / "mine" / store.CARD_FILE).write_text(json.dumps(card))
    values = open_models(detail="mine").table[0].value["Value"]
    assert values["network"] == escape_markdown(picture)
    assert values[escape_markdown("[click](http://evil.example)")] == escape_markdown("# Big")


def test_damaged_model_shows_an_error_and_the_rest_works(folder):
    (folder / "mine" / store.TFLITE_FILE).write_bytes(b"damaged")
    app = open_models(detail="mine")
    assert not app.exception
    assert "'mine' is damaged" in app.error[0].value.replace("\\", "")
    assert len(app.dataframe[0].value) == 3


@pytest.mark.parametrize("card", ["{", "[]", "{}", '{"config": [], "test_accuracy": "x", "note": 1, "recipe": null}'])
def test_malformed_card_does_not_break_the_page(folder, card):
    (folder / "mine" / store.CARD_FILE).write_text(card)
    app = open_models(detail="mine")
    assert not app.exception
    assert app.error
    assert not open_models(models_view="Compare").exception


def test_renamed_model_stays_selected(folder):
    app = open_models(detail="mine")
    app.text_input(key="new-mine").set_value("ours")
    find_button(app, "Rename").click().run()
    assert not app.exception
    assert store.list_models() == ["cnn", "ours", "yours"]
    assert app.selectbox(key=find_key(app, "detail")).value == "ours"


def test_taken_name_shows_an_error_and_keeps_the_input(folder):
    app = open_models(detail="mine")
    app.text_input(key="new-mine").set_value("yours")
    find_button(app, "Rename").click().run()
    assert "yours\\-2" in app.error[0].value
    assert app.text_input(key="new-mine").value == "yours"
    assert store.list_models() == ["cnn", "mine", "yours"]


def test_note_is_saved(folder):
    app = open_models(detail="yours")
    app.text_area(key="text-yours").set_value("a *note*")
    find_button(app, "Save note").click().run()
    assert store.load_card("yours")["note"] == "a *note*"
    assert r"a \*note\*" in get_text(app)


def test_model_is_deleted_only_after_confirmation(folder):
    app = open_models(detail="mine")
    find_button(app, "Delete…").click().run()
    assert "mine" in store.list_models()
    find_button(app, "Delete for good").click().run()
    assert not app.exception
    assert store.list_models() == ["cnn", "yours"]
    assert "mine is deleted" in app.toast[0].value


def test_declined_deletion_keeps_the_model(folder):
    app = open_models(detail="mine")
    find_button(app, "Delete…").click().run()
    find_button(app, "Keep").click().run()
    assert "mine" in store.list_models()


@pytest.mark.parametrize(("name", "reason"), [("cnn", "ships with digitnet"), ("mine", "is in use")])
def test_shipped_and_active_models_cannot_be_deleted(folder, name, reason):
    active.activate("mine")
    app = open_models(detail=name)
    assert reason in get_text(app)
    assert "Delete…" not in [shown.label for shown in app.button]


def test_comparison_shows_the_settings_that_differ(folder):
    app = open_models(models_view="Compare", compared=["mine", "yours"])
    assert not app.exception
    differences = app.dataframe[1].value
    assert differences.columns.tolist() == ["Model", "Test accuracy", "Test loss", "Published", "Epochs"]
    assert set(differences["Published"]) == {"99.06% of the test digits, loss 0.03"}
    assert differences["Epochs"].tolist() == ["2", "7"]


def test_comparison_names_models_without_a_history(folder):
    (folder / "mine" / store.HISTORY_FILE).unlink()
    (folder / "yours" / store.HISTORY_FILE).write_text("epoch,accuracy\nx,y\n")
    app = open_models(models_view="Compare", compared=["cnn", "mine", "yours"])
    assert not app.exception
    assert "There is no training history of: mine\\, yours" in get_text(app)


def test_page_without_models_says_what_to_do(models):
    app = open_models()
    assert not app.exception
    assert "There are no models yet" in app.info[0].value
    assert app.file_uploader


def upload(app, name, content):
    return app.file_uploader[0].set_value([(name, content, "application/zip")]).run()


def test_upload_that_is_not_a_model_shows_an_error(folder):
    app = upload(open_models(models_view="Add from a file"), "holiday.zip", b"no zip")
    assert not app.exception
    assert "no zip file" in app.error[0].value
    assert "Check and add" not in [shown.label for shown in app.button]


def test_uploaded_model_is_added_under_a_free_name(folder, monkeypatch):
    taken = []

    def take_in(package, name):
        taken.append(name)
        shutil.copytree(folder / "mine", folder / name)

    monkeypatch.setattr(zip_package, "import_package", take_in)
    app = upload(open_models(models_view="Add from a file"), "digitnet-mine.zip", zip_package.zip_model("mine"))
    assert app.text_input[-1].value == "mine-2"
    find_button(app, "Check and add").click().run()
    assert not app.exception
    assert taken == ["mine-2"]
    assert app.selectbox(key=find_key(app, "detail")).value == "mine-2"
    assert "is added" in app.toast[0].value


def test_refused_upload_shows_an_error(folder, monkeypatch):
    def refuse(package, name):
        raise ModelError("Expected something else.")

    monkeypatch.setattr(zip_package, "import_package", refuse)
    app = upload(open_models(models_view="Add from a file"), "x.zip", zip_package.zip_model("mine"))
    find_button(app, "Check and add").click().run()
    assert "Expected something else" in app.error[0].value
    assert len(store.list_models()) == 3


def test_comparison_names_networks_of_cards_without_layers(folder):
    card = json.loads((folder / "mine" / store.CARD_FILE).read_text()) | {"recipe": "mlp-512-256"}
    (folder / "mine" / store.CARD_FILE).write_text(json.dumps(card))
    app = open_models(models_view="Compare", compared=["mine", "yours"])
    assert all(app.dataframe[1].value["Network"])
