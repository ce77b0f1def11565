"""A photo to drag a box on, with a mouse, a pen or a finger: a component of our own.

The rectangles of streamlit-drawable-canvas cannot be drawn by touch: they wait for a mouse button.
"""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

import streamlit as st

_HTML = '<div class="photo"><img draggable="false"><div class="box" hidden></div></div>'
_CSS = """
.photo { position: relative; touch-action: none; cursor: crosshair; user-select: none; -webkit-user-select: none; }
.photo img { display: block; width: 100%; border-radius: 0.5rem; }
.box {
    position: absolute; box-sizing: border-box; pointer-events: none;
    border: 3px solid #0072b2; outline: 1px solid #fff; background: #0072b233;
}
"""
_JS = """
export default function ({ parentElement, data, setStateValue }) {
  const photo = parentElement.querySelector(".photo")
  const image = photo.querySelector("img")
  const box = photo.querySelector(".box")
  if (image.src !== data.url) { image.src = data.url; box.hidden = true }
  image.alt = data.alt
  const within = (share) => Math.min(1, Math.max(0, share))
  const place = (event) => {
    const area = photo.getBoundingClientRect()
    return [within((event.clientX - area.left) / area.width), within((event.clientY - area.top) / area.height)]
  }
  const sides = (event) => {
    const [x, y] = place(event)
    const [u, v] = photo.start
    return [Math.min(x, u), Math.min(y, v), Math.max(x, u), Math.max(y, v)]
  }
  photo.onpointerdown = (event) => {
    if (event.button) return
    photo.setPointerCapture(event.pointerId)
    photo.start = place(event)
  }
  photo.onpointermove = (event) => {
    if (!photo.start) return
    const [left, top, right, bottom] = sides(event).map((share) => 100 * share)
    box.hidden = false
    Object.assign(box.style, {
      left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%`,
    })
  }
  photo.onpointerup = (event) => {
    if (!photo.start) return
    const dragged = sides(event)
    photo.start = null
    const area = photo.getBoundingClientRect()
    const least = Math.min((dragged[2] - dragged[0]) * area.width, (dragged[3] - dragged[1]) * area.height)
    if (least < 8) box.hidden = true  // hardly more than a tap
    else setStateValue("drag", { sides: dragged, made: Date.now() })
  }
  photo.onpointercancel = () => { photo.start = null; box.hidden = true }
}
"""
_photo = st.components.v2.component("digitnet_region", html=_HTML, css=_CSS, js=_JS)


class Drag(NamedTuple):
    """A box that was dragged: x0, y0, x1, y1 as shares of the photo, and when, in ms of the browser's clock."""

    sides: tuple[float, float, float, float]
    made: int


def drag_on(picture: bytes, alt: str, key: str) -> Drag | None:
    """Show a JPEG file and return the box that was dragged on it last."""
    url = "data:image/jpeg;base64," + base64.b64encode(picture).decode()
    result: Any = _photo(key=key, data={"url": url, "alt": alt}, on_drag_change=lambda: None)
    drag = result.get("drag")
    return Drag(tuple(drag["sides"]), drag["made"]) if drag else None
