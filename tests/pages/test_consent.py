"""Nothing is kept of strangers before they agree; the owner of the machine is not asked."""

import pytest

from digitnet.access.callers import LOCAL_OWNER, NOBODY, acting_as
from digitnet.forms.template import to_json
from tests.helpers.app_pages import SEVEN, find_button, make_page
from tests.helpers.callers import ALL, ANN, BOB, GUEST
from tests.helpers.filled_forms import make_order_form
from tests.helpers.user_digits import make_sample


def list_labels(app):
    return {button.label for button in app.button}


def is_asked(app):
    return any("May digitnet keep" in text.value for text in app.markdown)


@pytest.fixture
def correct(strips, draw, visit_as):
    """A function that draws a 7 as somebody, and says that it is a 1: correct(ANN)."""

    def press(caller):
        visit_as(caller)
        app = draw(SEVEN)
        strips("strip-drawing", 0, 1)
        return app.run()

    return press


@pytest.mark.parametrize("name", ["head", "teacher", "ann", "guest"])
def test_correction_is_kept_once_it_is_allowed(name, correct, collected, strips):
    app = correct(ALL[name])
    assert is_asked(app)
    assert "kept only with your consent" in app.error[0].value
    assert collected.count(deleted=None) == 0
    app = find_button(app, "Keep my digits").click().run()
    assert not is_asked(app)
    strips("strip-drawing", 0, 1)
    app.run()
    assert not app.error
    assert [(digit.label, digit.account) for digit in collected.find()] == [(1, ALL[name].account)]


def test_whoever_declines_is_not_asked_again_in_the_tab(correct, collected, strips):
    app = find_button(correct(ANN), "Do not keep").click().run()
    assert not is_asked(app)
    assert "Your digits are not kept, so corrections cannot be saved." in [caption.value for caption in app.caption]
    strips("strip-drawing", 0, 1)
    app.run()
    assert collected.count(deleted=None) == 0
    find_button(app, "Keep my digits").click().run()
    with acting_as(ANN):
        assert collected.consents.is_given()


def test_owner_of_the_machine_is_not_asked(correct, collected):
    app = correct(LOCAL_OWNER)
    assert not is_asked(app)
    assert "Keep my digits" not in list_labels(app)
    assert collected.count() == 1


def test_browser_without_cookies_keeps_nothing(correct, collected):
    app = correct(NOBODY)
    assert not is_asked(app)
    assert "Digits are not kept here: this browser takes no cookies. Allow them, or sign in." in [
        caption.value for caption in app.caption
    ]
    assert collected.count(deleted=None) == 0


def test_consent_is_remembered_for_the_account(draw, strips, visit_as, collected):
    for caller in (ANN, BOB):
        with acting_as(caller):
            collected.consents.give()
    for caller, expected in ((ANN, False), (BOB, False), (GUEST, True)):
        visit_as(caller)
        assert is_asked(draw(SEVEN)) == expected


def test_consent_is_withdrawn_on_the_page_data(visit_as, collected):
    visit_as(ANN)
    find_button(make_page("data").run(), "Keep my digits").click().run()
    with acting_as(ANN):
        collected.add([make_sample(1)])
    app = find_button(make_page("data").run(), "Keep no more").click().run()
    assert not app.exception
    with acting_as(ANN):
        assert not collected.consents.is_given()
        assert collected.count() == 1


def test_question_names_batches_and_a_refusal_does_not_take_corrections_away(visit_as, collected, cnn):
    visit_as(ANN)
    app = make_page("forms").run()
    app.file_uploader(key="form-template-file").set_value(
        ("form.json", to_json(make_order_form(cnn)).encode(), "application/json")
    ).run()
    question = next(text.value for text in app.markdown if "May digitnet keep" in text.value)
    assert all(kept in question for kept in ("all numbers", "names of files", "templates"))
    app = find_button(app, "Do not keep").click().run()
    captions = [caption.value for caption in app.caption]
    assert "Nothing is kept of you: all that is read and corrected here lasts as long as this tab." in captions
