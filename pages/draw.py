"""Draw: a canvas, and the number on it as each stroke ends."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from digitnet import DigitnetError, Reading
from digitnet.canvas import to_strokes
from digitnet.drawing import annotate, to_png
from digitnet.export import reading_to_dict, to_json_line
from digitnet.images import load
from digitnet.reading import read_drawing
from digitnet.types import RGB
from pages import fix_log, fixes, inside_subject, parts, reading_view, subjects, warm_up, writers
from pages.inside_subject import Picture
from pages.subjects import Subject

WIDTH, HEIGHT = 640, 400
Strokes = list[dict[str, Any]]
# The canvas keeps its own pixels and is shown smaller where the screen is narrower.
SCREENS = (320, 340, 360, 375, 390, 412, 430, 480, 540, 600, 660, 700)
STYLE = (
    f".st-key-paper {{ zoom: {(SCREENS[0] - 34) / WIDTH:.3f}; }}"
    + "".join(
        f"@media (min-width: {width}px) {{ .st-key-paper {{ zoom: {min(1.0, (width - 34) / WIDTH):.3f}; }} }}"
        for width in SCREENS
    )
    + reading_view.STYLE
    + fixes.STYLE
    + """
.st-key-paper { overflow: hidden; }  /* and with it the canvas's own tools, which know nothing of ours */
.st-key-paper canvas { touch-action: none; }
"""
)
SIZE = "clamp(2.75rem, 10vw, 4.5rem)"  # of the number


def main() -> None:
    """Show the page."""
    parts.begin("draw.py", STYLE)
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=WIDTH):
            drawing, strokes = draw()
        with st.container(width=420):
            with st.container(horizontal=True):
                model = parts.choose_model()
                writer = st.container()
            try:
                show(drawing, strokes, model)
            except DigitnetError as error:
                st.error(str(error), icon=":material/error:")
            warm_up.start()
            with writer:  # last, for it asks the database
                writers.choose_writer()


@dataclass
class Paper:
    """What is drawn, and what Undo took away.

    A button's callback is a method of this and asks nothing of `st.session_state`. Streamlit stops a run
    as soon as the browser sends the next message, be it another press or what the canvas reports, and
    does so wherever the run looks into its session state: a press would be lost, or taken by half.
    """

    strokes: Strokes = field(default_factory=list)
    undone: list[Strokes] = field(default_factory=list)
    given: dict[str, Any] | None = None
    outdated: list[Strokes] = field(default_factory=list)
    picture: bytes | None = None
    pen: int = 16

    def take_in(self, seen: Strokes) -> None:
        """Note the strokes that the canvas reports, unless it has yet to show what it was given last.

        A canvas that was given strokes reports the ones before once more, or those of an earlier press of
        Undo, until it has drawn them.
        """
        if seen in self.outdated:
            return
        self.outdated = []
        if len(seen) > len(self.strokes):
            self.undone = []
        self.strokes = seen

    def undo(self) -> None:
        """Take the last stroke back."""
        if self.strokes:
            self.put(self.strokes[:-1], [*self.undone, self.strokes[-1:]])

    def redo(self) -> None:
        """Draw again what was taken back last."""
        if self.undone:
            self.put([*self.strokes, *self.undone[-1]], self.undone[:-1])

    def clear(self) -> None:
        """Take all strokes back, as one step."""
        self.put([], [self.strokes])

    def put(self, strokes: Strokes, undone: list[Strokes]) -> None:
        """Have the canvas show `strokes`, and remember what redo brings back.

        The canvas redraws only what differs from what it was given last, hence the count.
        """
        count = (self.given or {}).get("count", 0) + 1
        self.outdated = [*self.outdated, self.strokes]
        self.given = {"objects": strokes, "count": count}
        self.strokes, self.undone = strokes, undone


def draw() -> tuple[bytes | None, Strokes]:
    """Show the canvas and its tools; return what is drawn as a PNG file, None while nothing is, and its strokes."""
    state = st.session_state
    paper: Paper = state.setdefault("paper", Paper())
    if paper.strokes and "pen" not in state:  # back from another page: the canvas is new and empty
        paper.put(paper.strokes, paper.undone)
    with st.container(key="paper"):
        canvas = st_canvas(
            stroke_width=state.get("pen", paper.pen),
            stroke_color="#000000",
            background_color="#ffffff",
            initial_drawing=paper.given,
            width=WIDTH,
            height=HEIGHT,
            return_image_data=True,
            key="canvas",
        )
    # Not `paper`: a run that is overtaken by a later one ends at this look into the state, its report too old.
    state.paper.take_in((canvas.json_data or {}).get("objects", []))
    with st.container(horizontal=True):
        st.button("Undo", icon=":material/undo:", on_click=paper.undo, disabled=not paper.strokes)
        st.button("Redo", icon=":material/redo:", on_click=paper.redo, disabled=not paper.undone)
        st.button("Clear", icon=":material/delete:", on_click=paper.clear, disabled=not paper.strokes)
    paper.pen = st.slider("Pen width", 4, 40, paper.pen, key="pen", format="%d px")
    paper.picture = canvas.image_bytes or paper.picture  # a new canvas sends none before it is drawn on
    return (paper.picture if paper.strokes else None), paper.strokes


def show(drawing: bytes | None, strokes: Strokes, model: str) -> None:
    """Show the number that is drawn and how sure the network is of each digit."""
    if drawing is None:
        st.info("Draw a number on the paper with the mouse, a pen or a finger.", icon=":material/draw:")
        return
    image = load(drawing)
    classifier = parts.classifier(model)
    whole = read_drawing(image, classifier, to_strokes(strokes))
    view = hash(drawing)
    found = subjects.pieces_of(whole, classifier, fix_log.boxes_of("drawing", view))
    subject = Subject("drawing", found, view, lambda: image, lambda: whole, model, "canvas")
    state = fixes.take_in(subject)
    reading = state.reading
    if len(reading):
        reading_view.show_text(reading, "number", SIZE)
        st.caption(sureness(reading))
    else:
        st.info("No digit found yet; draw larger, or use a wider pen.", icon=":material/search_off:")
    if refused := len(reading.refused):
        said = "piece is no digit and was" if refused == 1 else "pieces are no digits and were"
        st.caption(f"{refused} {said} left out.")
    fixes.show(subject, state, drawing)
    inside_subject.offer(Picture.drawing(drawing, strokes), "drawing")
    if len(found.reading):
        index = reading_view.choose_digit("Probabilities of digit", found.reading)
        reading_view.show_probabilities(found.reading, index, classifier.refuses)
    if len(reading):
        show_downloads(image, reading)


def sureness(reading: Reading) -> str:
    """Return how sure it is that every number is right as a whole."""
    shares = [parts.percent(float(share)) for share in reading.number_confidence]
    if len(shares) == 1:
        return f"{shares[0]} sure of the whole number"
    return ", ".join(f"{number}: {share} sure" for number, share in zip(reading.numbers, shares, strict=True))


def show_downloads(image: RGB, reading: Reading) -> None:
    """Offer the drawing with boxes, and its reading."""
    name = f"digitnet-{'-'.join(reading.numbers)[:40]}"
    with st.container(horizontal=True):
        boxes = to_png(annotate(image, reading))
        parts.download("Picture with boxes", boxes, f"{name}.png", "image/png", "image")
        text = to_json_line(reading_to_dict("drawing.png", reading))
        parts.download("JSON", text, f"{name}.json", "application/json", "data_object")


main()
