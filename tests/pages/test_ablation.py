import pytest

from digitnet.access.spending import Spending
from digitnet.errors import QuotaError
from pages.components import unit_picker
from pages.components.unit_picker import UnitPlace
from pages.inspection import ablation
from pages.shared.last_reading import LastPicture, Picture
from tests.helpers.app_pages import find_button, find_key, make_page


@pytest.fixture
def app(monkeypatch):
    """Open the network view with the sample picture and mlp; the third unit is picked."""
    monkeypatch.setattr(unit_picker, "show", lambda *args, **kwargs: None)
    monkeypatch.setattr(unit_picker, "get_pick", lambda key: UnitPlace(0, 0, 2))
    page = make_page("inside")
    page.session_state.last_read = LastPicture(Picture.load_sample())
    page.session_state.inside_view, page.session_state.model = "Inside the network", "mlp"
    return page.run()


def get_table(page):
    return next(table.value for table in page.table if "This digit" in table.value.columns)


def test_picked_unit_is_switched_off_and_on_again(app):
    find_button(app, "Switch unit 3 off").click().run()
    assert not app.exception
    table = get_table(app)
    assert list(table.index) == ["All on", "1 unit off"]
    assert table.iloc[0, 0].endswith("% right")
    assert any(text.value == "Off: 3 of layer 1." for text in app.markdown)
    find_button(app, "Switch unit 3 on").click().run()
    assert not [table for table in app.table if "This digit" in table.value.columns]


def test_units_stay_off_while_the_quota_refuses_to_look(app, monkeypatch):
    def refuse(spending):
        raise QuotaError("Too much was computed.", 9)

    monkeypatch.setattr(Spending, "count_look", refuse)
    ablation.measure.clear()
    find_button(app, "Switch unit 3 off").click().run()
    assert [warning.value for warning in app.warning] == ["Too much was computed."]
    assert find_button(app, "Switch unit 3 on")


def test_units_of_several_layers_are_off_together(app):
    find_button(app, "Switch unit 3 off").click().run()
    app.button_group(key=find_key(app, "layer-mlp")).set_value(1).run()
    find_button(app, "Switch unit 3 off").click().run()
    assert any(text.value == "Off: 3 of layer 1, 3 of layer 2." for text in app.markdown)
    find_button(app, "All on").click().run()
    assert not any(text.value.startswith("Off: ") for text in app.markdown)


def test_units_of_the_last_layer_stay_on(app):
    app.button_group(key=find_key(app, "layer-mlp")).set_value(2).run()
    assert not [button for button in app.button if button.label.startswith("Switch")]


def test_many_units_are_counted():
    assert ablation.describe(tuple((0, unit) for unit in range(40))) == "40 units"
    assert ablation.describe(((1, 6), (0, 2), (0, 11), (0, 0))) == "1, 3 and 12 of layer 1, 7 of layer 2"
