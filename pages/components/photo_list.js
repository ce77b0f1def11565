// List the photos that photo_list.py passes, and tell which one is opened.
export default function ({ parentElement, data, setStateValue }) {
  const list = parentElement.querySelector(".rows")
  const buttons = () => [...list.querySelectorAll("button")]

  const press = (key) => {
    list.opened = list.opened === key ? "" : key
    setStateValue("press", { made: Date.now(), opened: list.opened })
    mark()
  }
  const mark = () => {
    buttons().forEach((button) => {
      const opened = button.dataset.key === list.opened
      button.setAttribute("aria-expanded", String(opened))
      button.tabIndex = opened ? 0 : -1
    })
    if (!list.querySelector('[tabindex="0"]') && buttons()[0]) buttons()[0].tabIndex = 0
  }
  const showOpened = () => {
    const row = list.querySelector("[aria-expanded=true]")
    if (!row) return
    const [above, below] = [row.offsetTop - 4, row.offsetTop + row.offsetHeight + 4 - list.clientHeight]
    list.scrollTop = Math.max(Math.min(list.scrollTop, above), below)
  }
  const pressKey = (event) => {
    const all = buttons()
    const place = all.indexOf(event.currentTarget)
    const moves = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: all.length - 1 }
    if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return
    all[moves[event.key]]?.focus()
    event.preventDefault()
    event.stopPropagation()
  }

  const addText = (parent, kind, text) => {
    const element = document.createElement("span")
    element.className = kind
    element.append(text)
    parent.append(element)
    return element
  }
  const makeRow = (row) => {
    const button = document.createElement("button")
    button.dataset.key = row.key
    button.title = row.name
    const picture = document.createElement(row.url ? "img" : "i")
    if (row.url) {
      picture.src = row.url
      picture.alt = ""
    }
    const texts = document.createElement("span")
    if (row.parts.length) {
      const text = addText(texts, "text", "")
      row.parts.forEach(([part, marked]) => {
        if (!marked) return text.append(part)
        const element = document.createElement("mark")
        element.append(part)
        text.append(element)
      })
    }
    if (row.check) addText(texts, row.needs_look ? "check look" : row.is_waiting ? "check waiting" : "check", row.check)
    // The page of a long name stays in view.
    const [, file, page] = row.name.match(/^(.*?,(?= page \d+$)|.*)(?: (page \d+))?$/s)
    const name = addText(texts, "name", "")
    addText(name, "file", file)
    if (page) addText(name, "page", page)
    button.append(picture, texts)
    button.onclick = () => press(row.key)
    button.onkeydown = pressKey
    const item = document.createElement("li")
    item.append(button)
    return item
  }

  const painted = JSON.stringify(data.rows)
  if (list.painted !== painted) {
    const focused = list.getRootNode().activeElement?.dataset?.key
    list.painted = painted
    list.replaceChildren(...data.rows.map(makeRow))
    buttons().find((button) => button.dataset.key === focused)?.focus({ preventScroll: true })
  }
  list.ariaLabel = data.label
  const changed = list.opened !== data.opened
  list.opened = data.opened
  mark()
  if (changed || list.first === undefined) showOpened()
  list.first = false
}
