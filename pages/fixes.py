"""Putting a reading right: digit by digit, all at once or as text; each is saved at once and can be taken back."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import streamlit as st

from digitnet import DigitnetError, ImageError, Reading, autotrain
from digitnet.boxes import read_boxes, split_box
from digitnet.classifier import Classifier
from digitnet.collection import Collection
from digitnet.correction import Pieces
from digitnet.drawing import to_png
from digitnet.images import RGB
from digitnet.samples import LONGEST_WRITER, NOT_A_DIGIT, digest_of
from digitnet.segmentation import Boxes, enclosing
from pages import parts, readings, strip
from pages.strip import Tile

STYLE = """
[class*=st-key-fixes-] { gap: 0.6rem; }
[class*=st-key-fixes-] [data-testid=stMarkdownContainer] p { margin-bottom: 0; }
"""
ICONS = {"Saved:": "check_circle", "Taken": "undo", "Changed:": "crop_free"}  # by the first word of what is said


@st.cache_resource(max_entries=4, show_spinner=False)
def _collection(url: str, folder: str) -> Collection:
    return Collection.open()


def collection() -> Collection:
    """Return the collection of digits, opened once for all tabs.

    Raises:
        CollectionError: it cannot be opened.
    """
    return _collection(os.environ.get("DIGITNET_DATABASE_URL", ""), os.environ.get("DIGITNET_DATA", ""))


def retrained() -> str:
    """Have enough new digits start a training, if that is wanted, and return a sentence where one was started."""
    name = autotrain.consider()
    return f" Enough new digits have come in: {name} is being trained." if name else ""


@dataclass(frozen=True, eq=False)
class Subject:
    """A picture that can be put right.

    Attributes:
        key: tells it from the others of the tab.
        pieces: what was found on it.
        view: what was looked at; boxes that were changed hold for that alone.
        picture: gives it upright, uint8 (H, W, 3).
        staged: gives its reading with the stages.
        model: that read it.
        source: "canvas" or "photo".
        file: its name.
    """

    key: str
    pieces: Pieces
    view: Hashable
    picture: Callable[[], RGB]
    staged: Callable[[], Reading]
    model: str
    source: str
    file: str = ""


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
            samples = subject.pieces.samples(
                labels, subject.picture(), subject.model, subject.source, subject.file, writer
            )
            added = collection().add(samples)
        except DigitnetError as error:
            self.problem = f"Not saved: {error}"
            return
        self.said = f"Saved: {done}{retrained()}"
        self.done.append(Done(done, added.batch))

    def press(self, subject: Subject, press: strip.Press, writer: str) -> None:
        """Take in what was pressed on the strip."""
        self.seen = press.number
        places = subject.pieces.places(press.digest)
        if not places:
            self.said, self.about = "", frozenset(subject.pieces.digests)
            self.problem = "Not saved: the picture has changed in the meantime; correct the digit once more."
            return
        done = f"{_named(places[0], subject.pieces).lower()} {_is(press.label)}."
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
            labels = subject.pieces.typed(text, said)
        except DigitnetError as error:
            self.said, self.problem, self.about = "", f"Not saved: {error}", frozenset(subject.pieces.digests)
            return False
        self.save(subject, labels, f"it says {' '.join(text.split())}.", writer)
        return not self.problem

    def change_boxes(self, subject: Subject, reading: Reading, press: strip.Press) -> None:
        """Change the boxes of the digits that there are by now, as was pressed."""
        self.seen, self.said, self.problem, self.about = press.number, "", "", frozenset()
        places = [index for index, crop in enumerate(reading.crops) if digest_of(crop) == press.digest]
        try:
            boxes, said = _changed_boxes(subject, reading, press, places[0] if places else -1)
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
                collection().undo(last.batch)
            else:
                self.boxes = last.boxes
        except DigitnetError as error:
            self.problem = f"Not taken back: {error}"
            return
        self.done = self.done[:-1]
        self.said, self.about = f"Taken back: {last.said}", frozenset()


def _changed_boxes(subject: Subject, reading: Reading, press: strip.Press, place: int) -> tuple[Boxes, str]:
    """Return the boxes of a reading after a press on its digit at `place`, and what was done.

    Raises:
        ImageError: there is no such digit, or none beside it.
    """
    boxes, digit = reading.boxes, f"digit {place + 1}"
    if press.action == strip.ADD:
        added = _in_pixels(press.box, reading.size)
        if not len(read_boxes(subject.staged(), added, parts.classifier(subject.model))):
            raise ImageError("There is no ink in that box.")
        return np.concatenate([boxes, added]), "a box is added."
    if place < 0:
        raise ImageError("The picture has changed in the meantime; change the box once more.")
    if press.action == strip.MOVE:
        return np.concatenate([np.delete(boxes, place, 0), _in_pixels(press.box, reading.size)]), f"{digit} is moved."
    if press.action == strip.SPLIT:
        halves = split_box(subject.staged(), boxes[place])
        return np.concatenate([np.delete(boxes, place, 0), halves]), f"{digit} is split in two."
    if press.action == strip.REMOVE:
        return np.delete(boxes, place, 0), f"the box of {digit} is removed."
    if place + 1 >= len(reading) or reading.row[place + 1] != reading.row[place]:
        raise ImageError(f"There is no digit to the right of {digit} that it could be joined with.")
    pair = [place, place + 1]
    return np.concatenate(
        [np.delete(boxes, pair, 0), enclosing(boxes[pair])[None]]
    ), f"{digit} is joined with the next."


def _in_pixels(box: tuple[float, ...], size: tuple[int, int]) -> Boxes:
    """Return a box (1, 4) xyxy of left, top, width and height as shares of the picture."""
    left, top, width, height = box
    sides = np.array([left, top, left + width, top + height]) * [*size, *size]
    return np.round(sides).astype(np.int32)[None]


def boxes_of(key: str, view: Hashable) -> Boxes | None:
    """Return the boxes that a picture was given by hand, None where they are as found."""
    fixes = of(key)
    if fixes.view != view:
        fixes.boxes, fixes.view, fixes.said, fixes.problem = None, view, "", ""
        fixes.done = [done for done in fixes.done if done.batch]
    return fixes.boxes


def pieces_of(reading: Reading, classifier: Classifier, boxes: Boxes | None) -> Pieces:
    """Return what was found on a picture, a reading with its stages, or what is in `boxes` of it."""
    return Pieces.of(reading if boxes is None else read_boxes(reading, boxes, classifier), classifier)


@dataclass(frozen=True, eq=False)
class State:
    """What a picture says by now.

    Attributes:
        reading: as corrected.
        said: labels that people gave, by the place of the piece.
        problem: why the collection cannot be asked, "" if it can.
    """

    reading: Reading
    said: dict[int, int]
    problem: str = ""


def of(key: str) -> Fixes:
    """Return what was put right on the picture `key`."""
    fixes: Fixes = st.session_state.setdefault("fixes", {}).setdefault(key, Fixes())
    return fixes


def take_in(subject: Subject) -> State:
    """Save what was pressed or typed since the last run, and return what the picture says by now."""
    fixes, key = of(subject.key), subject.key
    presses = strip.presses(f"strip-{key}", fixes.seen)
    text, writer = str(st.session_state.get(f"typed-{key}") or ""), writer_name()
    for press in presses:
        if press.action != strip.LABEL:
            fixes.change_boxes(subject, _state(subject).reading, press)
            st.rerun()
        fixes.press(subject, press, writer)
    state = _state(subject)
    if fixes.asked and not state.problem:
        if fixes.take_text(subject, text, state.said, writer):
            st.session_state[f"typed-{key}"] = ""
        state = _state(subject)
    return state


def _state(subject: Subject) -> State:
    pieces = subject.pieces
    try:
        said = pieces.named(collection().labels(pieces.digests)) if len(pieces) else {}
    except DigitnetError as error:
        return State(pieces.reading, {}, str(error))
    return State(pieces.corrected(said), said)


def writer_name() -> str:
    """Return the name that was given on whichever page, "" for none."""
    return str(st.session_state.get("writer") or st.session_state.get("chosen_writer") or "")


def choose_writer(label: str = "Writer (optional)") -> None:
    """Show the choice of whose hand it is; it holds on all pages."""
    state = st.session_state
    if "writer" not in state:
        state.writer = state.get("chosen_writer")
    names = sorted({*known_writers(), *filter(None, [state.writer])}, key=str.casefold)
    chosen = st.selectbox(
        label,
        names,
        index=None,
        key="writer",
        accept_new_options=True,
        placeholder="Type a name",
        help="Whose hand it is: a household or a class can share one app. It is kept with each saved digit.",
    )
    state.chosen_writer = (chosen or "")[:LONGEST_WRITER]


def known_writers() -> list[str]:
    """Return the names in the collection; none where it cannot be asked."""
    try:
        return [name for name in collection().writers() if name]
    except DigitnetError:
        return []


def show(
    subject: Subject, state: State, plain: bytes, *, picture: bytes = b"", alt: str = "", small: bool = False
) -> None:
    """Show the digits of a picture to click on, and what else puts it right.

    Args:
        subject: the picture.
        state: what it says by now.
        plain: a PNG or JPEG file of it, to draw boxes on.
        picture: a file of it with its boxes, to be shown with the digits.
        alt: what is on the picture.
        small: the digits take little room.
    """
    fixes, edits = of(subject.key), bool(st.session_state.get(f"boxes-{subject.key}"))
    current = not fixes.about or fixes.about <= set(subject.pieces.digests)
    status = fixes.said if current else ""
    with st.container(key=f"fixes-{subject.key}"):
        strip.show(
            f"strip-{subject.key}",
            tiles(subject.pieces, state),
            fixes.seen,
            picture=plain if edits else picture,
            alt=alt,
            small=small,
            edits=edits,
            status=status,
        )
        if edits:
            st.caption("Drag on the picture to add a box; drag a box or its corners to move it; click it for more.")
        elif len(subject.pieces):
            st.caption("Wrong? Click the digit, then what it is; or type it on the keyboard.")
        _show_actions(fixes, subject, state)
        if fixes.problem and current:
            st.error(parts.plain(fixes.problem), icon=":material/error:")
        elif status:
            icon = ICONS[status.split()[0]]
            st.markdown(f":material/{icon}: {parts.plain(status)}")
        if state.problem:
            st.warning(f"Corrections cannot be saved: {parts.plain(state.problem)}", icon=":material/warning:")


def _show_actions(fixes: Fixes, subject: Subject, state: State) -> None:
    labels = subject.pieces.labels(state.said)
    right = {place: int(label) for place, label in enumerate(labels) if label != NOT_A_DIGIT}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "All correct",
            icon=":material/done_all:",
            key=f"right-{subject.key}",
            on_click=fixes.confirm,
            args=(subject, right, writer_name()),
            disabled=not right or right.keys() <= state.said.keys(),
            help="Keeps all these digits with the labels that they have now, for training.",
        )
        st.button(
            "Take back",
            icon=":material/settings_backup_restore:",
            key=f"back-{subject.key}",
            on_click=fixes.undo,
            disabled=not fixes.done,
        )
        with st.popover("Type it", icon=":material/keyboard:", disabled=not right):
            _show_typing(fixes, subject, state)
        st.toggle("Change boxes", key=f"boxes-{subject.key}", help="Draw, move, split, join and remove them.")


def _show_typing(fixes: Fixes, subject: Subject, state: State) -> None:
    with st.form(f"type-{subject.key}", border=False):
        st.text_area(
            "What is written there",
            key=f"typed-{subject.key}",
            placeholder=state.reading.text,
            height=80 if len(state.reading.rows) < 3 else 140,
            help="Row by row, as you read it: each digit is laid beside one that was found.",
        )
        st.form_submit_button("Save as typed", icon=":material/save:", on_click=fixes.ask)


def tiles(pieces: Pieces, state: State) -> list[Tile]:
    """Return what was found as tiles."""
    labels, read = pieces.labels(state.said), pieces.read
    width, height = pieces.reading.size
    return [
        _tile(pieces, place, int(labels[place]), int(read[place]), place in state.said, (width, height))
        for place in range(len(pieces))
    ]


def _tile(pieces: Pieces, place: int, label: int, read: int, known: bool, size: tuple[int, int]) -> Tile:
    left, top, right, bottom = (float(side) for side in pieces.boxes[place])
    share = (left / size[0], top / size[1], (right - left) / size[0], (bottom - top) / size[1])
    sure = parts.percent(float(pieces.confidence[place]))
    refused = read == NOT_A_DIGIT
    doubtful = not refused and bool(pieces.reading.doubtful[place])
    less = "" if refused else readings.other(pieces.reading, place)
    name = _named(place, pieces)
    if known:
        was = "saved" if label == read else "was " + ("none" if refused else str(read))
        said = f"{name} {_is(label)}, saved" + ("" if label == read else f"; it was read as {_shown(read)}")
        sure, less, doubtful = "", was, False
    elif refused:
        said, less = f"{name}: left out as no digit, {sure}", "left out"
        sure = ""
    else:
        said = f"{name} as the network sees it: {label}, {sure}; {less}{'; doubtful' if doubtful else ''}"
    png = to_png(pieces.crops[place][..., None].repeat(3, axis=2))
    return Tile(pieces.digests[place], share, png, label, sure, less, said, doubtful, refused, known)


def _named(place: int, pieces: Pieces) -> str:
    digits = len(pieces.reading)
    return f"Digit {place + 1}" if place < digits else f"Piece {place - digits + 1}"


def _is(label: int) -> str:
    return "is no digit" if label == NOT_A_DIGIT else f"is {'an' if label == 8 else 'a'} {label}"


def _shown(label: int) -> str:
    return "no digit" if label == NOT_A_DIGIT else str(label)
