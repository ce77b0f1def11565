"""What a tab remembers of learning a hand: the step, the writer, the sheet that is written, and those before it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

import streamlit as st

from digitnet import DigitnetError
from digitnet.collection.samples import Sample
from digitnet.experiments import hands, queue
from pages.components.digit_strip import StripPress
from pages.drawing.canvas import CanvasState, Strokes, get_canvas_state
from pages.shared import user_collection

PAPER = "hand-paper"
WRITE, LEARN, COMPARE = "write", "learn", "compare"
TIMES = (3, 5, 10, 20)
USUAL_TIMES = 5


class SavedSheet(NamedTuple):
    """A sheet that was saved: the batch of its digits, what was asked for, and the strokes."""

    batch: str
    prompt: tuple[int, ...]
    strokes: Strokes


@dataclass
class Hand:
    """The state of the page.

    The callback of a button is a method of this class and never reads `st.session_state`, see
    `pages.drawing.canvas.CanvasState`.

    Attributes:
        canvas: strokes on the sheet.
        asked: the writer, and the times that each digit is wanted, for which `prompt` was chosen.
        prompt: digits that the sheet asks for, from left to right.
        sheet: number of the sheet; a button belongs to one sheet.
        changed: labels that the writer changed on this sheet, by digest.
        last_press: number of the last press on the strip that was handled.
        saved: sheets that can be taken back, the last one last.
        has_just_saved: whether the last sheet was saved since the page was shown.
        step: step to go to, "" to stay.
        kept: names of models that the writer did not want to use.
        message: outcome of the last action, or "".
        problem: why the last action failed, or "".
    """

    canvas: CanvasState
    asked: tuple[str, int] = ("", 0)
    prompt: tuple[int, ...] = ()
    sheet: int = 0
    changed: dict[str, int] = field(default_factory=dict)
    last_press: int = 0
    saved: list[SavedSheet] = field(default_factory=list)
    has_just_saved: bool = False
    step: str = ""
    kept: set[str] = field(default_factory=set)
    message: str = ""
    problem: str = ""

    def start_sheet(self, prompt: tuple[int, ...], strokes: Strokes) -> None:
        """Start a sheet that asks for `prompt`, with these strokes on it."""
        self.sheet += 1
        self.prompt, self.changed = prompt, {}
        self.canvas.set_strokes(strokes, [])

    def change(self, press: StripPress) -> None:
        """Change the label of a digit, or leave it out, after a press on the strip."""
        self.last_press, self.changed[press.digest] = press.number, press.label

    def save(self, sheet: int, samples: Sequence[Sample], strokes: Strokes) -> None:
        """Save the digits of a sheet, unless another has been started since."""
        if sheet != self.sheet:
            return
        self.message = self.problem = ""
        try:
            batch = user_collection.open_collection().add(samples).batch
        except DigitnetError as error:
            self.problem = f"Not saved: {error}"
            return
        labels = " ".join(str(sample.label) for sample in samples)
        self.saved.append(SavedSheet(batch, self.prompt, strokes))
        self.start_sheet((), [])
        self.has_just_saved = True
        self.message = user_collection.confirm_saved(f"Saved: {labels}.")

    def take_back(self) -> None:
        """Delete the digits of the sheet that was saved last, and put its strokes back on the paper."""
        if not self.saved:
            return
        self.message = self.problem = ""
        last = self.saved[-1]
        try:
            user_collection.open_collection().undo(last.batch)
        except DigitnetError as error:
            self.problem = f"Not taken back: {error}"
            return
        del self.saved[-1]
        self.start_sheet(last.prompt, last.strokes)
        self.message = "Taken back: change it and save it again."

    def learn(self, writer: str) -> None:
        """Start the training on the digits of the writer."""
        self._try(lambda: hands.learn(writer))

    def cancel(self, name: str) -> None:
        """End a training, and delete what it has learned."""
        self._try(lambda: queue.cancel(name))

    def resume(self, name: str) -> None:
        """Start a training again that has failed or was stopped."""
        self._try(lambda: queue.resume(name))

    def go(self, step: str) -> None:
        """Go to a step."""
        self.step = step

    def keep_old(self, name: str) -> None:
        """Note that the writer does not want to use a model."""
        self.kept.add(name)

    def _try(self, action: Callable[[], None]) -> None:
        self.message = self.problem = ""
        try:
            action()
        except DigitnetError as error:
            self.problem = str(error)

    def to_json(self) -> bytes:
        """Return what a reload of the page keeps besides the strokes."""
        return json.dumps({"asked": self.asked, "prompt": self.prompt, "kept": sorted(self.kept)}).encode()

    def restore(self, content: bytes) -> None:
        """Take over what was kept before a reload."""
        with suppress(ValueError, KeyError, TypeError):
            kept = json.loads(content)
            writer, times = kept["asked"]
            self.asked, self.prompt = (str(writer), int(times)), tuple(int(label) for label in kept["prompt"])
            self.kept |= set(kept["kept"])


def get_hand() -> Hand:
    """Return the state of this tab."""
    hand: Hand = st.session_state.setdefault("hand", Hand(get_canvas_state(PAPER)))
    return hand
