"""Corrections of readings on Draw and Photos."""

import pytest

from digitnet.collection.collection import Collection
from digitnet.errors import CollectionError
from digitnet.experiments import auto_retraining
from digitnet.labels import NOT_A_DIGIT
from pages.components import digit_strip
from pages.corrections.signs import to_label
from pages.shared import user_collection
from tests.helpers.app_pages import ONE, SEVEN, find_button, find_key, find_marked, make_page, run_sample


def find_messages(app):
    """Return the messages of the page about the last correction."""
    return [text.value for text in app.markdown if "Saved" in text.value or "Undone" in text.value]


def test_correction_of_a_drawn_digit_is_shown_and_saved(draw, strips, collected):
    app = draw(SEVEN, ONE)
    assert [tile.label for tile in strips.tiles("strip-drawing")] == [7, 1]
    strips("strip-drawing", 1, 7)
    app.run()
    assert not app.exception
    assert app.code[0].value == "77"
    assert find_messages(app) == [r":material/check_circle: Saved\: digit 2 is a 7\."]
    (digit,) = collected.find()
    assert (digit.label, digit.read, digit.model, digit.source, digit.writer) == (7, 1, "cnn", "canvas", "")
    tile = strips.tiles("strip-drawing")[1]
    assert (tile.label, tile.labeled, tile.details) == (7, True, "by you, was 1")


def test_correction_holds_for_other_models_and_more_strokes(draw, report, strips, collected):
    app = draw(SEVEN, ONE)
    strips("strip-drawing", 0, 2)
    app.run()
    app.selectbox(key=find_key(app, "model")).set_value("mlp").run()
    assert app.code[0].value == "21"
    report(SEVEN, ONE, [(400, 100), (400, 300)])
    app.run()
    assert app.code[0].value == "211"


def test_corrections_are_undone_one_by_one(draw, strips, collected):
    app = draw(SEVEN, ONE)
    for place, label in ((0, 2), (1, NOT_A_DIGIT)):
        strips("strip-drawing", place, label)
        app.run()
    assert app.code[0].value == "2"
    find_button(app, "Undo correction").click().run()
    assert app.code[0].value == "21"
    assert find_messages(app) == [r":material/undo: Undone\: \"digit 2 is not a digit\"\."]
    find_button(app, "Undo correction").click().run()
    assert app.code[0].value == "71"
    assert collected.count() == 0
    assert find_button(app, "Undo correction").disabled


def test_second_correction_wins_and_its_undo_restores_the_first(draw, strips, collected):
    app = draw(SEVEN)
    for label in (2, 3):
        strips("strip-drawing", 0, label)
        app.run()
    assert app.code[0].value == "3"
    find_button(app, "Undo correction").click().run()
    assert app.code[0].value == "2"
    assert [digit.label for digit in collected.find()] == [2]


def test_all_correct_saves_every_digit_as_shown(draw, strips, collected):
    app = draw(SEVEN, ONE)
    strips("strip-drawing", 1, 4)
    app.run()
    find_button(app, "All correct").click().run()
    assert sorted(digit.label for digit in collected.find()) == [4, 7]
    assert find_messages(app) == [r":material/check_circle: Saved\: all 2 digits are right\."]
    assert find_button(app, "All correct").disabled


def test_all_correct_counts_although_its_run_is_stopped(draw, strips, collected, overtaken):
    app = draw(SEVEN, ONE)
    with overtaken():
        find_button(app, "All correct").click().run()
    app.run()
    assert collected.count() == 2
    assert find_messages(app) == [r":material/check_circle: Saved\: all 2 digits are right\."]


def test_press_on_a_changed_drawing_saves_nothing_and_says_so(draw, report, strips, collected):
    app = draw(SEVEN)
    strips("strip-drawing", 0, 2)
    report([(60, 40), (60, 300)])
    app.run()
    assert "the picture has changed" in app.error[0].value
    assert collected.count() == 0


def test_presses_that_arrive_together_are_all_saved(draw, strips, collected):
    app = draw(SEVEN, ONE)
    strips("strip-drawing", 0, 2)
    strips("strip-drawing", 1, 4)
    app.run()
    assert app.code[0].value == "24"
    assert collected.count() == 2
    app.run()
    assert collected.count() == 2


