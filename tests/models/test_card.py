import json

import pytest

from digitnet.models import editing, store
from digitnet.models.card import read_card
from pages.shared.card_text import describe_network, describe_settings, describe_training
from pages.shared.formatting import format_duration


@pytest.fixture
def card_of(models):
    def make(**card):
        with editing.create_model("mine") as folder:
            (folder / store.TFLITE_FILE).write_bytes(b"network")
            (folder / store.CARD_FILE).write_text(json.dumps(card))
        return read_card("mine")

    return make


def test_settings_are_said_in_words(card_of):
    config = {"name": "x", "epochs": 3, "optimizer": "adam", "learning_rate": 0.01, "augment": True, "limit": 0}
    card = card_of(recipe="mlp-64-64", config=config | {"validation_share": 0.2, "patience": 0})
    assert describe_training(card) == "3 epochs, adam 0.01, varied copies"
    assert describe_settings(card) == {
        "recipe": "mlp-64-64",
        "epochs": "3",
        "optimizer": "adam",
        "learning rate": "0.01",
        "varied copies": "yes",
        "digits used": "all",
        "held out": "20%",
        "patience": "none",
    }


def test_copies_like_mnist_are_told_from_those_of_other_hands(card_of):
    card = card_of(config={"epochs": 3, "augment": True, "other_hands": False})
    assert describe_training(card) == "3 epochs, varied copies like MNIST's"
    assert describe_settings(card)["of other hands"] == "no"


def test_own_digits_and_what_was_continued_are_said_in_words(card_of):
    config = {"start": "cnn", "epochs": 3, "data": "both", "writers": ["Ann", "Ben"], "own_share": 0.25}
    card = card_of(config=config)
    assert describe_training(card) == "continues cnn, 3 epochs"
    assert describe_settings(card)["continues"] == "cnn"
    assert describe_settings(card)["writers"] == "Ann, Ben"
    assert describe_settings(card)["part of own digits"] == "25%"
    assert describe_settings(card_of(config=config | {"writers": []}))["writers"] == "all"


@pytest.mark.parametrize(("data", "fine_tuned"), [("mnist", False), ("both", True), ("own", True), (1, False)])
def test_model_that_learnt_own_digits_is_known(card_of, data, fine_tuned):
    assert card_of(config={"data": data}).fine_tuned is fine_tuned
    assert not card_of().fine_tuned


def test_network_is_its_layers_else_the_summary_of_its_recipe(card_of):
    assert describe_network(card_of(recipe="mlp-64-64")) == "Two hidden layers of 64 units"
    assert describe_network(card_of(recipe="mlp-64-64", config={"layers": "dense 64"})) == "dense 64"
    assert describe_network(card_of(recipe="other")) == ""


def test_fields_of_a_wrong_type_are_left_out(card_of):
    card = card_of(recipe=1, config=[], test_accuracy="x", seconds=float("inf"), note=None, parameters=[1])
    assert (card.recipe, card.config, card.accuracy, card.seconds, card.note, card.parameters) == (
        *("", {}, None, None, "", None),
    )


def test_missing_card_is_a_sentence(models):
    assert "no model called 'mine'" in read_card("mine").problem


@pytest.mark.parametrize(
    ("seconds", "text"), [(4.54, "4.5 s"), (59.9, "60 s"), (119, "2 min"), (2962, "49 min"), (4800, "1 h 20 min")]
)
def test_time_is_said_in_words(seconds, text):
    assert format_duration(seconds) == text
