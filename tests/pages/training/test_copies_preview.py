import numpy as np

from pages.shared.last_reading import LastPicture, Picture
from pages.training import copies_preview
from tests.helpers.app_pages import find_button, find_key
from tests.helpers.train_page import widget_key


def test_copies_differ_from_each_other_and_from_the_digit(mnist):
    digit, label = mnist[1].images[0], int(mnist[1].labels[0])
    for other_hands in (False, True):
        copies = copies_preview.make_copies(digit, label, 3, other_hands=other_hands)
        assert copies.shape == (copies_preview.COPIES, 28, 28)
        assert len(np.unique(np.concatenate([copies, digit[None]]), axis=0)) >= copies_preview.COPIES
        assert np.array_equal(copies, copies_preview.make_copies(digit, label, 3, other_hands=other_hands))


def get_html(page):
    return "".join(element.proto.body for element in page.get("html"))


def test_copies_of_the_own_digit_are_shown_before_the_training(page):
    page.toggle(key=widget_key(page, "augment")).set_value(True).run()
    page.toggle(key=find_key(page, "copies-shown")).set_value(True).run()
    assert not page.exception
    assert "Copy 11 of the 4" in get_html(page)
    first = get_html(page)
    find_button(page, "Other copies").click().run()
    assert get_html(page) != first
    page.session_state.last_read = LastPicture(Picture.load_sample())
    page.run()
    assert not page.exception
    assert any("Your own digits" in caption.value for caption in page.caption)
