"""Putting readings right, on Draw and Photos."""

import pytest

from digitnet.collection.collection import Collection
from digitnet.errors import CollectionError
from digitnet.experiments import auto_retraining
from digitnet.labels import NOT_A_DIGIT
from pages.components import digit_strip
from pages.shared import user_collection
from tests.pages.test_draw import ONE, SEVEN, draw, page, report, sample  # noqa: F401


@pytest.fixture
def strips(monkeypatch, data):
    """Stand in for the strips of digits, which have no browser here: what they show, and what is pressed."""
    shown, log = {}, []

    def show(key, tiles, seen, **settings):
        shown[key] = (tiles, seen, settings)

    def pressed(key, seen):
        return [press for name, press in log if name == key and press.number > seen]

    def press(key, place, label=NOT_A_DIGIT, action=digit_strip.LABEL, box=digit_strip.NO_BOX):
        digest = "" if place is None else shown[key][0][place].digest
        log.append((key, digit_strip.StripPress(len(log) + 1, digest, label, action, box)))

    monkeypatch.setattr(digit_strip, "show", show)
    monkeypatch.setattr(digit_strip, "get_presses", pressed)
    press.tiles = lambda key: shown[key][0]
    press.shown = shown
    return press


@pytest.fixture
def kept(data):
    with Collection.open() as opened:
        yield opened


def button(app, label):
    return next(each for each in app.button if each.label == label)


def said(app):
    return [each.value for each in app.markdown if "Saved" in each.value or "Taken back" in each.value]


def test_digit_of_a_drawing_is_put_right_and_kept(draw, strips, kept):  # noqa: F811
    app = draw(SEVEN, ONE)
    assert [tile.label for tile in strips.tiles("strip-drawing")] == [7, 1]
    strips("strip-drawing", 1, 7)
    app.run()
    assert not app.exception
    assert app.code[0].value == "77"
    assert said(app) == [r":material/check_circle: Saved\: digit 2 is a 7\."]
    (digit,) = kept.find()
    assert (digit.label, digit.read, digit.model, digit.source, digit.writer) == (7, 1, "cnn", "canvas", "")
    tile = strips.tiles("strip-drawing")[1]
    assert (tile.label, tile.known, tile.less) == (7, True, "was 1")


def test_what_was_put_right_stays_so_with_another_model_and_more_strokes(draw, report, strips, kept):  # noqa: F811
    app = draw(SEVEN, ONE)
    strips("strip-drawing", 0, 2)
    app.run()
    app.selectbox(key="model").set_value("mlp").run()
    assert app.code[0].value == "21"
    report(SEVEN, ONE, [(400, 100), (400, 300)])
    app.run()
    assert app.code[0].value == "211"


def test_fixes_are_taken_back_one_by_one(draw, strips, kept):  # noqa: F811
    app = draw(SEVEN, ONE)
    for place, label in ((0, 2), (1, NOT_A_DIGIT)):
        strips("strip-drawing", place, label)
        app.run()
    assert app.code[0].value == "2"
    button(app, "Take back").click().run()
    assert app.code[0].value == "21"
    assert said(app) == [r":material/undo: Taken back\: digit 2 is no digit\."]
    button(app, "Take back").click().run()
    assert app.code[0].value == "71"
    assert kept.count() == 0
    assert button(app, "Take back").disabled


def test_second_label_of_a_digit_wins_and_undo_gives_the_first_back(draw, strips, kept):  # noqa: F811
    app = draw(SEVEN)
    for label in (2, 3):
        strips("strip-drawing", 0, label)
        app.run()
    assert app.code[0].value == "3"
    button(app, "Take back").click().run()
    assert app.code[0].value == "2"
    assert [digit.label for digit in kept.find()] == [2]


def test_all_correct_keeps_every_digit_as_it_is_shown(draw, strips, kept):  # noqa: F811
    app = draw(SEVEN, ONE)
    strips("strip-drawing", 1, 4)
    app.run()
    button(app, "All correct").click().run()
    assert sorted(digit.label for digit in kept.find()) == [4, 7]
    assert said(app) == [r":material/check_circle: Saved\: all 2 digits are right\."]
    assert button(app, "All correct").disabled