def test_writer_is_saved_with_digits_and_holds_on_all_pages(report, strips, collected):
    report(SEVEN)
    app = make_page("draw")
    app.session_state.writer = "Ann"
    app.run()
    assert app.selectbox(key=find_key(app, "writer")).value == "Ann"
    strips("strip-drawing", 0, 2)
    app.run()
    assert collected.list_writers() == ["Ann"]
    other = make_page("photos")
    other.session_state.writer = app.session_state.writer
    assert other.run().selectbox(key=find_key(other, "writer")).value == "Ann"


def test_typed_number_corrects_the_reading(draw, fields, collected):
    app = draw(SEVEN, ONE)
    assert fields.shown["typed-drawing"]["text"] == "71"
    fields("typed-drawing", "7 4")
    app.run()
    assert not app.exception
    assert app.code[0].value == "74"
    assert find_messages(app) == [r":material/check_circle: Saved as 7 4\."]
    assert sorted((digit.label, digit.read) for digit in collected.find()) == [(4, 1), (7, 7)]
    assert (fields.shown["typed-drawing"]["text"], fields.shown["typed-drawing"]["problem"]) == ("74", "")
    find_button(app, "Undo correction").click().run()
    assert app.code[0].value == "71"
    assert collected.count() == 0


def test_typed_number_of_wrong_length_saves_nothing_and_the_field_says_why(draw, fields, collected):
    app = draw(SEVEN, ONE)
    fields("typed-drawing", "712")
    app.run()
    assert "Not saved: You typed 3 digits, but 2 were found." in fields.shown["typed-drawing"]["problem"]
    assert not app.error  # It is said once.
    assert collected.count() == 0
    fields("typed-drawing", "12")
    app.run()
    assert app.code[0].value == "12"
    assert fields.shown["typed-drawing"]["problem"] == ""


def test_number_typed_over_another_drawing_saves_nothing(draw, report, fields, collected):
    app = draw(SEVEN)
    fields("typed-drawing", "2")
    report(SEVEN, ONE)
    app.run()
    assert "the picture has changed" in fields.shown["typed-drawing"]["problem"]
    assert collected.count() == 0


def test_typed_number_that_cannot_be_saved_is_explained_in_the_field(draw, fields, collected, monkeypatch):
    def fail(*_):
        raise CollectionError("The digits cannot be saved: the disk is full.")

    app = draw(SEVEN)
    monkeypatch.setattr(Collection, "add", fail)
    fields("typed-drawing", "2")
    app.run()
    assert "the disk is full" in fields.shown["typed-drawing"]["problem"]
    assert app.code[0].value == "7"


def test_numbers_of_a_photo_are_typed_anew(fields, collected):
    app = run_sample()
    (key,) = fields.shown
    fields(key, "2047\n1885\n96")
    app.run()
    assert app.code[0].value == "2047\n1885\n96"
    assert any(caption.value == "10 digits in 3 rows, 1 corrected by you" for caption in app.caption)
    (sure,) = [html.proto.body for html in app.get("html") if "How sure?" in html.proto.body]
    assert "<li>2047: checked by you</li><li>1885: corrected by you</li>" in sure
    assert "%" not in sure


def test_corrected_number_carries_no_confidence(draw, strips, collected):
    app = draw(SEVEN, ONE)
    assert app.caption[0].value.endswith("% sure of 71")
    strips("strip-drawing", 1, 4)
    app.run()
    assert app.caption[0].value == "Corrected by you"
    machines, yours = strips.tiles("strip-drawing")
    assert (yours.details, yours.confidence) == ("by you, was 1", "")
    assert yours.description == "Digit 2 is a 4, corrected by you; it was read as 1"
    assert machines.confidence.endswith("%")
    assert not [caption for caption in app.caption if "%" in caption.value]


def test_confirmed_number_is_said_to_be_checked(draw, strips, collected):
    app = draw(SEVEN, ONE)
    strips("strip-drawing", 1, 1)
    app.run()
    assert app.caption[0].value == "1 digit checked by you"
    find_button(app, "All correct").click().run()
    assert app.caption[0].value == "Checked by you"
    assert [tile.details for tile in strips.tiles("strip-drawing")] == ["checked by you"] * 2


