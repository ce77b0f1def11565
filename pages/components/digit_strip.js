// What pages/strip.py shows, and tells it.
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
