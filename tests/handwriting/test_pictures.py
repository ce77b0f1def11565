from digitnet.handwriting import sets
from digitnet.handwriting.pictures import load_handwritten_digits
from digitnet.labels import NOT_A_DIGIT
from digitnet.paths import ROOT


def test_held_out_writers_are_never_trained_on(folder):
    digits = load_handwritten_digits(folder, refuse=True)
    assert sorted(set(digits.training.labels.tolist())) == [0, 1, NOT_A_DIGIT]
    assert sorted(set(digits.held_out.labels.tolist())) == [1, 2, 4]


def test_pictures_are_normalized(folder):
    training = load_handwritten_digits(folder, refuse=True).training
    assert training.images.shape[1:] == (28, 28)
    assert all(picture.max() > 200 for picture in training.images)


def test_letters_are_loaded_only_for_a_network_that_refuses(folder):
    digits = load_handwritten_digits(folder, refuse=False)
    assert NOT_A_DIGIT not in digits.training.labels
    assert digits.titles == (sets.SWISS.title, sets.UJI.title)


def test_each_set_is_attributed_in_the_notice():
    notice = (ROOT / "NOTICE.md").read_text(encoding="utf-8")
    for known in sets.SETS:
        assert f"| {known.title} | {known.license} | {known.attribution} |" in notice