def test_number_without_a_digit_that_is_none_is_said_to_be_corrected(draw, strips, collected):
    app = draw(SEVEN, ONE)
    strips("strip-drawing", 1, NOT_A_DIGIT)
    app.run()
    assert (app.code[0].value, app.caption[0].value) == ("7", "Corrected by you")


def find_bars(app):
    """Return what the page says its bars show."""
    return [text.value for text in app.markdown if "as the network sees it" in text.value]


def test_bars_show_the_chosen_tile(draw, strips, collected):
    app = draw(SEVEN, ONE)
    assert find_bars(app) == ["**Digit 1** as the network sees it"]
    assert strips.shown["strip-drawing"][2]["chosen"] == 0
    strips.choose("strip-drawing", 1)
    app.run()
    assert find_bars(app) == ["**Digit 2** as the network sees it"]
    assert strips.shown["strip-drawing"][2]["chosen"] == 1
    strips("strip-drawing", 1, 4)
    app.run()
    assert find_bars(app) == ["**Digit 2** as the network sees it; you say it is a 4"]
    assert not app.button_group  # Nothing else chooses a digit.


def test_bars_stay_with_the_chosen_digit_while_more_is_drawn(draw, report, strips):
    app = draw(SEVEN, ONE)
    strips.choose("strip-drawing", 0)
    report([(20, 100), (20, 300)], SEVEN, ONE)
    app.run()
    assert (app.code[0].value, find_bars(app)) == ("171", ["**Digit 2** as the network sees it"])


def test_failed_save_is_not_called_saved(draw, strips, collected, monkeypatch):
    def fail(*_):
        raise CollectionError("The digits cannot be saved: the disk is full.")

    app = draw(SEVEN)
    monkeypatch.setattr(Collection, "add", fail)
    strips("strip-drawing", 0, 2)
    app.run()
    assert r"Not saved\: The digits cannot be saved\: the disk is full" in app.error[0].value
    assert find_messages(app) == []
    assert app.code[0].value == "7"


def test_damaged_collection_leaves_reading_possible(draw, strips, monkeypatch):
    def fail(*_):
        raise CollectionError("The collection of digits cannot be read: the file is damaged.")

    monkeypatch.setattr(user_collection, "open_collection", fail)
    app = draw(SEVEN, ONE)
    assert not app.exception
    assert app.code[0].value == "71"
    assert "Corrections cannot be saved" in app.warning[0].value
    strips("strip-drawing", 0, 2)
    app.run()
    assert "the file is damaged" in app.error[0].value


def test_correction_of_a_photo_changes_its_text(strips, collected):
    app = run_sample()
    (key,) = [name for name in strips.shown if name.startswith("strip-")]
    tiles = strips.tiles(key)
    assert "".join(str(tile.label) for tile in tiles) == "2047138596"
    assert strips.shown[key][2]["picture"].startswith(b"\xff\xd8")
    strips(key, 5, 8)
    app.run()
    assert app.code[0].value == "2047\n1885\n96"
    (digit,) = collected.find()
    assert (digit.label, digit.read, digit.source, digit.file) == (8, 3, "photo", "even.jpg")
    again = run_sample()
    assert again.code[0].value == "2047\n1885\n96"


def test_boxes_are_joined_split_and_restored(draw, strips, collected):
    app = draw(SEVEN, ONE)
    strips("strip-drawing", 0, action=digit_strip.JOIN)
    app.run()
    assert len(strips.tiles("strip-drawing")) == 1
    assert find_messages(app) == []
    assert any(r"Changed\: digit 1 is joined with the next\." in text.value for text in app.markdown)
    strips("strip-drawing", 0, action=digit_strip.SPLIT)
    app.run()
    assert app.code[0].value == "71"
    for _ in range(2):
        find_button(app, "Undo correction").click().run()
    assert app.code[0].value == "71"
    assert collected.count() == 0


def test_box_is_removed_added_and_moved(draw, strips):
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


def test_impossible_box_changes_show_an_error_sentence(draw, strips):
    app = draw(SEVEN, ONE)
    strips("strip-drawing", None, action=digit_strip.ADD, box=(0.7, 0.1, 0.2, 0.2))
    app.run()
    assert "There is no ink in that box" in app.error[0].value
    strips("strip-drawing", 1, action=digit_strip.JOIN)
    app.run()
    assert "There is no digit to the right of digit 2" in app.error[0].value
    assert app.code[0].value == "71"


