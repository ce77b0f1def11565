import json
import shutil

from digitnet.experiments import promotion
from digitnet.experiments.promotion import Comparison, PairedPredictions
from digitnet.models import store
from pages.shared import before_after
from tests.helpers.train_page import list_texts


def add_finished_model(idle_queue, tiny_model, **changes):
    """Add a copy of the small network that was just fine-tuned from mlp on user digits."""
    shutil.copytree(tiny_model, idle_queue / "tuned")
    path = idle_queue / "tuned" / store.CARD_FILE
    card = json.loads(path.read_text(encoding="utf-8"))
    card["config"] |= {"data": "both", "name": "tuned"}
    path.write_text(json.dumps({**card, "before": "mlp", "finished": "2999-01-01", **changes}), encoding="utf-8")


def find_use_button(page):
    return next(button for button in page.button if button.label == "Use this model")


def test_worse_model_shows_the_reason_and_is_not_proposed(page, user_digits, idle_queue, tiny_model):
    add_finished_model(idle_queue, tiny_model)
    page.run()
    assert not page.exception
    assert any("points fewer of MNIST" in warning.value.replace("\\", "") for warning in page.warning)
    assert find_use_button(page).proto.type == "secondary"
    table = next(table.value for table in page.table if "yours after" in table.value.columns)
    assert table.index[0] == "All"
    assert table.loc["All", "yours before"].endswith(f"of {user_digits.count(held_out=True)}")


def test_better_model_is_proposed_with_the_changed_digits(page, user_digits, idle_queue, tiny_model, monkeypatch):
    digits = promotion.load_held_out()
    right = digits.labels.astype(int)
    compared = Comparison(PairedPredictions(digits, right, right), PairedPredictions(digits, (right + 1) % 10, right))
    monkeypatch.setattr(before_after, "compare_with_previous", lambda name: compared)
    add_finished_model(idle_queue, tiny_model)
    page.run()
    assert not page.exception
    assert any(message.value.startswith("Better") for message in page.success)
    assert find_use_button(page).proto.type == "primary"
    assert any("Wrong before, right now" in text for text in list_texts(page))


def test_comparison_with_a_deleted_model_shows_a_warning(page, user_digits, idle_queue, tiny_model):
    add_finished_model(idle_queue, tiny_model, before="gone")
    page.run()
    assert not page.exception
    assert any("cannot be shown" in warning.value for warning in page.warning)
