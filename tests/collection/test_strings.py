import numpy as np
import pytest

from digitnet.collection.strings import StringSample
from digitnet.errors import CollectionError
from digitnet.preprocessing.images import to_png
from tests.helpers.user_digits import make_sample, make_stored_string


def make_string(number, text="12.50", **fields):
    """Return a string with a picture that is unique to `number`."""
    return StringSample(to_png(np.full((20, 60), number, np.uint8)), text, **fields)


def test_string_is_stored_with_all_that_is_known(collection):
    fields = {"read": "1250", "confidence": 0.5, "model": "cnn", "source": "photo", "file": "a.png", "writer": "Ann"}
    collection.add([], [make_string(1, digest="a" * 64, **fields)])
    (stored,) = collection.strings.find()
    assert (stored.text, stored.digest, stored.deleted) == ("12.50", "a" * 64, False)
    assert {name: getattr(stored, name) for name in fields} == fields
    assert stored.picture == make_string(1).picture
    assert stored.added.tzinfo is not None


def test_last_text_of_a_row_holds_until_it_is_undone(collection):
    collection.add([], [make_string(1, "1250"), make_string(2, "7")])
    batch = collection.add([make_sample(1)], [make_string(1, "12.50")]).batch
    first, second = (make_string(number).to_values()["digest"] for number in (1, 2))
    assert collection.strings.find_texts([first, second, "other"]) == {first: "12.50", second: "7"}
    assert [string.text for string in collection.strings.find()] == ["12.50", "7"]
    assert collection.strings.count() == 2
    collection.undo(batch)
    assert collection.strings.find_texts([first]) == {first: "1250"}
    assert collection.count() == 0


def test_strings_are_filtered_deleted_and_restored(collection):
    collection.add([], [make_string(1, writer="Ann"), make_string(2, writer="Ben"), make_string(1, "1.250")])
    strings = collection.strings
    assert strings.count(writers=["Ben"]) == 1
    assert strings.count(writers=["Ann"]) == 0  # Her text was stored anew, by nobody known.
    (ben,) = strings.find(writers=["Ben"])
    assert strings.delete([ben.id]) == 1
    assert strings.delete([ben.id]) == 0
    assert strings.find_texts([ben.digest]) == {}
    assert [strings.count(), strings.count(deleted=True), strings.count(deleted=None)] == [1, 1, 2]
    assert strings.restore([ben.id]) == 1
    assert [string.text for string in strings.find(limit=1, offset=1)] == ["12.50"]


def test_strings_change_the_version(collection):
    before = collection.get_version()
    collection.add([], [make_string(1)])
    assert collection.get_version() != before


def test_digest_decides_what_is_held_out(collection):
    collection.add([], [make_string(1, digest="0" * 64), make_string(2, digest="f" * 64)])
    assert [string.held_out for string in collection.strings.find()] == [False, True]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": "12a"}, "Received: 'a'"),
        ({"text": "  "}, "Received: 0 characters"),
        ({"text": "1" * 1001}, "Received: 1001 characters"),
        ({"digest": "x"}, "64 hexadecimal digits"),
        ({"confidence": 2.0}, "between 0 and 1"),
        ({"source": "mail"}, "Expected a source"),
        ({"picture": b"GIF"}, "as a PNG"),
    ],
)
def test_invalid_string_is_refused_and_none_is_stored(fields, sentence, collection):
    values = {"picture": make_string(1).picture, "text": "1", **fields}
    with pytest.raises(CollectionError, match=sentence):
        collection.add([make_sample(1)], [make_string(2), StringSample(**values)])
    assert (collection.count(), collection.strings.count()) == (0, 0)


def test_spaces_of_a_text_are_single(collection):
    collection.add([], [make_string(1, " 12.50 \n -7")])
    assert collection.strings.find()[0].text == "12.50 -7"


def test_string_of_an_export_is_stored_once(collection):
    exported = [make_stored_string(1, writer="Ann"), make_stored_string(2, "7", deleted=True)]
    assert collection.add([], exported).strings == 2
    assert collection.add([], exported).strings == 0
    deleted, kept = collection.strings.find(deleted=None)
    assert (deleted.deleted, kept.deleted, kept.added) == (True, False, exported[0].added)


def test_string_of_an_export_gives_a_known_row_its_text(collection):
    collection.add([], [make_string(1, digest="a" * 64, writer="Ann"), make_string(2, digest="b" * 64)])
    collection.strings.delete([string.id for string in collection.strings.find()])
    changed = make_stored_string(3, "1250", digest="a" * 64)
    added = collection.add([], [changed, make_stored_string(4, "8", digest="b" * 64, deleted=True)])
    assert added.strings == 1  # A string that is deleted in the export deletes or restores none here.
    assert [(string.text, string.writer) for string in collection.strings.find()] == [("1250", "Ann")]
    collection.undo(added.batch)
    assert collection.strings.count() == 0
