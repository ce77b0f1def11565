import numpy as np
import pytest

from digitnet.collection.collection import Collection
from digitnet.collection.samples import compute_digest
from tests.collection.test_collection import sample


@pytest.fixture
def kept(database):
    with Collection.open(database) as opened:
        opened.add([sample(number, number % 3) for number in range(6)])
        yield opened


def test_labels_are_found_by_digest(kept):
    digests = [compute_digest(sample(number).picture) for number in (1, 5, 99)]
    assert kept.find_labels(digests) == {digests[0]: 1, digests[1]: 2}
    kept.delete([each.id for each in kept.find(labels=[1])])
    assert kept.find_labels(digests) == {digests[1]: 2}
    assert kept.find_labels([]) == {}


def test_digits_are_found_by_id(kept):
    ids = [each.id for each in kept.find()][:2]
    assert [each.id for each in kept.find(ids=ids)] == ids
    assert kept.count(ids=[]) == 0


def test_pictures_come_with_their_ids(kept):
    ids, digits = kept.load_pictures(labels=[2])
    found = kept.find(labels=[2])
    assert ids.tolist() == [each.id for each in found]
    assert np.array_equal(digits.images, np.stack([each.picture for each in found]))
    assert digits.labels.tolist() == [2, 2]
    assert kept.load_pictures(labels=[9])[1].images.shape == (0, 28, 28)