def test_all_correct_counts_though_the_next_message_stops_its_run(draw, strips, kept, overtaken):  # noqa: F811
    app = draw(SEVEN, ONE)
    with overtaken():
        button(app, "All correct").click().run()
    app.run()
    assert kept.count() == 2
    assert said(app) == [r":material/check_circle: Saved\: all 2 digits are right\."]


def test_press_on_a_drawing_that_has_changed_is_told_and_keeps_nothing(draw, report, strips, kept):  # noqa: F811
    app = draw(SEVEN)
    strips("strip-drawing", 0, 2)
    report([(60, 40), (60, 300)])
    app.run()
    assert "the picture has changed" in app.error[0].value
    assert kept.count() == 0


def test_presses_that_came_together_are_all_kept(draw, strips, kept):  # noqa: F811
    app = draw(SEVEN, ONE)
    strips("strip-drawing", 0, 2)
    strips("strip-drawing", 1, 4)
    app.run()
    assert app.code[0].value == "24"
    assert kept.count() == 2
    app.run()
    assert kept.count() == 2


def test_writer_is_kept_with_the_digit_and_holds_on_all_pages(report, strips, kept):  # noqa: F811
    report(SEVEN)
    app = page("draw")
    app.session_state.chosen_writer = "Ann"
    app.run()
    assert app.selectbox(key="writer").value == "Ann"
    strips("strip-drawing", 0, 2)
    app.run()
    assert kept.list_writers() == ["Ann"]
    other = page("photos")
    other.session_state.chosen_writer = app.session_state.chosen_writer
    assert other.run().selectbox(key="writer").value == "Ann"


def test_number_is_typed_anew(draw, strips, kept):  # noqa: F811
    app = draw(SEVEN, ONE)
    app.text_area(key="typed-drawing").set_value("7 4")
    button(app, "Save as typed").click().run()
    assert not app.exception
    assert app.code[0].value == "74"
    assert said(app) == [r":material/check_circle: Saved\: it says 7 4\."]
    assert sorted((digit.label, digit.read) for digit in kept.find()) == [(4, 1), (7, 7)]
    assert app.text_area(key="typed-drawing").value == ""


def test_text_that_does_not_fit_is_a_sentence_and_stays(draw, strips, kept):  # noqa: F811
    app = draw(SEVEN, ONE)
    app.text_area(key="typed-drawing").set_value("712")
    button(app, "Save as typed").click().run()
    assert "3 digits are typed" in app.error[0].value
    assert app.text_area(key="typed-drawing").value == "712"
    assert kept.count() == 0


def test_nothing_is_called_saved_that_is_not(draw, strips, kept, monkeypatch):  # noqa: F811
    def full(*_):
        raise CollectionError("The digits cannot be saved: the disk is full.")

    app = draw(SEVEN)
    monkeypatch.setattr(Collection, "add", full)
    strips("strip-drawing", 0, 2)
    app.run()
    assert r"Not saved\: The digits cannot be saved\: the disk is full" in app.error[0].value
    assert said(app) == []
    assert app.code[0].value == "7"


def test_reading_goes_on_where_the_collection_cannot_be_opened(draw, strips, monkeypatch):  # noqa: F811
    def damaged(*_):
        raise CollectionError("The collection of digits cannot be read: the file is damaged.")

    monkeypatch.setattr(user_collection, "open_collection", damaged)
    app = draw(SEVEN, ONE)
    assert not app.exception
    assert app.code[0].value == "71"
    assert "Corrections cannot be saved" in app.warning[0].value
    strips("strip-drawing", 0, 2)
    app.run()
    assert "the file is damaged" in app.error[0].value


