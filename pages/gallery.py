"""Digits to look through, choose and put right, several at once: a component of our own.

What is done to those that are chosen goes into a log, as in `pages.strip`. Where digits are only looked at,
a click picks one.
"""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

import streamlit as st

DELETE, RESTORE, PICK = "delete", "restore", "pick"
_HTML = """
<div class="gallery">
  <div class="bar" role="toolbar" aria-label="What the chosen digits are">
    <span class="count" role="status"></span><span class="keys"></span>
  </div>
  <div class="grid" role="list"></div>
</div>
"""
_CSS = """
.gallery { font-family: var(--st-font); color: var(--st-text-color); font-size: 0.875rem; }
.bar {
    position: sticky; top: 3.75rem; z-index: 4; padding: 0.5rem 0; background: var(--st-background-color);
    display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.75rem;
}
.count { min-width: 7.5rem; }
.keys { display: flex; flex-wrap: wrap; gap: 0.3rem; }
.keys button {
    min-width: 2.5rem; min-height: 2.5rem; padding: 0 0.6rem; border: 1px solid #8888; border-radius: 0.5rem;
    background: var(--st-secondary-background-color); color: inherit; font: inherit; cursor: pointer;
}
.keys button:disabled { opacity: 0.45; cursor: default; }
.keys button:hover:enabled { border-color: var(--st-primary-color); }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(92px, 1fr)); gap: 0.4rem; }
.tile {
    width: 100%; height: 100%; box-sizing: border-box; padding: 4px; border: 2px solid transparent;
    border-radius: 0.5rem; background: none; color: inherit; font: inherit; line-height: 1.3; text-align: left;
    cursor: pointer; display: block; overflow: hidden;
}
.tile:hover { background: #8882; }
.tile:focus-visible, .keys button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
.tile[aria-pressed=true] { border-color: var(--st-primary-color); background: #8883; }
.tile.waiting { opacity: 0.5; }
.tile.gone img { opacity: 0.45; }
.tile img {
    display: block; width: 100%; height: 84px; object-fit: contain; background: #8882; border-radius: 0.375rem;
}
.tile img.small { image-rendering: pixelated; }
.tile b { font-size: 1.1rem; }
.tile.odd b { background: #e69f00; color: #000; border-radius: 0.15em; padding: 0 0.3em; }
.tile small { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
"""
_JS = """
const NONE = 10

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".gallery")
  const [count, keys, grid] = ["count", "keys", "grid"].map((name) => root.querySelector(`.${name}`))
  const pieces = data.pieces
  root.log = (root.log || []).filter((press) => press.number > data.seen)
  const ids = pieces.map((piece) => piece.id)
  root.querySelector(".bar").style.display = data.picks ? "none" : ""
  root.chosen = new Set([...(root.chosen || [])].filter((id) => ids.includes(id)))
  const waits = (id) => root.log.some((press) => press.ids.includes(id))
  const tiles = () => [...grid.querySelectorAll(".tile")]

  const act = (some, action) => {
    const free = some.filter((id) => !waits(id))
    if (!free.length) return
    const number = Math.max(Date.now(), data.seen + 1, ...root.log.map((press) => press.number + 1))
    root.log = [...root.log, { number, ids: free, action: String(action) }]
    free.forEach((id) => root.chosen.delete(id))
    setStateValue("log", root.log)
    mark()
  }

  const toggle = (place, event) => {
    const from = event.shiftKey && root.last !== undefined ? root.last : place
    const on = !root.chosen.has(ids[place])
    for (let each = Math.min(from, place); each <= Math.max(from, place); each++) {
      if (on) root.chosen.add(ids[each])
      else root.chosen.delete(ids[each])
    }
    root.last = place
    mark()
  }

  const mark = () => {
    tiles().forEach((tile, place) => {
      if (!data.picks) tile.setAttribute("aria-pressed", String(root.chosen.has(ids[place])))
      tile.classList.toggle("waiting", waits(ids[place]))
    })
    const number = root.chosen.size
    const said = root.log.length ? "Being saved…" : number ? `${number} chosen:` : "Choose digits:"
    if (count.textContent !== said) count.textContent = said
    keys.querySelectorAll("[data-act]").forEach((key) => { key.disabled = !number })
  }

  const add = (text, name, run, acts) => {
    const key = document.createElement("button")
    key.textContent = text
    if (name) key.ariaLabel = name
    if (acts) key.dataset.act = ""
    key.onclick = run
    keys.append(key)
  }
  const paintKeys = () => {
    keys.replaceChildren()
    for (let label = 0; label < NONE; label++) {
      add(label, `It is a ${label}`, () => act([...root.chosen], label), true)
    }
    add("Not a digit", "", () => act([...root.chosen], NONE), true)
    if (data.deletes) add("Delete", "", () => act([...root.chosen], "delete"), true)
    else add("Restore", "", () => act([...root.chosen], "restore"), true)
    add("All", "Choose all on this page", () => { ids.forEach((id) => root.chosen.add(id)); mark() }, false)
    add("None", "Choose none", () => { root.chosen.clear(); mark() }, false)
  }

  const paint = () => {
    const held = grid.getRootNode().activeElement?.dataset?.place
    grid.replaceChildren(...pieces.map((piece, place) => {
      const tile = document.createElement("button")
      tile.className = "tile"
      if (piece.odd) tile.classList.add("odd")
      if (piece.deleted) tile.classList.add("gone")
      tile.dataset.place = place
      tile.title = piece.said
      const shown = document.createElement("img")
      shown.src = piece.url
      shown.alt = "The digit as it was written"
      tile.ariaLabel = piece.said
      if (piece.small) shown.className = "small"
      const name = document.createElement("b")
      name.textContent = piece.label === NONE ? "–" : piece.label
      tile.append(shown, name)
      for (const line of piece.lines) {
        const small = document.createElement("small")
        small.textContent = line
        tile.append(small)
      }
      tile.onclick = (event) => (data.picks ? act([ids[place]], "pick") : toggle(place, event))
      tile.onkeydown = (event) => press(event, place)
      const item = document.createElement("div")
      item.setAttribute("role", "listitem")
      item.append(tile)
      return item
    }))
    if (held !== undefined) tiles()[Math.min(held, ids.length - 1)]?.focus({ preventScroll: true })
  }

  const press = (event, place) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const across = getComputedStyle(grid).gridTemplateColumns.split(" ").length
    const moves = {
      ArrowRight: place + 1, ArrowLeft: place - 1, ArrowDown: place + across, ArrowUp: place - across,
      Home: 0, End: ids.length - 1,
    }
    const some = root.chosen.size ? [...root.chosen] : [ids[place]]
    if (event.key in moves) tiles()[moves[event.key]]?.focus()
    else if (data.picks) return
    else if (/^[0-9]$/.test(event.key)) act(some, event.key)
    else if (event.key === "-") act(some, NONE)
    else if (["Delete", "Backspace"].includes(event.key)) act(some, data.deletes ? "delete" : "restore")
    else if (event.key === "Escape") { root.chosen.clear(); mark() }
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  grid.ariaLabel = data.label
  const known = JSON.stringify([pieces, data.deletes])
  if (root.known !== known) {
    root.known = known
    root.last = undefined
    paintKeys()
    paint()
  }
  mark()
}
"""
_component = st.components.v2.component("digitnet_gallery", html=_HTML, css=_CSS, js=_JS)


