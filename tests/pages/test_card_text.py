from digitnet.access.callers import acting_as
from pages.shared.card_text import describe_network, describe_settings, describe_training
from tests.helpers.callers import ANN, TEACHER
from tests.helpers.cards import save_card


def test_settings_are_described_with_labels_and_units(models):
    config = {"name": "x", "epochs": 3, "optimizer": "adam", "learning_rate": 0.01, "augment": True, "limit": 0}
    card = save_card(recipe="mlp-64-64", config=config | {"validation_share": 0.2, "patience": 0})
    assert describe_training(card) == "3 epochs, adam 0.01, varied copies"
    assert describe_settings(card) == {
        "recipe": "mlp-64-64",
        "epochs": "3",
        "optimizer": "adam",
        "learning rate": "0.01",
        "varied copies": "yes",
        "digits used": "all",
        "held out for validation": "20%",
        "patience": "none",
        "network": "Two hidden layers of 64 units",
    }


def test_augmentation_like_mnist_is_described_as_such(models):
    card = save_card(config={"epochs": 3, "augment": True, "other_hands": False})
    assert describe_training(card) == "3 epochs, varied copies like MNIST's"
    assert describe_settings(card)["more handwriting styles"] == "no"


def test_user_digits_and_start_model_are_described(models):
    config = {"start": "cnn", "epochs": 3, "data": "both", "writers": ["Ann", "Ben"], "own_share": 0.25}
    card = save_card(config=config)
    assert describe_training(card) == "continues cnn, 3 epochs"
    assert describe_settings(card)["continues"] == "cnn"
    assert describe_settings(card)["writers"] == "Ann, Ben"
    assert describe_settings(card)["share of your digits"] == "25%"
    assert describe_settings(save_card(config=config | {"writers": []}))["writers"] == "all"
    assert describe_settings(save_card(config=config | {"writers": [""]}))["writers"] == "no name given"


def test_people_are_named_to_those_who_see_their_digits(models):
    config = {"start": "cnn", "writers": ["Ann"]}
    known, owners = save_card(config=config | {"accounts": [ANN.account]}), save_card(config=config)
    assert describe_settings(known)["writers"] == "Ann"
    with acting_as(TEACHER):
        assert describe_settings(known)["writers"] == "Ann"
        assert "writers" not in describe_settings(owners)
    assert "accounts" not in describe_settings(known)


def test_network_is_described_by_layers_or_else_by_recipe(models):
    assert describe_network(save_card(recipe="mlp-64-64")) == "Two hidden layers of 64 units"
    assert describe_network(save_card(recipe="mlp-64-64", config={"layers": "dense 64"})) == "dense 64"
    assert describe_network(save_card(recipe="other")) == ""