def test_changed_boxes_are_forgotten_when_the_drawing_changes(draw, report, strips):
    app = draw(SEVEN, ONE)
    strips("strip-drawing", 0, action=digit_strip.REMOVE)
    app.run()
    report(SEVEN, ONE, [(400, 100), (400, 300)])
    app.run()
    assert app.code[0].value == "711"
    assert find_button(app, "Undo correction").disabled


def test_correction_outlives_a_change_of_other_boxes(strips, collected):
    app = run_sample()
    (key,) = [name for name in strips.shown if name.startswith("strip-")]
    strips(key, 5, 8)
    app.run()
    strips(key, 0, action=digit_strip.REMOVE)
    app.run()
    assert not app.exception
    assert app.code[0].value == "047\n1885\n96"
    assert strips.tiles(key)[4].labeled


def test_picture_for_editing_boxes_shows_no_boxes(strips, draw):
    app = draw(SEVEN)
    assert strips.shown["strip-drawing"][2]["picture"] == b""
    app.toggle(key=find_key(app, "boxes-drawing")).set_value(True).run()
    settings = strips.shown["strip-drawing"][2]
    assert settings["edits"]
    assert settings["picture"].startswith(b"\x89PNG")


def test_message_names_the_training_that_a_correction_started(draw, strips, collected, monkeypatch):
    monkeypatch.setattr(auto_retraining, "start_if_due", lambda: "cnn-mine" if collected.count() else "")
    app = draw(SEVEN)
    strips("strip-drawing", 0, 2)
    app.run()
    assert r"Enough new digits have come in\: cnn\-mine is being trained\." in find_messages(app)[0]


def find_strip(strips):
    """Return the key of the only strip of the page."""
    (key,) = [name for name in strips.shown if name.startswith("strip-")]
    return key


def test_typed_signs_are_shown_saved_and_undone(draw, fields, collected):
    app = draw(SEVEN, ONE)
    fields("typed-drawing", "-7.1")
    app.run()
    assert not app.exception
    assert (app.code[0].value, app.caption[0].value) == ("-7.1", "Corrected by you")
    assert find_messages(app) == [r":material/check_circle: Saved as \-7\.1\."]
    (string,) = collected.strings.find()
    assert (string.text, string.read, string.source, string.model) == ("-7.1", "71", "canvas", "cnn")
    app.run()
    assert app.code[0].value == "-7.1"
    find_button(app, "Undo correction").click().run()
    assert app.code[0].value == "71"
    assert (collected.count(), collected.strings.count()) == (0, 0)


def test_typed_digits_keep_or_take_out_signs(draw, fields, collected):
    app = draw(SEVEN, ONE)
    shown = []
    for text in ("7.1", "74", "74.", "74"):
        fields("typed-drawing", text)
        app.run()
        shown.append((app.code[0].value, find_messages(app)[0].split(": ")[1]))
    assert shown == [
        ("7.1", r"Saved as 7\.1\."),
        ("7.4", r"Saved as 7\.4\."),
        ("74.", r"Saved as 74\.\."),
        ("74", r"Saved as 74\."),
    ]


def test_digit_corrected_after_its_row_keeps_the_signs(draw, strips, fields, collected):
    app = draw(SEVEN, ONE)
    fields("typed-drawing", "7.1")
    app.run()
    strips("strip-drawing", 2, 4)  # Between them stands the point.
    app.run()
    assert app.code[0].value == "7.4"
    assert [string.text for string in collected.strings.find()] == ["7.4"]
    strips("strip-drawing", 0, NOT_A_DIGIT)
    app.run()
    assert app.code[0].value == ".4"
    assert sorted(string.text for string in collected.strings.find()) == [".4", "7.4"]
    for _ in range(3):
        find_button(app, "Undo correction").click().run()
    assert app.code[0].value == "71"


def test_all_correct_saves_signs_once(signed_readings, strips, collected):
    app = run_sample()
    find_button(app, "All correct").click().run()
    assert not app.exception
    assert sorted(string.text for string in collected.strings.find()) == ["-96", "1385", "20.47"]
    assert collected.count() == 10
    assert any("all 12 digits and signs are right" in message for message in find_messages(app))
    assert find_button(app, "All correct").disabled


