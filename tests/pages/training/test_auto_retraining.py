import numpy as np

from digitnet.access.callers import Caller, acting_as
from digitnet.access.roles import Role
from digitnet.collection.collection import Collection
from digitnet.collection.samples import Sample
from digitnet.experiments import auto_retraining
from tests.helpers.app_pages import find_key
from tests.helpers.train_page import list_texts


def test_automatic_retraining_is_off_until_turned_on(page, user_digits):
    assert not auto_retraining.load().on
    page.toggle(key=find_key(page, "auto-on")).set_value(True).run()
    page.number_input(key=find_key(page, "auto-every")).set_value(7).run()
    chosen = auto_retraining.load()
    assert (chosen.on, chosen.every) == (True, 7)
    assert any("0 of 7 new digits" in text for text in list_texts(page))


def test_page_shows_what_another_tab_has_set(page, user_digits):
    page.toggle(key=find_key(page, "auto-on")).set_value(True).run()
    auto_retraining.configure(True, 9)
    page.run()
    assert page.number_input(key=find_key(page, "auto-every")).value == 9
    auto_retraining.configure(False, 9)
    page.run()
    assert not page.toggle(key=find_key(page, "auto-on")).value
    assert not auto_retraining.load().on


def test_owner_chooses_whether_digits_of_browsers_without_sign_in_count(page, user_digits):
    page.toggle(key=find_key(page, "auto-on")).set_value(True).run()
    assert not [toggle for toggle in page.toggle if "without sign-in" in toggle.label]
    with acting_as(Caller(Role.READER, "browser:of-a-stranger")), Collection.open() as collection:
        collection.consents.give()
        collection.add([Sample(np.full((28, 28), 9, np.uint8), b"", 3)])
    page.run()
    assert any("0 of 20 new digits" in text for text in list_texts(page))
    page.toggle(key=find_key(page, "auto-strangers")).set_value(True).run()
    assert auto_retraining.load().strangers
    assert any("1 of 20 new digits" in text for text in list_texts(page))
