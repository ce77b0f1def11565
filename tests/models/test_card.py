import pytest

from digitnet.models.card import read_card
from tests.helpers.cards import save_card


@pytest.mark.parametrize(("data", "fine_tuned"), [("mnist", False), ("both", True), ("own", True), (1, False)])
def test_card_tells_model_trained_on_user_digits(models, data, fine_tuned):
    assert save_card(config={"data": data}).fine_tuned is fine_tuned
    assert not save_card().fine_tuned


def test_fields_of_wrong_type_are_left_empty(models):
    card = save_card(recipe=1, config=[], test_accuracy="x", seconds=float("inf"), note=None, parameters=[1])
    assert (card.recipe, card.config, card.accuracy, card.seconds, card.note, card.parameters) == (
        *("", {}, None, None, "", None),
    )


def test_missing_card_is_reported_in_problem(models):
    assert "no model called 'mine'" in read_card("mine").problem


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", 100_000 * b"["])
def test_damaged_card_is_reported_in_problem(models, content):
    save_card()
    (models / "mine" / "card.json").write_bytes(content)
    assert "cannot be read; train it again or restore it." in read_card("mine").problem
