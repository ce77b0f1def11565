"""Corrections made to a picture in this tab: each is saved at once and can be undone."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import streamlit as st

from digitnet import DigitnetError, Reading
from digitnet.collection.row_samples import to_strings
from digitnet.collection.row_texts import apply_typed, carry_known_signs
from digitnet.collection.samples import compute_digest
from digitnet.errors import AlignmentError, CollectionError
from digitnet.labels import NOT_A_DIGIT
from digitnet.types import Boxes
from pages.components import digit_strip
from pages.components.number_field import TypedNumber
from pages.corrections.box_edits import edit_boxes
from pages.corrections.picture import CorrectablePicture, CorrectedReading, apply_corrections
from pages.corrections.signs import change_sign, describe_sign, identify_signs
from pages.corrections.spelling import Spelling, carry_texts, list_texts, spell_known, spell_signs
from pages.corrections.tiles import describe_label, name_component
from pages.shared import model_choice, user_collection


class Correction(NamedTuple):
    """A correction that can be undone: its description, its batch and whether it saved rows, or the boxes before it."""

    description: str
    batch: str = ""
    boxes: Boxes | None = None
    has_rows: bool = False


class LastReading(NamedTuple):
    """A reading of a picture without corrections and with them, and the view of the picture."""

    view: Hashable
    read: Reading
    corrected: Reading


@dataclass
class CorrectionHistory:
    """The corrections made to one picture in this tab.

    The callback of a button is a method of this class and never reads `st.session_state`, see
    `pages.drawing.canvas.CanvasState`.

    Attributes:
        last_press: number of the last press on the strip that was handled.
        last_typed: number of the last entry in the number field that was handled.
        corrections: corrections that can be undone, the last one last.
        boxes: int32 (n, 4), xyxy in pixels of the picture, or None if they were not changed.
        view: view of the picture to which `boxes` belong.
        message: outcome of the last correction, "" if it failed.
        problem: why the last correction failed, "" if it did not.
        typing_problem: the same if it was typed into the number field, which shows it.
        digests: digests of the components that the outcome is about.
        carried: texts of rows with signs, by the digest that changed boxes or more ink give the row.
        last: the last reading if a user has corrected or confirmed signs or rows of it.
    """

    last_press: int = 0
    last_typed: int = 0
    corrections: list[Correction] = field(default_factory=list)
    boxes: Boxes | None = None
    view: Hashable = None
    message: str = ""
    problem: str = ""
    typing_problem: str = ""
    digests: frozenset[str] = frozenset()
    carried: dict[str, str] = field(default_factory=dict)
    last: LastReading | None = None

    def apply(self, picture: CorrectablePicture) -> CorrectedReading:
        """Apply the corrections of a picture, also to a drawing that has grown since."""
        corrected = apply_corrections(picture, self.carried)
        if self.last and self.last.view != picture.view:
            merged = carry_known_signs(self.last.read, self.last.corrected, corrected.reading)
            self.carried |= list_texts(merged)
            corrected = apply_corrections(picture, self.carried)
        is_known = corrected.known_rows or corrected.reading.signs.known.any()
        self.last = LastReading(picture.view, picture.components.reading, corrected.reading) if is_known else None
        return corrected

    def _save(
        self,
        picture: CorrectablePicture,
        labels: dict[int, int],
        spelling: Spelling,
        description: str,
        message: str,
        writer: str,
    ) -> None:
        """Save the labels of components, by their places, and rows; show `message` once they are saved."""
        components = picture.components
        self._report(digests=frozenset(components.digests[place] for place in labels))
        try:
            about = picture.load_image(), picture.model, picture.source, picture.file, writer
            samples = components.to_samples(labels, *about)
            strings = to_strings(spelling.reading, spelling.rows, components.reading, *about)
            added = user_collection.open_collection().add(samples, strings)
        except DigitnetError as error:
            self.problem = f"Not saved: {error}"
            return
        self.message = user_collection.confirm_saved(message)
        self.corrections.append(Correction(description, added.batch, has_rows=bool(strings)))

    def save_press(self, picture: CorrectablePicture, press: digit_strip.StripPress, writer: str) -> None:
        """Save the label of a digit or sign that was pressed on the strip."""
        self.last_press = press.number
        places, corrected = picture.components.find_places(press.digest), self.apply(picture)
        signs = identify_signs(corrected.reading)
        if places:
            self._save_components(picture, corrected, places, press.label, writer)
        elif press.digest in signs:
            name = f"sign {list(signs).index(press.digest) + 1} {describe_sign(press.label)}"
            index = signs[press.digest]
            spelling = Spelling(
                change_sign(corrected.reading, index, press.label), [int(corrected.reading.signs.row[index])]
            )
            self._save(picture, {}, spelling, name, f"Saved: {name}.", writer)
        else:
            self._fail(picture, "the picture has changed in the meantime. Correct it again.")

    def _save_components(
        self, picture: CorrectablePicture, corrected: CorrectedReading, places: list[int], label: int, writer: str
    ) -> None:
        """Save the label of components, by their places; for that of a sign, also the row that it stands in."""
        is_sign = label > NOT_A_DIGIT
        labels = dict.fromkeys(places, NOT_A_DIGIT if is_sign else label)
        try:
            spelling = spell_known(picture, corrected, labels)
            if is_sign:
                spelling = spell_signs(spelling, picture, corrected, places, label)
        except AlignmentError as error:
            self._fail(picture, str(error))
            return
        described = describe_sign(label) if is_sign else describe_label(label)
        name = f"{name_component(places[0], picture.components).lower()} {described}"
        was_left_out = picture.components.predictions[places[0]] == NOT_A_DIGIT
        limits = model_choice.explain_left_out(picture.model) if was_left_out and label < NOT_A_DIGIT else ""
        self._save(picture, labels, spelling, name, f"Saved: {name}. {limits}".strip(), writer)

    def save_all(self, picture: CorrectablePicture, labels: dict[int, int], reading: Reading, writer: str) -> None:
        """Save all digits with the labels that are shown, and all rows with their signs."""
        kind = "digits and signs" if len(reading.signs) else "digits"
        count = len(labels) + len(reading.signs)
        description = "the digit is right" if count == 1 else f"all {count} {kind} are right"
        spelling = Spelling(reading, np.unique(reading.row).tolist())
        self._save(picture, labels, spelling, description, f"Saved: {description}.", writer)

    def save_typed(
        self, picture: CorrectablePicture, typed: TypedNumber, corrected: CorrectedReading, writer: str
    ) -> None:
        """Save the digits and signs of a number that was typed over the corrected reading of a picture."""
        self.last_typed = typed.number
        try:
            if corrected.problem:
                raise CollectionError(corrected.problem)
            if typed.about != picture.digest:
                raise AlignmentError("the picture has changed in the meantime. Type the number again.")
            labels = picture.components.align_text(typed.text, corrected.labels)
        except DigitnetError as error:
            self._fail(picture, str(error))
        else:
            after = picture.components.to_reading({**corrected.labels, **labels})
            reading = apply_typed(typed.text, corrected.reading, after)
            # Signs may have stayed that were not typed.
            number = " ".join((reading.text if len(reading.signs) else typed.text).split())
            spelling = Spelling(reading, np.unique(reading.row).tolist())
            self._save(picture, labels, spelling, f"saved as {number}", f"Saved as {number}.", writer)
        self.problem, self.typing_problem = "", self.problem

    def _fail(self, picture: CorrectablePicture, problem: str) -> None:
        self._report(problem=f"Not saved: {problem}", digests=frozenset(picture.components.digests))

    def forget_outcome(self) -> None:
        """Show no outcome any more."""
        self._report()

    def _report(self, message: str = "", problem: str = "", digests: frozenset[str] = frozenset()) -> None:
        """Show the outcome of a correction in place of that of the one before."""
        self.message, self.problem, self.typing_problem, self.digests = message, problem, "", digests

    def change_boxes(self, picture: CorrectablePicture, press: digit_strip.StripPress) -> None:
        """Change the boxes of the corrected reading after a press on the strip."""
        self.last_press = press.number
        self._report()
        corrected = self.apply(picture)
        reading = corrected.reading
        places = [index for index, crop in enumerate(reading.crops) if compute_digest(crop) == press.digest]
        try:
            boxes, description = edit_boxes(picture, reading, press, places[0] if places else -1)
            if corrected.known_rows or self.carried:  # The recognizer alone would give other signs.
                self.carried |= carry_texts(picture, reading, boxes)
        except DigitnetError as error:
            self.problem = str(error)
            return
        self.corrections.append(Correction(description, boxes=self.boxes))
        self.boxes, self.view, self.message = boxes, picture.view, f"Changed: {description}."

    def undo(self) -> None:
        """Undo the last correction."""
        last = self.corrections[-1]
        self._report()
        try:
            if last.batch:
                user_collection.open_collection().undo(last.batch)
                if last.has_rows:
                    self.carried, self.last = {}, None
            else:
                self.boxes = last.boxes
        except DigitnetError as error:
            self.problem = f"Not undone: {error}"
            return
        self.corrections = self.corrections[:-1]
        self.message = f'Undone: "{last.description}".'


def get_history(key: str) -> CorrectionHistory:
    """Return the corrections made to the picture `key`."""
    history: CorrectionHistory = st.session_state.setdefault("fixes", {}).setdefault(key, CorrectionHistory())
    return history


def get_boxes(key: str, view: Hashable) -> Boxes | None:
    """Return the boxes that a user changed on a picture, or None if there are none."""
    history = get_history(key)
    if history.view != view:
        history.boxes, history.view = None, view
        history.forget_outcome()
        history.corrections = [correction for correction in history.corrections if correction.batch]
    return history.boxes
