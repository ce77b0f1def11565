"""Sheets and lines are edited on the photo as it is shown, and the edits are those of the photo as it was given."""

from dataclasses import replace

import numpy as np
import pytest

from digitnet import Reading
from digitnet.preprocessing.images import to_png
from pages.components import structure_editor
from pages.components.structure_editor import LINES, SHEETS, Edit
from pages.photo import structure_controls
from pages.photo.structure import Structure
from tests.helpers.app_pages import find_button, find_choice, find_toggle, make_page
from tests.helpers.laid_sheets import lay, make_ground

SHEET = ((10, 20), (300, 20), (300, 200), (10, 200))


@pytest.fixture
def editor(monkeypatch):
    """A stand-in for the editor: it has the `shapes` that were shown last, and reports the next of its `edits`."""

    class Editor:
        def __init__(self):
            self.shapes, self.edits = (), []

        def edit(self, picture, alt, kind, shapes, made, refused, key):
            self.shapes = shapes
            return self.edits[-1] if self.edits else None

    stand_in = Editor()
    monkeypatch.setattr(structure_editor, "edit", stand_in.edit)
    monkeypatch.setattr(structure_controls.st, "rerun", lambda: None)
    return stand_in


@pytest.fixture
def laid_sheet(paper):
    """A PNG file of a sheet with a number on a ground that has a number, too."""
    picture = make_ground(700, 800)
    lay(picture, paper().number("20475").gray(), [(150, 90), (650, 130), (620, 420), (120, 400)])
    return to_png(picture)


def make_structure(turn):
    structure, sheet = Structure(), np.array(SHEET, np.int32)
    lines = np.array([[100, 0, 100, 240]], np.int32)
    structure.note(replace(Reading.empty((400, 240)), sheets=(sheet,), lines=lines, turn=turn))
    return structure


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_shapes_begin_at_the_corner_that_is_shown_top_left(editor, turn):
    structure = make_structure(turn)
    structure_controls.show_editor(structure, SHEETS, "a", b"", "a.jpg")
    x, y = np.reshape(editor.shapes[0], (4, 2)).T
    assert (x[0] < x[1], y[1] < y[2], x[2] > x[3], y[3] > y[0]) == (True,) * 4
    assert (x[0], y[0]) == (x.min(), y.min())


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("kind", [SHEETS, LINES])
def test_edit_without_a_move_leads_back_to_the_photo(editor, kind, turn):
    structure = make_structure(turn)
    structure_controls.show_editor(structure, kind, "a", b"", "a.jpg")
    editor.edits.append(Edit(editor.shapes, 1))
    structure_controls.show_editor(structure, kind, "a", b"", "a.jpg")
    if kind == SHEETS:
        assert structure.changes.outlines == (SHEET,)
    else:
        assert structure.changes.grid == ((100, 0, 100, 240),)


def test_only_sheet_is_removed_by_its_button(editor, laid_sheet):
    app = make_page("photos").run()
    app.file_uploader[0].set_value([("laid.png", laid_sheet, "image/png")]).run()
    [options] = app.session_state.treatments.values()
    find_toggle(app, "Read it differently").set_value(True).run()
    find_choice(app, "On the picture").set_value("Paper").run()
    assert len(editor.shapes) == 1
    editor.edits.append(Edit((), 1))
    app.run()
    app.run()
    assert not app.exception
    assert options.hints.outlines == ()
    assert editor.shapes == ()
    assert any("You removed the sheets" in caption.value for caption in app.caption)
    find_button(app, "Sheets as found").click().run()
    assert options.hints.outlines is None
    assert len(editor.shapes) == 1
