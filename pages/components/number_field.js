// Edit in place the number that number_field.py passes, and tell what was typed.
const MIN_FONT_PIXELS = 16  // A phone zooms into fields of smaller text.
const MAX_ROWS_SHRUNK = 3  // Of more rows, the text is scrolled.
const squeeze = (text) => text.replace(/\s/g, "")

// Find the character of the text that was clicked on, counted from its beginning.
const findPlace = (shown, event) => {
  const spot = document.caretPositionFromPoint?.(event.clientX, event.clientY)
  const older = spot ? null : document.caretRangeFromPoint?.(event.clientX, event.clientY)
  const [node, offset] = [spot?.offsetNode ?? older?.startContainer, spot?.offset ?? older?.startOffset]
  const rows = [...shown.children]
  const row = rows.findIndex((each) => each.contains(node))
  if (row < 0) return 0
  const before = document.createRange()
  before.setStart(rows[row], 0)
  before.setEnd(node, offset)
  return rows.slice(0, row).reduce((sum, each) => sum + each.textContent.length + 1, before.toString().length)
}

export default function ({ parentElement, data, setStateValue }) {
  const find = (selector) => parentElement.querySelector(selector)
  const [field, box, input, bar, problem] = [".field", ".box", "textarea", ".bar", "#problem"].map(find)
  const number = field.getRootNode().host.closest("[class*=st-key-text-]")  // Made by reading_view.py.
  const isOpen = () => field.classList.contains("open")
  const isSingle = () => !data.text.includes("\n")
  const isChanged = () => squeeze(input.value) !== squeeze(data.text)

  const fit = () => {
    input.style.fontSize = `max(${MIN_FONT_PIXELS}px, ${data.size})`
    const grow = () => {
      input.style.height = 0
      input.style.height = `${input.scrollHeight}px`
    }
    grow()
    if (data.text.split("\n").length > MAX_ROWS_SHRUNK) return
    let pixels = parseFloat(getComputedStyle(input).fontSize)
    while (box.scrollHeight > box.clientHeight && pixels > MIN_FONT_PIXELS) {
      pixels = Math.max(MIN_FONT_PIXELS, 0.9 * pixels)
      input.style.fontSize = `${pixels}px`
      grow()
    }
  }
  const showProblem = (text) => {
    problem.textContent = text
    if (text) input.setAttribute("aria-invalid", "true")
    else input.removeAttribute("aria-invalid")
    bar.hidden = !text && !isChanged()
  }
  const open = () => {
    field.classList.add("open")
    number.dataset.typing = ""  // For the style of the page.
    fit()
  }
  const close = () => {
    field.classList.remove("open", "sending")
    delete number.dataset.typing
    input.value = data.text
    showProblem("")
    fit()
  }
  const leave = () => {
    close()
    field.getRootNode().activeElement?.blur()  // The Tab key goes on from here.
  }
  const save = () => {
    if (!isChanged()) return leave()
    if (field.sent) return
    field.sent = Math.max(Date.now(), data.seen + 1)
    field.classList.add("sending")
    bar.hidden = true
    setStateValue("typed", { number: field.sent, about: data.about, text: input.value })
  }

  input.onfocus = () => {
    open()
    if (isSingle() && !isChanged()) input.select()
  }
  input.onblur = () => setTimeout(() => {
    const isLeft = !field.contains(field.getRootNode().activeElement)
    if (isLeft && isOpen() && !field.sent && !isChanged()) close()
  })
  input.oninput = () => {
    open()
    showProblem("")
  }
  field.onkeydown = (event) => {
    event.stopPropagation()  // Keys of the page must not act while somebody types.
    if (event.isComposing) return
    if (event.key === "Escape") {
      leave()
    } else if (event.key === "Enter" && !event.shiftKey && event.target === input) {
      event.preventDefault()
      save()
    }
  }
  find(".save").onclick = save
  find(".cancel").onclick = leave
  number.onclick = (event) => {
    const shown = event.target.closest(".numbers")
    if (!shown || getSelection().toString()) return
    const place = findPlace(shown, event)
    input.focus({ preventScroll: true })
    if (isSingle()) return
    input.setSelectionRange(place, place)
    box.scrollTop = shown.scrollTop
  }

  input.inputMode = /[^\d\s]/.test(data.text) ? "text" : "decimal"  // The keys of a phone; signs need all of them.
  input.ariaLabel = data.label
  input.setAttribute("aria-describedby", "problem")
  const isNew = field.text !== data.text || field.about !== data.about
  Object.assign(field, { text: data.text, about: data.about })
  if (field.sent && data.seen >= field.sent) {
    field.sent = null
    field.classList.remove("sending")
    if (data.problem) showProblem(data.problem)
    else leave()
  } else if (isNew && !field.sent) close()
}
