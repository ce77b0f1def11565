"""Find and use the widgets of the Train page in an AppTest."""

from tests.helpers.app_pages import find_key


def list_texts(page):
    """Return all error and Markdown texts, and the labels of expanders."""
    return [element.value for element in (*page.error, *page.markdown)] + [box.label for box in page.expander]


def widget_key(page, name):
    """Return the widget key of a setting."""
    return find_key(page, f"setup-{name}")


def find_expander(page, label):
    """Return the expander of that label; raises StopIteration."""
    return next(expander for expander in page.expander if expander.label == label)


def find_start_button(page):
    """Return the button that starts the training."""
    return next(button for button in page.button if button.label.startswith("Start"))


def choose(page, name, value):
    """Choose an option of the setting `name`."""
    page.radio(key=widget_key(page, name)).set_value(value).run()
    assert not page.exception


def press(page, label):
    """Click the button of that label."""
    next(button for button in page.button if button.label == label).click()
    page.run()
