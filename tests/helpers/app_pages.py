"""Pages of the app run without a browser, and the parts of them that tests look for."""

import re
from html import unescape
from types import SimpleNamespace

import cv2
import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from digitnet.paths import ROOT
from digitnet.preprocessing.images import to_png

SEVEN = [(60, 100), (160, 100), (100, 300)]
ONE = [(300, 100), (300, 300)]


def make_page(name, timeout=300):
    """Return the page `name`, not run yet; its runs may take `timeout` seconds."""
    app = AppTest.from_file(ROOT / "pages" / f"{name}.py", default_timeout=timeout)
    app.session_state.entered = True
    return app


def open_app():
    """Return the whole app, which begins with the page Draw."""
    return AppTest.from_file(ROOT / "navigation.py", default_timeout=300).run()


def open_page(app, page):
    """Go to another page of the whole app."""
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception


def find_key(app, name):
    """Return the key of the widget that makes the choice `name`."""
    return app.session_state.remembered.shown[name].key


def read_wide_tables(app):
    """Return the tables that `pages.shared.wide_table` shows, indexed by their first column."""
    tables = []
    for element in app.get("html"):
        if 'class="wide-table"' in element.proto.body:
            lines = re.findall("<tr>(.*?)</tr>", element.proto.body)
            (heads, *rows) = [[unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t", line)] for line in lines]
            tables.append(pd.DataFrame(rows, columns=heads).set_index(heads[0]))
    return tables


def run_sample(name="Even paper"):
    """Return the page Photos after a sample was picked."""
    app = make_page("photos").run()
    app.button_group(key=find_key(app, "sample")).set_value(name).run()
    return app


def make_canvas(*strokes):
    """Return a stand-in for the canvas component, with strokes drawn on it."""
    image = np.full((400, 640, 3), 255, np.uint8)
    for stroke in strokes:
        cv2.polylines(image, [np.array(stroke, np.int32)], False, (0, 0, 0), 16, cv2.LINE_AA)
    objects = [{"path": stroke} for stroke in strokes]
    return lambda **_: SimpleNamespace(json_data={"objects": objects}, image_bytes=to_png(image))


def find_path(app, element):
    """Return the places of an element and of the containers that hold it, from that on the page down."""

    def search(block):
        for place, child in block.children.items():
            if child is element:
                return (place,)
            if path := search(child) if hasattr(child, "children") else ():
                return (place, *path)
        return ()

    return search(app.main)


def find_button(app, label):
    """Return the first button with this label."""
    return next(button for button in app.button if button.label == label)


def find_toggle(app, label):
    """Return the first toggle with this label."""
    return next(toggle for toggle in app.toggle if toggle.label == label)


def find_choice(app, label):
    """Return the first group of buttons with this label."""
    return next(group for group in app.button_group if group.label == label)


def find_marked(app):
    """Return the HTML elements that mark a doubtful digit."""
    return [html.proto.body for html in app.get("html") if "<mark" in html.proto.body]
