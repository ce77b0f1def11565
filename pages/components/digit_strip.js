// Show the tiles that digit_strip.py passes, and log the presses on them.
const NOT_A_DIGIT = 10
const MAX_HEIGHT = 3000  // Pixels of a picture; a tall one is narrower than the column.

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".fixer")
  const [photo, strip, keys, heard] = ["photo", "strip", "keys", "heard"].map((name) => root.querySelector(`.${name}`))
  const image = photo.querySelector("img")
  const [outlines, mark] = ["outlines", "mark"].map((name) => root.querySelector(`.${name}`))
  const tiles = data.tiles
  const formatLabel = (label) =>
    label === NOT_A_DIGIT ? "–" : label > NOT_A_DIGIT ? data.signs[label - NOT_A_DIGIT - 1] : String(label)
  root.open ??= null
  root.log = (root.log || []).filter((press) => press.number > data.seen)
  const elements = () => [...strip.querySelectorAll(".tile")]
  const findElement = (place) => strip.querySelector(`[data-place="${place}"]`)
  const findPress = (tile) => root.log.findLast((press) => press.digest === tile.digest)

  const logPress = (press) => {
    const number = Math.max(Date.now(), data.seen + 1, ...root.log.map((press) => press.number + 1))
    root.log = [...root.log, { number, digest: "", label: NOT_A_DIGIT, box: null, ...press }]
    setStateValue("log", root.log)
    paint()
  }
  const setLabel = (place, label) => {
    close()
    logPress({ action: "label", digest: tiles[place].digest, label })
    findElement(place)?.focus({ preventScroll: true })
  }
  const changeBox = (place, action) => { close(); logPress({ action, digest: tiles[place].digest }) }

  const moveTo = (element, box) => {
    const [left, top, width, height] = box.map((share) => `${100 * share}%`)
    Object.assign(element.style, { left, top, width, height })
  }

  const close = () => {
    root.open = null
    keys.hidden = true
    mark.hidden = true
    elements().forEach((element) => element.setAttribute("aria-expanded", "false"))
  }

  const open = (place, anchor, asSign = false) => {
    close()
    root.open = place
    root.opened = { digest: tiles[place].digest, marked: anchor === mark, asSign }
    findElement(place)?.setAttribute("aria-expanded", "true")
    moveTo(mark, tiles[place].box)
    mark.hidden = photo.hidden
    const line = document.createElement("p")
    const { refused, name, is_sign: isSign } = tiles[place]
    const turns = data.to_signs && !isSign  // Between the labels of digits and those of signs.
    line.textContent = refused ? "What is this?" : `${name || `Digit ${place + 1}`} is`
    const said = document.createElement("small")  // A small tile has no room for it.
    if (data.small) said.textContent = [tiles[place].confidence, tiles[place].details].filter(Boolean).join(", ")
    line.append(said)
    const grid = document.createElement("div")
    const ofSigns = [...data.signs].map((_, index) => NOT_A_DIGIT + 1 + index)
    const labels = isSign ? [...ofSigns, NOT_A_DIGIT] : asSign ? ofSigns : [...Array(NOT_A_DIGIT + 1).keys()]
    for (const label of labels) {
      const key = document.createElement("button")
      key.textContent = label !== NOT_A_DIGIT ? formatLabel(label) : isSign ? "Not a sign" : data.none
      if (label === NOT_A_DIGIT) key.classList.add(isSign ? "rest" : turns ? "half" : "wide")
      if (label === tiles[place].label) key.classList.add("now")
      key.onclick = (event) => event.detail < 2 && setLabel(place, label)  // Not by a double click on "A sign".
      grid.append(key)
    }
    if (turns) {
      const key = document.createElement("button")
      key.textContent = asSign ? "A digit" : "A sign"
      key.className = asSign ? "rest" : "half"
      key.onclick = () => {
        open(place, anchor, !asSign)
        keys.querySelector("button").focus({ preventScroll: true })
        keys.scrollIntoView({ block: "nearest" })
      }
      grid.append(key)
    }
    const actions = {
      split: "Split in two", join: "Join with next", ...(data.edits ? { remove: "Remove the box" } : {}),
    }
    for (const [action, text] of Object.entries(data.splits && !refused && !isSign && !asSign ? actions : {})) {
      const key = document.createElement("button")
      key.textContent = text
      key.className = action === "remove" ? "wide" : "half"
      key.onclick = () => changeBox(place, action)
      grid.append(key)
    }
    const closer = document.createElement("button")
    closer.className = "close"
    closer.textContent = "×"
    closer.ariaLabel = "Close"
    closer.onclick = () => { close(); findElement(place)?.focus({ preventScroll: true }) }
    keys.replaceChildren(line, grid, closer)
    keys.hidden = false
    const area = root.getBoundingClientRect()
    const spot = anchor.getBoundingClientRect()
    const scale = area.width / root.offsetWidth || 1
    const x = (spot.left + spot.width / 2 - area.left) / scale - keys.offsetWidth / 2
    keys.style.left = `${Math.max(0, Math.min(x, root.offsetWidth - keys.offsetWidth))}px`
    keys.style.top = `${(spot.bottom - area.top) / scale + 6}px`
  }
  const markChosen = (place) => elements().forEach((element) => {
    element.ariaCurrent = element.dataset.place === String(place) ? "true" : null
  })
  const ask = (place, anchor) => {
    if (data.chosen !== null && !tiles[place].is_sign) {  // The page says more about one digit.
      markChosen(place)
      setStateValue("chosen", { digest: tiles[place].digest, place })
    }
    open(place, anchor)
    keys.scrollIntoView({ block: "nearest" })
  }
  // The keys stay open when the page runs again, at the same digit.
  const reopen = (place) => {
    const focused = [...keys.querySelectorAll("button")].indexOf(keys.getRootNode().activeElement)
    const isSame = (tile) => tile?.digest === root.opened.digest
    const now = isSame(tiles[place]) ? place : tiles.findIndex(isSame)
    if (now < 0) return close()
    const marked = root.opened.marked && !photo.hidden
    open(now, marked ? mark : findElement(now) ?? mark, root.opened.asSign)
    keys.querySelectorAll("button")[focused]?.focus({ preventScroll: true })
  }

  const paint = () => {
    const active = strip.getRootNode().activeElement
    const focused = active?.dataset?.place
    strip.replaceChildren(...tiles.flatMap((tile, place) => {
      if (!tile.shown) return []
      const press = findPress(tile)
      const label = press?.action === "label" ? press.label : tile.label
      const element = document.createElement("button")
      element.className = tile.is_sign ? "tile sign" : "tile"
      const kind = press ? "saving" : tile.labeled ? "known" : tile.refused ? "refused" : tile.doubtful ? "doubtful" : ""
      if (kind) element.classList.add(kind)
      element.dataset.place = place
      element.ariaLabel = press ? `${tile.description}; now ${formatLabel(label)}, being saved` : tile.description
      element.title = tile.description
      element.setAttribute("aria-expanded", "false")
      const crop = tile.url ? Object.assign(document.createElement("img"), { src: tile.url, alt: "" })
        : Object.assign(document.createElement("i"), { textContent: formatLabel(label) })
      const name = document.createElement("b")
      name.textContent = formatLabel(label) + (press ? " …" : tile.labeled ? " ✓" : tile.doubtful ? "?" : "")
      element.append(crop, name)
      if (!press && tile.confidence && !data.small) {
        element.append(" ", Object.assign(document.createElement("span"), { textContent: tile.confidence }))
      }
      const details = document.createElement("small")
      details.textContent = press ? "being saved" : tile.details || " "
      element.append(details)
      element.onclick = () => (root.open === place ? close() : ask(place, element))
      element.onkeydown = (event) => pressKey(event, place)
      const item = Object.assign(document.createElement("div"), { role: "listitem" })
      item.append(element)
      return [item]
    }))
    if (focused !== undefined) findElement(focused)?.focus({ preventScroll: true })
  }

  const pressKey = (event, place) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const all = elements()
    const at = all.findIndex((element) => element.dataset.place === String(place))
    const moves = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }
    const isSign = tiles[place].is_sign
    const asSign = isSign || (root.open === place && root.opened.asSign)
    const takesSigns = asSign || (data.to_signs && event.key !== "-")  // The minus takes a digit out.
    const sign = event.key.length === 1 && takesSigns ? data.signs.indexOf(event.key) : -1
    if (sign >= 0) setLabel(place, NOT_A_DIGIT + 1 + sign)
    else if (/^[0-9]$/.test(event.key) && !isSign) setLabel(place, Number(event.key))
    else if (["Delete", "Backspace", "-"].includes(event.key)) setLabel(place, NOT_A_DIGIT)
    else if (event.key === "Escape") close()
    else if (event.key in moves) all[moves[event.key]]?.focus()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  keys.onkeydown = (event) => { if (root.open !== null) pressKey(event, root.open) }

  const findNearest = (event, reach) => {
    const area = photo.getBoundingClientRect()
    const measureDistance = ([left, top, width, height]) => {
      const x = event.clientX - area.left, y = event.clientY - area.top
      const across = Math.max(left * area.width - x, x - (left + width) * area.width, 0)
      const down = Math.max(top * area.height - y, y - (top + height) * area.height, 0)
      return Math.hypot(across, down) + 0.001 * width
    }
    const distances = tiles.map((tile) => (data.edits && tile.is_sign ? Infinity : measureDistance(tile.box)))
    const best = distances.indexOf(Math.min(...distances))
    return best >= 0 && distances[best] < reach ? best : -1
  }
  photo.onclick = (event) => { if (!data.edits) choose(findNearest(event, 16)) }
  const choose = (place) => {
    if (place < 0 || root.open === place) return close()
    findElement(place)?.focus({ preventScroll: true })
    moveTo(mark, tiles[place].box)
    mark.hidden = false
    ask(place, mark)
  }

  const toShares = (event) => {
    const area = photo.getBoundingClientRect()
    const clamp = (share) => Math.min(1, Math.max(0, share))
    return [clamp((event.clientX - area.left) / area.width), clamp((event.clientY - area.top) / area.height)]
  }
  const getDraggedBox = (event) => {
    const { at, corner, box } = root.drag
    const to = toShares(event)
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
    const place = corner === undefined ? findNearest(event, 0.5) : root.open
    root.drag = {
      at: toShares(event), x: event.clientX, y: event.clientY, place, moved: false,
      corner: corner === undefined ? undefined : Number(corner), box: place >= 0 ? tiles[place].box : null,
    }
    photo.setPointerCapture(event.pointerId)
  }
  photo.onpointermove = (event) => {
    if (!root.drag) return photo.classList.toggle("near", findNearest(event, data.edits ? 0.5 : 16) >= 0)
    root.drag.moved ||= Math.hypot(event.clientX - root.drag.x, event.clientY - root.drag.y) > 6
    if (!root.drag.moved) return
    keys.hidden = true
    mark.hidden = false
    moveTo(mark, getDraggedBox(event))
  }
  photo.onpointerup = (event) => {
    if (!root.drag) return
    const { moved, place } = root.drag
    const box = getDraggedBox(event)
    root.drag = null
    if (!moved) return choose(place)
    close()
    logPress({ action: place >= 0 ? "move" : "add", digest: place >= 0 ? tiles[place].digest : "", box })
  }
  photo.onpointercancel = () => { root.drag = null; close() }
  photo.hidden = !data.url
  image.onload = () => {
    photo.style.maxWidth = `${MAX_HEIGHT * image.naturalWidth / image.naturalHeight}px`
    if (root.open !== null) reopen(root.open)  // The elements below the picture have moved.
  }
  if (data.url && image.src !== data.url) image.src = data.url
  image.alt = data.alt
  strip.classList.toggle("small", data.small)
  strip.ariaLabel = data.small ? "Digits that were found" : "Digits as the network sees them"
  if (heard.textContent !== data.status) heard.textContent = data.status
  photo.classList.toggle("edits", data.edits)
  const painted = JSON.stringify([tiles, root.log, data.edits])
  if (root.painted !== painted) {
    root.painted = painted
    root.drag = null
    outlines.replaceChildren(...tiles.filter((tile) => data.edits && tile.label < NOT_A_DIGIT).map((tile) => {
      const outline = document.createElement("div")
      outline.append(Object.assign(document.createElement("b"), { textContent: tile.label }))
      moveTo(outline, tile.box)
      return outline
    }))
    paint()
    if (root.open !== null) reopen(root.open)
  }
  markChosen(data.chosen)
}
