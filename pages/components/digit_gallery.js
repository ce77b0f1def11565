// Show the tiles that digit_gallery.py passes, and log the presses on them.
const NOT_A_DIGIT = 10

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".gallery")
  const [count, keys, grid] = ["count", "keys", "grid"].map((name) => root.querySelector(`.${name}`))
  const tiles = data.tiles
  root.log = (root.log || []).filter((press) => press.number > data.seen)
  const ids = tiles.map((tile) => tile.id)
  root.querySelector(".bar").style.display = data.picks ? "none" : ""
  root.chosen = new Set([...(root.chosen || [])].filter((id) => ids.includes(id)))
  const isWaiting = (id) => root.log.some((press) => press.ids.includes(id))
  const elements = () => [...grid.querySelectorAll(".tile")]

  const logPress = (pressed, action) => {
    const free = pressed.filter((id) => !isWaiting(id))
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
    for (let index = Math.min(from, place); index <= Math.max(from, place); index++) {
      if (on) root.chosen.add(ids[index])
      else root.chosen.delete(ids[index])
    }
    root.last = place
    mark()
  }

  const mark = () => {
    elements().forEach((element, place) => {
      if (!data.picks) element.setAttribute("aria-pressed", String(root.chosen.has(ids[place])))
      element.classList.toggle("waiting", isWaiting(ids[place]))
    })
    const number = root.chosen.size
    const status = root.log.length ? "Being saved…" : number ? `${number} selected:` : "Select digits:"
    if (count.textContent !== status) count.textContent = status
    keys.querySelectorAll("[data-act]").forEach((key) => { key.disabled = !number })
  }

  const addKey = (text, name, run, needsChoice) => {
    const key = document.createElement("button")
    key.textContent = text
    if (name) key.ariaLabel = name
    if (needsChoice) key.dataset.act = ""
    key.onclick = run
    keys.append(key)
  }
  const paintKeys = () => {
    keys.replaceChildren()
    for (let label = 0; label < NOT_A_DIGIT; label++) {
      addKey(label, `It is a ${label}`, () => logPress([...root.chosen], label), true)
    }
    addKey("Not a digit", "", () => logPress([...root.chosen], NOT_A_DIGIT), true)
    if (data.deletes) addKey("Delete", "", () => logPress([...root.chosen], "delete"), true)
    else addKey("Restore", "", () => logPress([...root.chosen], "restore"), true)
    addKey("Select all", "Select all on this page", () => { ids.forEach((id) => root.chosen.add(id)); mark() }, false)
    addKey("Select none", "", () => { root.chosen.clear(); mark() }, false)
  }

  // The Tab key reaches one tile, the arrow keys the others.
  const keepPlace = (place) => elements().forEach((element, index) => { element.tabIndex = index === place ? 0 : -1 })

  const paint = () => {
    const focused = grid.getRootNode().activeElement?.dataset?.place
    grid.replaceChildren(...tiles.map((tile, place) => {
      const element = document.createElement("button")
      element.className = "tile"
      if (tile.suspect) element.classList.add("odd")
      if (tile.deleted) element.classList.add("gone")
      element.dataset.place = place
      element.title = tile.description
      const picture = document.createElement("img")
      picture.src = tile.url
      picture.alt = "The digit as it was written"
      element.ariaLabel = tile.description
      if (tile.small) picture.className = "small"
      const name = document.createElement("b")
      name.textContent = tile.label === NOT_A_DIGIT ? "–" : tile.label
      element.append(picture, name)
      for (const line of tile.lines) {
        const small = document.createElement("small")
        small.textContent = line
        element.append(small)
      }
      element.onclick = (event) => (data.picks ? logPress([ids[place]], "pick") : toggle(place, event))
      element.onkeydown = (event) => pressKey(event, place)
      element.onfocus = () => keepPlace(place)
      const item = document.createElement("div")
      item.setAttribute("role", "listitem")
      item.append(element)
      return item
    }))
    keepPlace(Math.min(focused ?? 0, ids.length - 1))
    if (focused !== undefined) elements()[Math.min(focused, ids.length - 1)]?.focus({ preventScroll: true })
  }

  const pressKey = (event, place) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const columns = getComputedStyle(grid).gridTemplateColumns.split(" ").length
    const moves = {
      ArrowRight: place + 1, ArrowLeft: place - 1, ArrowDown: place + columns, ArrowUp: place - columns,
      Home: 0, End: ids.length - 1,
    }
    const pressed = root.chosen.size ? [...root.chosen] : [ids[place]]
    if (event.key in moves) elements()[moves[event.key]]?.focus()
    else if (data.picks) return
    else if (/^[0-9]$/.test(event.key)) logPress(pressed, event.key)
    else if (event.key === "-") logPress(pressed, NOT_A_DIGIT)
    else if (["Delete", "Backspace"].includes(event.key)) logPress(pressed, data.deletes ? "delete" : "restore")
    else if (event.key === "Escape") { root.chosen.clear(); mark() }
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  grid.ariaLabel = data.label
  const painted = JSON.stringify([tiles, data.deletes])
  if (root.painted !== painted) {
    root.painted = painted
    root.last = undefined
    paintKeys()
    paint()
  }
  mark()
}