class Tile(NamedTuple):
    """A digit as the gallery shows it; `small` is a picture of 28 x 28, `odd` one whose label is doubted."""

    id: int
    png: bytes
    label: int
    lines: list[str]
    said: str
    small: bool = False
    odd: bool = False
    deleted: bool = False


class Press(NamedTuple):
    """What is to be done to some digits: DELETE, RESTORE, PICK or a label; later presses have higher numbers."""

    number: int
    ids: list[int]
    action: str


def presses(key: str, seen: int) -> list[Press]:
    """Return what was pressed in the gallery `key` after the press number `seen`, oldest first."""
    state: Any = st.session_state.get(key) or {}
    log = [
        Press(int(press["number"]), [int(each) for each in press["ids"]], str(press["action"]))
        for press in state.get("log") or []
    ]
    return sorted(press for press in log if press.number > seen)


def show(key: str, tiles: list[Tile], seen: int, *, deletes: bool, label: str) -> None:
    """Show digits to choose from, with keys that relabel them and delete them, or else restore them."""
    _show(key, tiles, seen, deletes=deletes, label=label, picks=False)


def show_to_pick(key: str, tiles: list[Tile], seen: int, label: str) -> None:
    """Show digits of which a click, or Enter, picks one."""
    _show(key, tiles, seen, deletes=False, label=label, picks=True)


def _show(key: str, tiles: list[Tile], seen: int, **settings: bool | str) -> None:
    pieces = [{**tile._asdict(), "png": None, "url": _url(tile.png)} for tile in tiles]
    _component(key=key, data={"pieces": pieces, "seen": seen, **settings}, on_log_change=lambda: None)


def _url(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()
