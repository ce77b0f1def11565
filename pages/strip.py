"""The digits of a picture to click on and put right: a component of our own.

A click chooses a digit, on the picture or in the strip under it, and a second one says what it is; the
keyboard does both at once. What was said goes into a log that the browser keeps until the page has taken
it in, so that nothing is lost if a run of the page is overtaken by the next.
"""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

import streamlit as st

from digitnet.samples import NOT_A_DIGIT, PNG

LABEL, SPLIT, JOIN, REMOVE, MOVE, ADD = "label", "split", "join", "remove", "move", "add"
NO_BOX = (0.0, 0.0, 0.0, 0.0)
_HTML = """
<div class="fixer">
  <div class="photo" hidden>
    <img draggable="false"><div class="outlines"></div>
    <div class="mark" hidden>
      <i data-corner="0"></i><i data-corner="1"></i><i data-corner="2"></i><i data-corner="3"></i>
    </div>
  </div>
  <div class="strip" role="list"></div>
  <div class="keys" role="group" aria-label="What is it?" hidden></div>
  <div class="heard" role="status"></div>
</div>
"""
_CSS = """
.fixer { position: relative; font-family: var(--st-font); color: var(--st-text-color); font-size: 0.875rem; }
.photo { position: relative; margin-bottom: 0.75rem; }
.photo.near { cursor: pointer; }
.photo img { display: block; width: 100%; border-radius: 0.5rem; }
.mark {
    position: absolute; box-sizing: border-box; pointer-events: none; border-radius: 2px;
    border: 3px solid #d55e00; outline: 2px solid #fff; min-width: 8px; min-height: 8px;
}
.mark i { display: none; position: absolute; width: 16px; height: 16px; margin: -9px; pointer-events: auto; }
.mark i { background: #d55e00; border: 2px solid #fff; border-radius: 50%; box-sizing: border-box; touch-action: none; }
.mark i:nth-child(1) { left: 0; top: 0; cursor: nwse-resize; }
.mark i:nth-child(2) { left: 100%; top: 0; cursor: nesw-resize; }
.mark i:nth-child(3) { left: 0; top: 100%; cursor: nesw-resize; }
.mark i:nth-child(4) { left: 100%; top: 100%; cursor: nwse-resize; }
@media (pointer: coarse) { .mark i::after { content: ""; position: absolute; inset: -14px; } }  /* for fingers */
.edits img { outline: 1px solid #8888; }
.edits { touch-action: none; cursor: crosshair; user-select: none; -webkit-user-select: none; }
.edits.near { cursor: move; }
.edits .mark i { display: block; }
.outlines div { position: absolute; box-sizing: border-box; border: 2px solid #0072b2; outline: 1px solid #fff8; }
.outlines div { pointer-events: none; }
.outlines b {
    position: absolute; left: -2px; bottom: 100%; padding: 0 0.3em; background: #0072b2; color: #fff; line-height: 1.25;
}
.strip { display: flex; flex-wrap: wrap; gap: 0.5rem; padding: 4px; margin: -4px; }
.strip.small { gap: 0.25rem; max-height: 16.5rem; overflow-y: auto; }
.tile {
    width: 96px; box-sizing: border-box; padding: 3px 3px 4px; border: 0; border-radius: 0.5rem; cursor: pointer;
    background: none; color: inherit; font: inherit; line-height: 1.3; text-align: left;
}
.small .tile { width: 52px; text-align: center; }
.tile:hover { background: #8883; }
.tile:focus-visible, .keys button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
.tile[aria-expanded=true] { background: #8884; box-shadow: 0 0 0 2px var(--st-primary-color); }
.tile img {
    display: block; width: 100%; aspect-ratio: 1; image-rendering: pixelated; border-radius: 0.375rem;
    box-sizing: border-box; object-fit: contain; background: #8883; margin-bottom: 2px;
}
.tile.doubtful img { border: 4px solid #e69f00; }
.tile.refused img { opacity: 0.55; border: 2px solid #888; }
.tile.known img { border: 3px solid #1a9e77; }
.tile b { font-size: 1.05rem; }
.tile small { display: block; white-space: nowrap; }
.small .tile small { display: none; }
.keys {
    position: absolute; z-index: 5; box-sizing: border-box; width: 17rem; max-width: 100%; padding: 0.6rem;
    border-radius: 0.6rem; background: var(--st-background-color); border: 1px solid #8888;
    box-shadow: 0 6px 24px #0006;
}
.keys p { margin: 0 0 0.5rem; font-weight: 600; padding-right: 2.25rem; }
.keys div { display: grid; grid-template-columns: repeat(10, 1fr); gap: 0.35rem; }
.keys button {
    min-height: 2.75rem; border: 1px solid #8888; border-radius: 0.5rem; cursor: pointer;
    background: var(--st-secondary-background-color); color: inherit; font: inherit; font-size: 1.1rem;
    grid-column: span 2;
}
.keys button:hover { border-color: var(--st-primary-color); }
.keys button.now { border: 2px solid var(--st-primary-color); font-weight: 700; }
.keys button.wide { grid-column: 1 / -1; font-size: 0.95rem; }
.keys button.half { grid-column: span 5; min-height: 2.5rem; font-size: 0.9rem; }
.keys button.close {
    position: absolute; top: 0.1rem; right: 0.1rem; min-height: 2.5rem; width: 2.5rem; border: 0; background: none;
}
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""
_JS = """
const NONE = 10
const named = (label) => (label === NONE ? "–" : String(label))

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".fixer")
  const [photo, strip, keys, heard] = ["photo", "strip", "keys", "heard"].map((name) => root.querySelector(`.${name}`))
  const image = photo.querySelector("img")
  const [outlines, mark] = ["outlines", "mark"].map((name) => root.querySelector(`.${name}`))
  const pieces = data.pieces
  root.open ??= null
  root.log = (root.log || []).filter((press) => press.number > data.seen)
  const tiles = () => [...strip.querySelectorAll(".tile")]
  const tileOf = (place) => strip.querySelector(`[data-place="${place}"]`)
  const waiting = (piece) => root.log.findLast((press) => press.digest === piece.digest)

  const log = (press) => {
    const number = Math.max(Date.now(), data.seen + 1, ...root.log.map((press) => press.number + 1))
    root.log = [...root.log, { number, digest: "", label: NONE, box: null, ...press }]
    setStateValue("log", root.log)
    paint()
  }
  const say = (place, label) => {
    close()
    log({ action: "label", digest: pieces[place].digest, label })
    tileOf(place)?.focus({ preventScroll: true })
  }
  const change = (place, action) => { close(); log({ action, digest: pieces[place].digest }) }

  const frame = (element, box) => {
    const [left, top, width, height] = box.map((share) => `${100 * share}%`)
    Object.assign(element.style, { left, top, width, height })
  }

  const close = () => {
    root.open = null
    keys.hidden = true
    mark.hidden = true
    root.style.paddingBottom = ""
    tiles().forEach((tile) => tile.setAttribute("aria-expanded", "false"))
  }

  const open = (place, anchor) => {
    close()
    root.open = place
    root.opened = { digest: pieces[place].digest, marked: anchor === mark }
    tileOf(place)?.setAttribute("aria-expanded", "true")
    frame(mark, pieces[place].box)
    mark.hidden = photo.hidden
    const line = document.createElement("p")
    line.textContent = pieces[place].refused ? "What is this?" : `Digit ${place + 1} is`
    const grid = document.createElement("div")
    for (let label = 0; label <= NONE; label++) {
      const key = document.createElement("button")
      key.textContent = label === NONE ? "Not a digit" : label
      if (label === NONE) key.classList.add("wide")
      if (label === pieces[place].label) key.classList.add("now")
      key.onclick = () => say(place, label)
      grid.append(key)
    }
    const more = { split: "Split in two", join: "Join with next", ...(data.edits ? { remove: "Remove the box" } : {}) }
    for (const [action, text] of Object.entries(pieces[place].refused ? {} : more)) {
      const key = document.createElement("button")
      key.textContent = text
      key.className = action === "remove" ? "wide" : "half"
      key.onclick = () => change(place, action)
      grid.append(key)
    }
    const shut = document.createElement("button")
    shut.className = "close"
    shut.textContent = "×"
    shut.ariaLabel = "Close"
    shut.onclick = () => { close(); tileOf(place)?.focus({ preventScroll: true }) }
    keys.replaceChildren(line, grid, shut)
    keys.hidden = false
    const area = root.getBoundingClientRect()
    const spot = anchor.getBoundingClientRect()
    const scale = area.width / root.offsetWidth || 1
    const across = (spot.left + spot.width / 2 - area.left) / scale - keys.offsetWidth / 2
    keys.style.left = `${Math.max(0, Math.min(across, root.offsetWidth - keys.offsetWidth))}px`
    const down = (spot.bottom - area.top) / scale + 6
    keys.style.top = `${down}px`
    const below = down + keys.offsetHeight - root.offsetHeight
    if (below > 0) root.style.paddingBottom = `${below + 8}px`
  }
  const ask = (place, anchor) => {
    open(place, anchor)
    keys.scrollIntoView({ block: "nearest" })
  }
  const reopen = (place) => {  // what is asked about a digit stays when the page is run anew
    const held = [...keys.querySelectorAll("button")].indexOf(keys.getRootNode().activeElement)
    const same = (piece) => piece?.digest === root.opened.digest
    const now = same(pieces[place]) ? place : pieces.findIndex(same)
    if (now < 0) return close()
    const marked = root.opened.marked && !photo.hidden
    open(now, marked ? mark : tileOf(now) ?? mark)
    keys.querySelectorAll("button")[held]?.focus({ preventScroll: true })
  }

  const paint = () => {
    const active = strip.getRootNode().activeElement
    const held = active?.dataset?.place
    strip.replaceChildren(...pieces.flatMap((piece, place) => {
      if (!piece.url) return []
      const press = waiting(piece)
      const label = press?.action === "label" ? press.label : piece.label
      const tile = document.createElement("button")
      tile.className = "tile"
      const kind = press ? "" : piece.known ? "known" : piece.refused ? "refused" : piece.doubtful ? "doubtful" : ""
      if (kind) tile.classList.add(kind)
      tile.dataset.place = place
      tile.ariaLabel = press ? `${piece.said}; now ${named(label)}, being saved` : piece.said
      tile.title = piece.said
      tile.setAttribute("aria-expanded", "false")
      const shown = document.createElement("img")
      shown.src = piece.url
      shown.alt = ""
      const name = document.createElement("b")
      name.textContent = named(label) + (press ? " …" : piece.known ? " ✓" : piece.doubtful ? "?" : "")
      tile.append(shown, name)
      if (!press && piece.sure) tile.append(` ${data.small ? "" : piece.sure}`)
      const less = document.createElement("small")
      less.textContent = press ? "being saved" : piece.less || " "
      tile.append(less)
      tile.onclick = () => (root.open === place ? close() : ask(place, tile))
      tile.onkeydown = (event) => key(event, place)
      const item = document.createElement("div")
      item.setAttribute("role", "listitem")
      item.append(tile)
      return [item]
    }))
    if (held !== undefined) tileOf(held)?.focus({ preventScroll: true })
  }

  const key = (event, place) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const all = tiles()
    const at = all.findIndex((tile) => tile.dataset.place === String(place))
    const moves = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }
    if (/^[0-9]$/.test(event.key)) say(place, Number(event.key))
    else if (["Delete", "Backspace", "-"].includes(event.key)) say(place, NONE)
    else if (event.key === "Escape") close()
    else if (event.key in moves) all[moves[event.key]]?.focus()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  keys.onkeydown = (event) => { if (root.open !== null) key(event, root.open) }

  const nearest = (event, reach) => {
    const area = photo.getBoundingClientRect()
    const off = ([left, top, width, height]) => {
      const x = event.clientX - area.left, y = event.clientY - area.top
      const aside = Math.max(left * area.width - x, x - (left + width) * area.width, 0)
      const above = Math.max(top * area.height - y, y - (top + height) * area.height, 0)
      return Math.hypot(aside, above) + 0.001 * width
    }
    const offs = pieces.map((piece) => off(piece.box))
    const best = offs.indexOf(Math.min(...offs))
    return best >= 0 && offs[best] < reach ? best : -1
  }
  photo.onclick = (event) => { if (!data.edits) choose(nearest(event, 16)) }
  const choose = (place) => {
    if (place < 0 || root.open === place) return close()
    tileOf(place)?.focus({ preventScroll: true })
    frame(mark, pieces[place].box)
    mark.hidden = false
    ask(place, mark)
  }

  const shares = (event) => {
    const area = photo.getBoundingClientRect()
    const within = (share) => Math.min(1, Math.max(0, share))
    return [within((event.clientX - area.left) / area.width), within((event.clientY - area.top) / area.height)]
  }
  const dragged = (event) => {
    const { at, corner, box } = root.drag
    const to = shares(event)
    if (!box) return [Math.min(at[0], to[0]), Math.min(at[1], to[1]), Math.abs(to[0] - at[0]), Math.abs(to[1] - at[1])]
    const [across, down] = [to[0] - at[0], to[1] - at[1]]
    if (corner === undefined) return [box[0] + across, box[1] + down, box[2], box[3]]
    const x = [box[0] + (corner % 2 ? 0 : across), box[0] + box[2] + (corner % 2 ? across : 0)]
    const y = [box[1] + (corner > 1 ? 0 : down), box[1] + box[3] + (corner > 1 ? down : 0)]
    return [Math.min(...x), Math.min(...y), Math.abs(x[1] - x[0]), Math.abs(y[1] - y[0])]
  }
  photo.onpointerdown = (event) => {
    if (!data.edits || event.button) return
    const corner = event.target.dataset.corner
    const place = corner === undefined ? nearest(event, 0.5) : root.open
    root.drag = {
      at: shares(event), x: event.clientX, y: event.clientY, place, moved: false,
      corner: corner === undefined ? undefined : Number(corner), box: place >= 0 ? pieces[place].box : null,
    }
    photo.setPointerCapture(event.pointerId)
  }
  photo.onpointermove = (event) => {
    if (!root.drag) return photo.classList.toggle("near", nearest(event, data.edits ? 0.5 : 16) >= 0)
    root.drag.moved ||= Math.hypot(event.clientX - root.drag.x, event.clientY - root.drag.y) > 6
    if (!root.drag.moved) return
    keys.hidden = true
    mark.hidden = false
    frame(mark, dragged(event))
  }
  photo.onpointerup = (event) => {
    if (!root.drag) return
    const { moved, place } = root.drag
    const box = dragged(event)
    root.drag = null
    if (!moved) return choose(place)
    close()
    log({ action: place >= 0 ? "move" : "add", digest: place >= 0 ? pieces[place].digest : "", box })
  }
  photo.onpointercancel = () => { root.drag = null; close() }

  photo.hidden = !data.url
  image.onload = () => { if (root.open !== null) reopen(root.open) }  // what is under it has moved
  if (data.url && image.src !== data.url) image.src = data.url
  image.alt = data.alt
  strip.classList.toggle("small", data.small)
  strip.ariaLabel = data.small ? "Digits that were found" : "Digits as the network sees them"
  if (heard.textContent !== data.status) heard.textContent = data.status
  photo.classList.toggle("edits", data.edits)
  const known = JSON.stringify([pieces, root.log, data.edits])
  if (root.known !== known) {
    root.known = known
    root.drag = null
    outlines.replaceChildren(...pieces.filter((piece) => data.edits && piece.label !== NONE).map((piece) => {
      const outline = document.createElement("div")
      const name = document.createElement("b")
      name.textContent = piece.label
      outline.append(name)
      frame(outline, piece.box)
      return outline
    }))
    paint()
    if (root.open !== null) reopen(root.open)
  }
}
"""
_component = st.components.v2.component("digitnet_strip", html=_HTML, css=_CSS, js=_JS)
MOST_TILES = 400


class Tile(NamedTuple):
    """A piece of a picture as the strip shows it.

    `box` is left, top, width and height as shares of the picture; `label` is 0 to 9, or NOT_A_DIGIT.
    """

    digest: str
    box: tuple[float, float, float, float]
    png: bytes
    label: int
    sure: str = ""
    less: str = ""
    said: str = ""
    doubtful: bool = False
    refused: bool = False
    known: bool = False


class Press(NamedTuple):
    """What somebody did to a piece; later presses have higher numbers.

    `action` is LABEL, for `label`, or what happens to its box: SPLIT, JOIN with the next one, REMOVE, MOVE to `box`;
    or ADD, of a new one at `box`, which are left, top, width and height as shares of the picture.
    """

    number: int
    digest: str
    label: int = NOT_A_DIGIT
    action: str = LABEL
    box: tuple[float, ...] = NO_BOX


def presses(key: str, seen: int) -> list[Press]:
    """Return what was pressed on the strip `key` after the press number `seen`, oldest first."""
    state: Any = st.session_state.get(key) or {}
    log = [
        Press(
            int(press["number"]), press["digest"], int(press["label"]), press["action"], tuple(press["box"] or NO_BOX)
        )
        for press in state.get("log") or []
    ]
    return sorted(press for press in log if press.number > seen)


def show(
    key: str,
    tiles: list[Tile],
    seen: int,
    *,
    picture: bytes = b"",
    alt: str = "",
    small: bool = False,
    edits: bool = False,
    status: str = "",
) -> None:
    """Show tiles to click on, under a PNG or JPEG file of the picture if there is one.

    Args:
        key: of the strip.
        tiles: what was found; of very many only the first have a place in the strip.
        seen: number of the last press that was taken in.
        picture: with the boxes on it.
        alt: what it shows.
        small: tiles with nothing but the digit.
        edits: whether boxes can be drawn and dragged on the picture, which should show none then.
        status: what is said to those who hear the page.
    """
    data = {
        "pieces": [_to_dict(tile, shown=place < MOST_TILES) for place, tile in enumerate(tiles)],
        "seen": seen,
        "url": _url(picture) if picture else "",
        "alt": alt,
        "small": small,
        "edits": edits,
        "status": status,
    }
    _component(key=key, data=data, on_log_change=lambda: None)


def _to_dict(tile: Tile, *, shown: bool) -> dict[str, Any]:
    return {**tile._asdict(), "png": None, "url": _url(tile.png) if shown else ""}


def _url(content: bytes) -> str:
    kind = "png" if content.startswith(PNG) else "jpeg"
    return f"data:image/{kind};base64," + base64.b64encode(content).decode()
