import numpy as np
import pytest

from digitnet import ConfigError
from digitnet.collection.collection import Collection
from digitnet.collection.samples import Sample
from digitnet.experiments.config import LAST_SHARE, RANDOM_SHARE, TEST_SET, TrainingConfig
from digitnet.experiments.run import Run
from digitnet.labels import NOT_A_DIGIT
from digitnet.models import store
from digitnet.models.card import BOTH, USER
from digitnet.training.data import describe_data, gather_data, load_user_digits
from digitnet.training.trainer import train
from tests.helpers.handwriting import write_handwriting
from tests.helpers.training import silent

TINY = TrainingConfig.from_recipe("mlp-64-64", name="tiny", epochs=1, limit=400, data=BOTH)


pytestmark = pytest.mark.usefixtures("few_copies")


@pytest.fixture
def collection(data, mnist):
    """Fill a collection with 40 of MNIST's test digits by two writers, and two non-digits."""
    with Collection.open() as collection:
        digits = [(mnist[1].images[i], int(mnist[1].labels[i])) for i in range(40)]
        others = [(255 - digits[i][0], NOT_A_DIGIT) for i in range(2)]
        collection.add(
            [Sample(picture, b"", label, writer="AB"[i % 2]) for i, (picture, label) in enumerate(digits + others)]
        )
        yield collection


def test_held_out_digits_are_never_trained_on(collection, tmp_path):
    loaded = load_user_digits(TINY, tmp_path / "user.npz")
    held_out = {digit.picture.tobytes() for digit in collection.find(held_out=True)}
    assert held_out
    assert not held_out & {picture.tobytes() for picture in loaded.images}
    assert len(loaded.labels) == collection.count(held_out=False, labels=range(10))


def test_only_digits_of_chosen_writers_are_loaded(collection, tmp_path):
    loaded = load_user_digits(TINY.replace(writers=("A",)), tmp_path / "user.npz")
    assert len(loaded.labels) == collection.count(held_out=False, labels=range(10), writers=["A"])


def test_non_digits_are_loaded_only_for_refusing_network(collection, tmp_path):
    assert NOT_A_DIGIT not in load_user_digits(TINY, tmp_path / "ten.npz").labels
    everything = load_user_digits(TINY.replace(refuse=True), tmp_path / "eleven.npz")
    expected = collection.count(held_out=False, labels=[NOT_A_DIGIT])
    assert (everything.labels == NOT_A_DIGIT).sum() == expected


def test_resumed_run_keeps_its_digits(collection, tmp_path):
    first = load_user_digits(TINY, tmp_path / "user.npz")
    collection.delete([digit.id for digit in collection.find()])
    again = load_user_digits(TINY, tmp_path / "user.npz")
    assert np.array_equal(first.images, again.images)
    with pytest.raises(ConfigError, match="no digits of yours"):
        load_user_digits(TINY, tmp_path / "other.npz")


@pytest.mark.parametrize(("data", "refuse"), [(BOTH, False), (BOTH, True), (USER, True)])
def test_user_digits_are_trained_on_and_counted_in_card(collection, models, data, refuse):
    train(TINY.replace(data=data, refuse=refuse, epoch_digits=256), silent)
    card = store.load_card("tiny")
    count = collection.count(held_out=False, labels=range(10 + refuse))
    assert card["own_digits"] == count
    assert card["data"].endswith(f"{count} user digits")
    assert card["data"].startswith("MNIST") == (data == BOTH)


def test_training_without_user_digits_is_refused(collection, models):
    collection.delete([digit.id for digit in collection.find()])
    with pytest.raises(ConfigError, match="correct or import some first"):
        train(TINY, silent)
    assert Run("tiny").read_status().message.startswith("There are no digits of yours")


def test_handwriting_of_a_folder_is_trained_on_and_named(tmp_path):
    config = TrainingConfig.from_recipe(
        "quick", name="hands", limit=100, validation_share=0.1, hands=str(write_handwriting(tmp_path))
    )
    data = gather_data(config, Run("hands"))
    assert len(data.training.labels) > 90
    assert len(data.held_out.labels) > 10
    assert "and 8 pictures of other handwriting" in describe_data(config, data)


def test_training_without_held_out_digits_holds_out_no_handwriting(tmp_path):
    config = TrainingConfig.from_recipe(
        "quick", name="hands", limit=100, validation_share=0.0, hands=str(write_handwriting(tmp_path))
    )
    assert not len(gather_data(config, Run("hands")).held_out.labels)


@pytest.mark.parametrize(("kind", "held_out"), [(RANDOM_SHARE, 20), (LAST_SHARE, 20), (TEST_SET, 0)])
def test_validation_digits_are_those_of_their_kind(kind, held_out, mnist):
    config = TrainingConfig.from_recipe("quick", name="few", limit=100, validation_share=0.2, validation=kind)
    data = gather_data(config, Run("few"))
    assert (len(data.training.labels), len(data.held_out.labels)) == (100 - held_out, held_out)
    if kind == TEST_SET:
        assert np.array_equal(data.validation.images, mnist[1].images[:100])
    else:
        assert data.validation is data.held_out
    assert np.array_equal(data.held_out.images, mnist[0].images[80:100]) == (kind == LAST_SHARE)
    assert ("looks at the test digits" in describe_data(config, data)) == (kind == TEST_SET)
