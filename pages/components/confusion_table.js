// Show the confusion matrix that confusion_table.py passes, and report the cell that is picked.
export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector("table")
  const { counts, label } = data
  const chosen = data.chosen ? data.chosen.join() : ""
  const digits = counts.map((_, digit) => digit)

  const make = (tag, text = "", settings = {}) => Object.assign(document.createElement(tag), { textContent: text }, settings)

  const find = (true_, read) => root.querySelector(`[data-cell="${true_},${read}"]`)

  const focus = (element) => {
    root.querySelectorAll("button").forEach((each) => { each.tabIndex = each === element ? 0 : -1 })
    element.focus()
  }

  const pressKey = (event, true_, read) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    for (let [row, column] = [true_ + step[0], read + step[1]]; counts[row]?.[column] !== undefined;) {
      const next = find(row, column)
      if (next) return focus(next)
      row += step[0]
      column += step[1]
    }
  }

  const paintCell = (true_, read, most) => {
    const cell = make("td"), count = counts[true_][read]
    if (!count) return cell
    const verb = count === 1 ? "is" : "are"
    const element = make("button", String(count), { title: `${count} of true digit ${true_} ${verb} read as ${read}` })
    element.ariaLabel = element.title
    element.dataset.cell = `${true_},${read}`
    if (true_ !== read) {
      element.className = "mistake"
      element.style.setProperty("--share", `${100 * Math.sqrt((count - 1) / Math.max(most - 1, 1))}%`)
    }
    cell.append(element)
    return cell
  }

  const paint = () => {
    const most = Math.max(...counts.flatMap((row, true_) => row.filter((_, read) => read !== true_)))
    const head = make("thead"), body = make("tbody"), top = make("tr"), names = make("tr")
    top.append(make("td", "", { colSpan: 2, rowSpan: 2, style: "background: none" }), make("th", "Read as", { colSpan: 10 }))
    names.append(...digits.map((digit) => make("th", String(digit), { scope: "col" })))
    head.append(top, names)
    digits.forEach((true_) => {
      const row = make("tr")
      if (!true_) {
        const side = make("th", "", { rowSpan: 10, className: "side" })
        side.append(make("span", "True digit"))
        row.append(side)
      }
      row.append(make("th", String(true_), { scope: "row" }), ...digits.map((read) => paintCell(true_, read, most)))
      body.append(row)
    })
    const columns = make("colgroup")
    columns.append(make("col", "", { className: "side" }), make("col", "", { className: "side" }))
    root.replaceChildren(columns, head, body)
    root.ariaLabel = label
  }

  const painted = JSON.stringify(counts)
  if (root.painted !== painted) {
    root.painted = painted
    paint()
  }
  const buttons = [...root.querySelectorAll("button")]
  const stop = buttons.find((each) => each.dataset.cell === chosen) ?? buttons[0]
  const isInside = root.getRootNode().activeElement?.dataset?.cell
  buttons.forEach((element) => {
    const [true_, read] = element.dataset.cell.split(",").map(Number)
    // A count makes each pick differ from the last, so that a second click on a cell is reported, too.
    element.onclick = () => {
      root.picks = (root.picks ?? 0) + 1
      setStateValue("pick", { true: true_, read, number: root.picks })
    }
    element.onkeydown = (event) => pressKey(event, true_, read)
    element.ariaPressed = String(element.dataset.cell === chosen)
    if (!isInside) element.tabIndex = element === stop ? 0 : -1
  })
}
