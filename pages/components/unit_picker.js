// Show the pictures that unit_picker.py passes, and report the pixel that is picked.
export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".units")
  const { tiles, rows, columns, chosen } = data
  root.ariaLabel = data.label

  const pick = (tile, row, column) => setStateValue("pick", { tile, row, column })
  const clamp = (value, count) => Math.min(Math.max(value, 0), count - 1)

  const pickPoint = (event, tile) => {
    if (!event.detail) return pick(tile, -1, -1) // Enter, or a screen reader's press: at no place.
    const box = event.currentTarget.querySelector("img").getBoundingClientRect()
    const row = Math.floor((rows * (event.clientY - box.top)) / box.height)
    const column = Math.floor((columns * (event.clientX - box.left)) / box.width)
    pick(tile, clamp(row, rows), clamp(column, columns))
  }

  const pressKey = (event, tile) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    const current = data.chosen.tile === tile ? data.chosen : { row: 0, column: 0 }
    if (event.shiftKey || tiles.length === 1) {
      return pick(tile, clamp(current.row + step[0], rows), clamp(current.column + step[1], columns))
    }
    const elements = [...root.children]
    const across = elements.filter((element) => element.offsetTop === elements[0].offsetTop).length
    focus(elements[clamp(tile + step[1] + across * step[0], tiles.length)])
  }

  const focus = (element) => {
    ;[...root.children].forEach((each) => { each.tabIndex = each === element ? 0 : -1 })
    element.focus()
  }

  const paint = () => {
    root.replaceChildren(...tiles.map((tile, index) => {
      const element = document.createElement("button")
      element.className = "unit"
      element.title = element.ariaLabel = tile.name
      element.style.width = `${data.width}px`
      element.tabIndex = index === chosen.tile ? 0 : -1
      const picture = document.createElement("img")
      picture.src = tile.url
      picture.alt = ""
      element.append(picture)
      return element
    }))
  }

  const painted = JSON.stringify([tiles, data.width])
  if (root.painted !== painted) {
    root.painted = painted
    paint()
  }
  ;[...root.children].forEach((element, index) => {
    element.onclick = (event) => pickPoint(event, index)
    element.onkeydown = (event) => pressKey(event, index)
    element.ariaPressed = String(index === chosen.tile)
    element.querySelector("i")?.remove()
    if (index !== chosen.tile) return
    const mark = document.createElement("i")
    mark.style.left = `calc(${(100 * chosen.column) / columns}% - 2px)`
    mark.style.top = `calc(${(100 * chosen.row) / rows}% - 2px)`
    mark.style.width = `calc(${100 / columns}% + 4px)`
    mark.style.height = `calc(${100 / rows}% + 4px)`
    element.append(mark)
  })
}
