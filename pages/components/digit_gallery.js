// What pages/gallery.py shows, and tells it.
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
    add("Select all", "Select all on this page", () => { ids.forEach((id) => root.chosen.add(id)); mark() }, false)
    add("Select none", "Select none", () => { root.chosen.clear(); mark() }, false)
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