def test_digit_of_a_photo_is_put_right_and_its_text_and_files_follow(strips, kept):
    app = sample()
    (key,) = [name for name in strips.shown if name.startswith("strip-")]
    tiles = strips.tiles(key)
    assert "".join(str(tile.label) for tile in tiles) == "2047138596"
    assert strips.shown[key][2]["picture"].startswith(b"\xff\xd8")
    strips(key, 5, 8)
    app.run()
    assert app.code[0].value == "2047\n1885\n96"
    (digit,) = kept.find()
    assert (digit.label, digit.read, digit.source, digit.file) == (8, 3, "photo", "even.jpg")
    again = sample()
    assert again.code[0].value == "2047\n1885\n96"


def test_boxes_are_joined_and_split_and_that_is_taken_back(draw, strips, kept):  # noqa: F811
    app = draw(SEVEN, ONE)
    strips("strip-drawing", 0, action=digit_strip.JOIN)
    app.run()
    assert len(strips.tiles("strip-drawing")) == 1
    assert said(app) == []
    assert r"Changed\: digit 1 is joined with the next\." in app.markdown[0].value
    strips("strip-drawing", 0, action=digit_strip.SPLIT)
    app.run()
    assert app.code[0].value == "71"
    for _ in range(2):
        button(app, "Take back").click().run()
    assert app.code[0].value == "71"
    assert kept.count() == 0


def test_box_is_added_moved_and_removed(draw, strips):  # noqa: F811
    app = draw(SEVEN, ONE)
    strips("strip-drawing", 0, action=digit_strip.REMOVE)
    app.run()
    assert app.code[0].value == "1"
    strips("strip-drawing", None, action=digit_strip.ADD, box=(0.05, 0.15, 0.3, 0.7))
    app.run()
    assert app.code[0].value == "71"
    strips("strip-drawing", 1, action=digit_strip.MOVE, box=(0.43, 0.2, 0.08, 0.6))
    app.run()
    assert app.code[0].value == "71"
    assert strips.tiles("strip-drawing")[1].box[0] == pytest.approx(0.43, abs=0.01)


def test_box_without_ink_and_digit_without_a_neighbour_are_sentences(draw, strips):  # noqa: F811
    app = draw(SEVEN, ONE)
    strips("strip-drawing", None, action=digit_strip.ADD, box=(0.7, 0.1, 0.2, 0.2))
    app.run()
    assert "There is no ink in that box" in app.error[0].value
    strips("strip-drawing", 1, action=digit_strip.JOIN)
    app.run()
    assert "There is no digit to the right of digit 2" in app.error[0].value
    assert app.code[0].value == "71"


def test_boxes_are_as_found_again_once_the_drawing_changes(draw, report, strips):  # noqa: F811
    app = draw(SEVEN, ONE)
    strips("strip-drawing", 0, action=digit_strip.REMOVE)
    app.run()
    report(SEVEN, ONE, [(400, 100), (400, 300)])
    app.run()
    assert app.code[0].value == "711"
    assert button(app, "Take back").disabled


def test_what_was_said_of_a_digit_outlives_a_change_of_other_boxes(strips, kept):
    app = sample()
    (key,) = [name for name in strips.shown if name.startswith("strip-")]
    strips(key, 5, 8)
    app.run()
    strips(key, 0, action=digit_strip.REMOVE)
    app.run()
    assert not app.exception
    assert app.code[0].value == "047\n1885\n96"
    assert strips.tiles(key)[4].known


def test_picture_to_draw_boxes_on_shows_none(strips, draw):  # noqa: F811
    app = draw(SEVEN)
    assert strips.shown["strip-drawing"][2]["picture"] == b""
    app.toggle(key="boxes-drawing").set_value(True).run()
    settings = strips.shown["strip-drawing"][2]
    assert settings["edits"]
    assert settings["picture"].startswith(b"\x89PNG")


def test_training_that_a_fix_starts_is_told(draw, strips, kept, monkeypatch):  # noqa: F811
    monkeypatch.setattr(auto_retraining, "start_if_due", lambda: "cnn-mine" if kept.count() else "")
    app = draw(SEVEN)
    strips("strip-drawing", 0, 2)
    app.run()
    assert r"Enough new digits have come in\: cnn\-mine is being trained\." in said(app)[0]