def find_signs(strips):
    """Return the tiles of signs, with their places in the strip."""
    return [(place, tile) for place, tile in enumerate(strips.tiles(find_strip(strips))) if tile.is_sign]


def test_sign_has_a_tile_in_its_place(signed_readings, strips, collected):
    app = run_sample()
    assert not app.exception
    (point, tile), (minus, other) = find_signs(strips)
    assert (point, minus) == (2, 9)
    assert (tile.name, tile.digest == other.digest, tile.doubtful, other.doubtful) == ("Sign 1", False, False, True)
    assert tile.description == "Sign 1: the point, 99.0%"
    assert other.description == "Sign 2: the minus, 50.0%; doubtful"
    assert tile.png.startswith(b"\x89PNG")
    assert [tile.name for tile in strips.tiles(find_strip(strips))][:4] == ["Digit 1", "Digit 2", "Sign 1", "Digit 3"]


def test_sign_is_changed_and_taken_out(signed_readings, strips, collected):
    app = run_sample()
    strips(find_strip(strips), 2, to_label(","))
    app.run()
    assert not app.exception
    assert app.code[0].value == "20,47\n1385\n-96"
    assert find_messages(app) == [r":material/check_circle: Saved\: sign 1 is a comma\."]
    assert [(string.text, string.read) for string in collected.strings.find()] == [("20,47", "20.47")]
    assert [(tile.details, tile.labeled) for _, tile in find_signs(strips)] == [("by you", True), ("50.0%", False)]
    strips(find_strip(strips), 9, NOT_A_DIGIT)
    app.run()
    assert app.code[0].value == "20,47\n1385\n96"
    assert len(find_signs(strips)) == 1
    for shown in ("20,47\n1385\n-96", "20.47\n1385\n-96"):
        find_button(app, "Undo correction").click().run()
        assert app.code[0].value == shown
    assert collected.strings.count() == 0


def test_doubtful_sign_is_named_until_it_is_confirmed(signed_readings, strips, collected):
    app = run_sample()
    assert '<mark class="sign" title="50.0% sure">-</mark>96' in find_marked(app)[0]
    assert ": the minus" in find_marked(app)[1]
    assert any("10 digits and 2 signs in 3 rows" in caption.value for caption in app.caption)
    strips(find_strip(strips), 9, to_label("-"))
    app.run()
    assert find_marked(app) == []
    assert [string.text for string in collected.strings.find()] == ["-96"]


def test_typed_sign_without_ink_has_a_tile_without_picture(draw, fields, strips, collected):
    app = draw(SEVEN, ONE)
    fields("typed-drawing", "7.1%")
    app.run()
    tiles = strips.tiles("strip-drawing")
    assert [(tile.name, tile.png == b"") for tile in tiles] == [
        ("Digit 1", False),
        ("Sign 1", True),
        ("Digit 2", False),
        ("Sign 2", True),
    ]
    assert strips.shown["strip-drawing"][2]["chosen"] == 0
    strips.choose("strip-drawing", 2)
    app.run()
    assert strips.shown["strip-drawing"][2]["chosen"] == 2
    assert find_bars(app)[0].startswith("**Digit 2** as the network sees it")


def test_digit_typed_as_a_sign_has_one_tile(draw, fields, strips, collected):
    app = draw(SEVEN, ONE)
    fields("typed-drawing", "7/")
    app.run()
    assert not app.exception
    assert app.code[0].value == "7/"
    assert [(tile.name, tile.png == b"") for tile in strips.tiles("strip-drawing")] == [
        ("Digit 1", False),
        ("Sign 1", False),
    ]
    app.run()
    assert app.code[0].value == "7/"
    strips("strip-drawing", 1, NOT_A_DIGIT)
    app.run()
    assert app.code[0].value == "7"
    assert [tile.name for tile in strips.tiles("strip-drawing")] == ["Digit 1", "Digit 2"]


