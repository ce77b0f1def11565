// Let the user move the corners of sheets, or the lines of a table, that structure_editor.py passes.
const STEP = 0.005, LONG_STEP = 0.05  // Shares of the photo that an arrow key moves a handle, and with Shift.
const KEY_WAIT = 600  // Milliseconds after the last arrow key until the edit counts.
const CORNERS = ["Top left", "Top right", "Bottom right", "Bottom left"]
const NEAR = 0.002  // Shapes that differ by less are the same: pixels were rounded.
const HANDLE_OFFSET = 20, OUTSIDE = 8  // Pixels from the end of a line to its handle, and of the handle off the photo.
const REMOVE_OFFSET = 30  // Pixels from a handle to the button that removes its shape.

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".structure")
  const image = root.querySelector("img")
  const drawing = root.querySelector("svg")
  if (image.src !== data.url) image.src = data.url
  image.alt = data.alt
  root.ariaLabel = data.kind === "sheets" ? "Outlines of the paper" : "Lines of the table"
  const isSheets = data.kind === "sheets"
  const clamp = (share) => Math.min(1, Math.max(0, share))
  const isDown = (line) => {
    const ratio = image.naturalWidth / (image.naturalHeight || 1) || 1
    return Math.abs(line[3] - line[1]) > Math.abs(line[2] - line[0]) * ratio
  }
  const report = () => {
    clearTimeout(root.waiting)
    root.isPending = false
    root.made = Date.now()
    setStateValue("edit", { shapes: root.shapes.map((shape) => [...shape]), made: root.made })
  }

  // A handle moves a corner of a sheet, or a line as a whole.
  const listHandles = () => root.shapes.flatMap((shape, index) => isSheets
    ? CORNERS.map((name, corner) => ({ index, corner, name: `${name} corner of sheet ${index + 1}`, kind: "corner" }))
    : [{ index, name: `${isDown(shape) ? "Upright" : "Level"} line ${index + 1}`, kind: isDown(shape) ? "down" : "across" }])
  const findPlace = ({ index, corner, kind }) => {
    const shape = root.shapes[index]
    if (kind === "corner") return [shape[2 * corner], shape[2 * corner + 1]]
    // The handle lies at the upper or the left end.
    const isFirst = kind === "down" ? shape[1] <= shape[3] : shape[0] <= shape[2]
    return isFirst ? [shape[0], shape[1]] : [shape[2], shape[3]]
  }
  const move = ({ index, corner, kind }, x, y) => {
    const shape = root.shapes[index]
    if (kind === "corner") {
      shape[2 * corner] = clamp(shape[2 * corner] + x)
      shape[2 * corner + 1] = clamp(shape[2 * corner + 1] + y)
      return
    }
    const first = kind === "down" ? 0 : 1
    const step = kind === "down" ? x : y
    const least = Math.min(shape[first], shape[first + 2]), most = Math.max(shape[first], shape[first + 2])
    const bounded = Math.min(Math.max(step, -Math.max(0, least)), Math.max(0, 1 - most))
    shape[first] += bounded
    shape[first + 2] += bounded
  }
  const remove = (index) => {
    root.shapes.splice(index, 1)
    root.focused = null
    build()
    report()
  }

  const place = () => {
    const points = (shape) => shape.map((share) => 100 * share)
    drawing.innerHTML = ["rim", ""].map((kind) => root.shapes.map((shape, index) => {
      const held = !kind && root.focused && root.focused.index === index ? "held" : kind
      const [x, y, ...others] = points(shape)
      const path = others.reduce((text, value, at) => text + (at % 2 ? ` ${value}` : ` L${value}`), `M${x} ${y}`)
      return `<path class="${held}" d="${path}${isSheets ? " Z" : ""}"></path>`
    }).join("")).join("")
    const handles = listHandles()
    root.querySelectorAll("button.handle").forEach((button, at) => {
      const [x, y] = findPlace(handles[at])
      const isAway = { across: [1, 0], down: [0, 1], corner: [0, 0] }[handles[at].kind]
      button.style.left = `max(-${OUTSIDE}px, ${100 * x}% - ${HANDLE_OFFSET * isAway[0]}px)`
      button.style.top = `max(-${OUTSIDE}px, ${100 * y}% - ${HANDLE_OFFSET * isAway[1]}px)`
    })
    const removing = root.querySelector("button.remove")
    removing.hidden = !root.focused
    removing.style.display = root.focused ? "" : "none"
    if (!root.focused) return
    const [x, y] = findPlace(root.focused)
    removing.ariaLabel = isSheets ? `Remove sheet ${root.focused.index + 1}` : "Remove this line"
    removing.title = removing.ariaLabel
    removing.style.left = `calc(${100 * x}% + ${x > 0.8 ? -REMOVE_OFFSET : REMOVE_OFFSET}px)`
    removing.style.top = `calc(${100 * y}% + ${y > 0.8 ? -REMOVE_OFFSET : REMOVE_OFFSET}px)`
  }

  const hold = (handle) => { root.focused = handle; place() }
  const attach = (button, handle) => {
    button.onfocus = () => hold(handle)
    button.onpointerdown = (event) => {
      if (event.button) return
      event.preventDefault()
      button.setPointerCapture(event.pointerId)
      button.focus({ preventScroll: true })
      root.start = { x: event.clientX, y: event.clientY, moved: false }
    }
    button.onpointermove = (event) => {
      if (!root.start) return
      const area = image.getBoundingClientRect()
      move(handle, (event.clientX - root.start.x) / area.width, (event.clientY - root.start.y) / area.height)
      root.start = { x: event.clientX, y: event.clientY, moved: true }
      place()
    }
    button.onpointerup = button.onpointercancel = () => {
      const moved = root.start && root.start.moved
      root.start = null
      if (moved) report()
    }
    button.onkeydown = (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === "Delete" || event.key === "Backspace") {
        event.preventDefault()
        return remove(handle.index)
      }
      if (!step) return
      event.preventDefault()
      event.stopPropagation()
      const size = event.shiftKey ? LONG_STEP : STEP
      move(handle, size * step[0], size * step[1])
      place()
      clearTimeout(root.waiting)
      root.isPending = true
      root.waiting = setTimeout(report, KEY_WAIT)
    }
  }

  const build = () => {
    root.querySelectorAll("button").forEach((button) => button.remove())
    const add = (className) => {
      const button = document.createElement("button")
      button.type = "button"
      button.className = className
      return root.appendChild(button)
    }
    root.built = JSON.stringify(listHandles())
    listHandles().forEach((handle) => {
      const button = add(`handle ${handle.kind}`)
      button.ariaLabel = button.title = handle.name
      attach(button, handle)
    })
    const removing = add("remove")
    removing.textContent = "×"
    removing.onclick = () => root.focused && remove(root.focused.index)
    place()
  }

  // An edit that the server has not seen yet stays, and keeps the focus.
  if (root.start || root.isPending || data.made < root.made) return
  const isSame = root.kind === data.kind && root.refused === data.refused && root.shapes.length === data.shapes.length
    && root.shapes.every((shape, index) => shape.every((share, at) => Math.abs(share - data.shapes[index][at]) < NEAR))
  root.kind = data.kind
  root.refused = data.refused
  image.onload = () => {
    if (root.built !== JSON.stringify(listHandles())) build()  // On a turned photo, level lines become upright.
    else place()
  }
  if (isSame) return
  root.shapes = data.shapes.map((shape) => [...shape])
  root.focused = null
  if (image.complete && image.naturalWidth) build()
}
