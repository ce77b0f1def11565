// Show the pages that page_strip.py passes as small pictures; report which is opened, and which are in view.
const REST_MS = 250  // Scrolling must have rested so long before the pages in view are reported.

export default function ({ parentElement, data, setStateValue }) {
  const strip = parentElement.querySelector(".pages")
  const buttons = () => [...strip.querySelectorAll("button")]
  if (strip.file !== data.file) {
    strip.file = data.file
    strip.pictures = new Map()  // A page keeps its picture when Python does not send it again.
    strip.seen = strip.painted = undefined
    strip.replaceChildren()
  }
  for (const page of data.pages) if (page.url) strip.pictures.set(page.number, page.url)

  const pressKey = (event) => {
    const all = buttons()
    const place = all.indexOf(event.currentTarget)
    const moves = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: all.length - 1 }
    if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return
    all[moves[event.key]]?.focus()
    event.preventDefault()
    event.stopPropagation()
  }
  const makePage = (page) => {
    const button = document.createElement("button")
    button.className = page.kind
    button.dataset.number = page.number
    button.title = button.ariaLabel = page.label
    const url = strip.pictures.get(page.number)
    const picture = document.createElement(url ? "img" : "i")
    if (url) {
      picture.src = url
      picture.alt = ""
      picture.style.transform = `rotate(${page.turn}deg)`  // It is square, so it stays in its place.
    }
    const number = document.createElement("b")
    number.append(page.number)
    const state = document.createElement("span")
    state.className = "state"
    state.append(page.state)
    button.append(picture, number, state)
    button.onclick = () => setStateValue("press", { made: Date.now(), number: page.number })
    button.onkeydown = pressKey
    const item = document.createElement("li")
    item.append(button)
    return item
  }
  const report = () => {
    const width = 88  // Of a page and the gap after it.
    const first = Math.floor(strip.scrollLeft / width) + 1
    const last = Math.min(data.pages.length, Math.ceil((strip.scrollLeft + strip.clientWidth) / width))
    const seen = `${first}-${last}`
    const lacking = data.pages.slice(first - 1, last).some((page) => page.lacks && !strip.pictures.has(page.number))
    if (strip.seen === seen || !lacking || !strip.clientWidth) return
    strip.seen = seen
    setStateValue("view", { file: data.file, first, last })
  }
  const rest = () => {
    clearTimeout(strip.resting)
    strip.resting = setTimeout(report, REST_MS)
  }

  const pages = data.pages.map((page) => [page.number, page.label, page.turn, strip.pictures.get(page.number)])
  const focused = strip.getRootNode().activeElement?.dataset?.number
  const old = strip.painted ?? []
  pages.forEach((page, place) => {  // Pages that are the same stay: an element made anew loses the focus.
    if (JSON.stringify(old[place]) === JSON.stringify(page)) return
    const item = makePage(data.pages[place])
    if (strip.children[place]) strip.children[place].replaceWith(item)
    else strip.append(item)
  })
  strip.painted = pages
  const all = buttons()
  all.forEach((button) => {
    const isOpened = Number(button.dataset.number) === data.opened
    if (isOpened) button.setAttribute("aria-current", "page")
    else button.removeAttribute("aria-current")
    button.tabIndex = isOpened ? 0 : -1
  })
  if (!all.some((button) => button.tabIndex === 0) && all[0]) all[0].tabIndex = 0
  if (focused) all.find((button) => button.dataset.number === focused)?.focus({ preventScroll: true })
  strip.ariaLabel = data.label
  strip.onscroll = rest
  if (strip.opened !== data.opened) {
    strip.opened = data.opened
    const button = all.find((each) => Number(each.dataset.number) === data.opened)
    if (button) strip.scrollLeft = button.offsetLeft - strip.offsetLeft - (strip.clientWidth - button.offsetWidth) / 2
  }
  rest()
}