def test_digit_becomes_a_sign_by_its_tile(draw, strips, collected):
    app = draw(SEVEN, ONE)
    strips("strip-drawing", 1, to_label("/"))
    app.run()
    assert not app.exception
    assert app.code[0].value == "7/"
    assert find_messages(app) == [r":material/check_circle: Saved\: digit 2 is a slash\."]
    assert [(tile.name, tile.png == b"", tile.labeled) for tile in strips.tiles("strip-drawing")] == [
        ("Digit 1", False, False),
        ("Sign 1", False, True),
    ]
    (digit,), (string,) = collected.find(), collected.strings.find()
    assert (digit.label, digit.read, string.text, string.read) == (NOT_A_DIGIT, 1, "7/", "71")
    find_button(app, "Undo correction").click().run()
    assert app.code[0].value == "71"
    assert (collected.count(), collected.strings.count()) == (0, 0)


def test_digits_of_several_rows_become_signs_beside_others(signed_readings, strips, collected):
    app = run_sample()
    strips(find_strip(strips), 3, to_label(":"))  # The 4 of 20.47.
    app.run()
    assert not app.exception
    assert app.code[0].value == "20.:7\n1385\n-96"
    strips(find_strip(strips), 5, to_label("("))
    app.run()
    assert app.code[0].value == "20.:7\n(385\n-96"
    assert sorted(string.text for string in collected.strings.find()) == ["(385", "20.:7"]
    app.run()
    assert app.code[0].value == "20.:7\n(385\n-96"


def test_left_out_shape_becomes_a_sign_by_its_tile(draw, strips, collected):
    app = draw(SEVEN, ONE)
    strips("strip-drawing", 1, NOT_A_DIGIT)
    app.run()
    strips("strip-drawing", 1, to_label("("))
    app.run()
    assert app.code[0].value == "7("
    assert [string.text for string in collected.strings.find()] == ["7("]


def test_label_of_a_left_out_shape_is_said_to_teach_models_that_refuse(draw, strips, collected):
    app = draw([(100, 80), (100, 320)], [(240, 80), (105, 210), (250, 320)])
    for model in ("mlp", "cnn"):
        app.selectbox(key=find_key(app, "model")).set_value(model).run()
        strips("strip-drawing", 0, 4)
        app.run()
        assert app.code[0].value == "4"
        (message,) = find_messages(app)
        assert message.startswith(r":material/check_circle: Saved\: shape 1 is a 4\.")
        assert ("mlp cannot learn shapes that are left out\\: put cnn to use" in message) == (model == "mlp")
        assert [digit.label for digit in collected.find()] == [4]


def test_only_digit_of_its_row_does_not_become_a_sign(draw, strips, collected):
    app = draw(ONE)
    strips("strip-drawing", 0, to_label("/"))
    app.run()
    assert not app.exception
    assert app.code[0].value == "1"
    assert app.error[0].value == r"Not saved\: a sign stands beside a digit\, and its row has no other\."
    assert (collected.count(), collected.strings.count()) == (0, 0)


def test_typed_signs_outlive_a_change_of_boxes(draw, fields, strips, collected):
    app = draw(SEVEN, ONE)
    fields("typed-drawing", "-7.1")
    app.run()
    box = strips.tiles("strip-drawing")[3].box
    wider = (box[0], box[1] - 0.02, box[2] + 0.02, box[3])
    strips("strip-drawing", 3, action=digit_strip.MOVE, box=wider)
    app.run()
    assert not app.exception
    assert app.code[0].value == "-7.1"
    assert collected.strings.count() == 1
    find_button(app, "Undo correction").click().run()
    find_button(app, "Undo correction").click().run()
    assert app.code[0].value == "71"


def test_typed_signs_outlive_more_strokes(draw, report, fields, collected):
    app = draw(SEVEN, ONE)
    fields("typed-drawing", "-7.1")
    app.run()
    more = [(400, 100), (400, 300)]
    for strokes, shown in (
        ([SEVEN, ONE, more], "-7.11"),
        ([SEVEN, ONE, more, [(500, 100), (500, 300)]], "-7.111"),
        ([SEVEN, ONE], "-7.1"),
        ([SEVEN], "-7."),
        ([more], "1"),
        ([SEVEN, ONE], "-7.1"),
    ):
        report(*strokes)
        app.run()
        assert not app.exception
        assert app.code[0].value == shown
    assert [string.text for string in collected.strings.find()] == ["-7.1"]
    report(SEVEN, ONE, more)
    app.run()
    find_button(app, "Undo correction").click().run()
    assert app.code[0].value == "711"
