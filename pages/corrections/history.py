"""What was put right on a picture in this tab: saved at once, and taken back."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

import streamlit as st

from digitnet import DigitnetError, Reading
from digitnet.collection.samples import compute_digest
from digitnet.types import Boxes
from pages.components import digit_strip
from pages.corrections.box_edits import changed_boxes
from pages.corrections.subject import Subject
from pages.corrections.tiles import called, named
from pages.shared import user_collection


class Done(NamedTuple):
    """A fix that can be taken back: what it said, and its batch, or the boxes that there were before it."""

    said: str
    batch: str = ""
    boxes: Boxes | None = None


@dataclass
class Fixes:
    """What was put right on one picture in this tab.

    A button's callback is a method of this and asks nothing of `st.session_state`, see `pages.draw.Paper`.

    Attributes:
        seen: number of the last press on the strip that was taken in.
        asked: whether text was typed that is to be taken in.
        done: what can be taken back.
        boxes: int32 (n, 4) of the picture, where they were changed.
        view: what these are boxes of.
        said, problem: what came of the last fix.
        about: digests of the pieces that it was about.
    """

    seen: int = 0
    asked: bool = False
    done: list[Done] = field(default_factory=list)
    boxes: Boxes | None = None
    view: Hashable = None
    said: str = ""
    problem: str = ""
    about: frozenset[str] = frozenset()

    def save(self, subject: Subject, labels: dict[int, int], done: str, writer: str) -> None:
        """Keep labels of pieces by their places, and say `done` once they are kept."""
        self.said, self.problem = "", ""
        self.about = frozenset(subject.pieces.digests[place] for place in labels)
        try:
            samples = subject.pieces.to_samples(
                labels, subject.picture(), subject.model, subject.source, subject.file, writer
            )
            added = user_collection.open_collection().add(samples)
        except DigitnetError as error:
            self.problem = f"Not saved: {error}"
            return
        self.said = user_collection.confirm_saved(done)
        self.done.append(Done(done, added.batch))

    def press(self, subject: Subject, press: digit_strip.StripPress, writer: str) -> None:
        """Take in what was pressed on the strip."""
        self.seen = press.number
        places = subject.pieces.find_places(press.digest)
        if not places:
            self.said, self.about = "", frozenset(subject.pieces.digests)
            self.problem = "Not saved: the picture has changed in the meantime; correct the digit once more."
            return
        done = f"{named(places[0], subject.pieces).lower()} {called(press.label)}."
        self.save(subject, dict.fromkeys(places, press.label), done, writer)

    def confirm(self, subject: Subject, labels: dict[int, int], writer: str) -> None:
        """Keep all digits as they are shown."""
        said = "the digit is right." if len(labels) == 1 else f"all {len(labels)} digits are right."
        self.save(subject, labels, said, writer)

    def ask(self) -> None:
        """Have the text that was typed be taken in."""
        self.asked = True

    def take_text(self, subject: Subject, text: str, said: dict[int, int], writer: str) -> bool:
        """Keep the digits as `text` has them; return whether they were kept."""
        self.asked = False
        try:
            labels = subject.pieces.align_text(text, said)
        except DigitnetError as error:
            self.said, self.problem, self.about = "", f"Not saved: {error}", frozenset(subject.pieces.digests)
            return False
        self.save(subject, labels, f"it says {' '.join(text.split())}.", writer)
        return not self.problem

    def change_boxes(self, subject: Subject, reading: Reading, press: digit_strip.StripPress) -> None:
        """Change the boxes of the digits that there are by now, as was pressed."""
        self.seen, self.said, self.problem, self.about = press.number, "", "", frozenset()
        places = [index for index, crop in enumerate(reading.crops) if compute_digest(crop) == press.digest]
        try:
            boxes, said = changed_boxes(subject, reading, press, places[0] if places else -1)
        except DigitnetError as error:
            self.problem = str(error)
            return
        self.done.append(Done(said, boxes=self.boxes))
        self.boxes, self.view, self.said = boxes, subject.view, f"Changed: {said}"

    def undo(self) -> None:
        """Take the last fix back."""
        last = self.done[-1]
        self.said, self.problem = "", ""
        try:
            if last.batch:
                user_collection.open_collection().undo(last.batch)
            else:
                self.boxes = last.boxes
        except DigitnetError as error:
            self.problem = f"Not taken back: {error}"
            return
        self.done = self.done[:-1]
        self.said, self.about = f"Taken back: {last.said}", frozenset()


def of(key: str) -> Fixes:
    """Return what was put right on the picture `key`."""
    fixes: Fixes = st.session_state.setdefault("fixes", {}).setdefault(key, Fixes())
    return fixes


def boxes_of(key: str, view: Hashable) -> Boxes | None:
    """Return the boxes that a picture was given by hand, None where they are as found."""
    fixes = of(key)
    if fixes.view != view:
        fixes.boxes, fixes.view, fixes.said, fixes.problem = None, view, "", ""
        fixes.done = [done for done in fixes.done if done.batch]
    return fixes.boxes
