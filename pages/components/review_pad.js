// Show the numbers that review_pad.py passes one after the other, and log what the user decides until it was handled.
const RESEND_MS = 4000  // A decision that was not handled by then is sent again.
const MAX_SECONDS = 600
const MAX_LENGTH = 60
const MAX_HELD_BEHIND = 10  // Numbers that were passed and whose decision may still change, as others decide, too.
const DIGITS_AND_SIGNS = ["1", "2", "3", ".", "⌫", "4", "5", "6", ",", "-", "7", "8", "9", "/", ":", "0", "+"]
const DECISIONS = ["accept", "leave out"]

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".review")
  const find = (selector) => root.querySelector(selector)
  const [input, picture, others, problem, heard, pad] =
    ["input", ".picture", ".others", ".problem", ".heard", ".pad"].map(find)
  const stored = `digitnet-review-${data.key}`  // A reload in the middle loses no decision.
  root.state ??= {
    items: new Map(),
    trail: [],  // The numbers that were shown, in order.
    at: -1,  // Which of them is shown.
    later: [],
    again: [],  // Numbers whose decision was refused, and why.
    problems: new Map(),
    decided: [],  // Numbers whose decision can be undone, the last one last.
    drafts: new Map(),
    log: JSON.parse(sessionStorage.getItem(stored) || "[]"),
    refused: 0,  // Place of the last refusal that was shown.
    sent: 0,
    since: 0,
    read: "",  // The text that stands there before anything is typed.
    isFresh: true,  // Whether the first key replaces the text.
    hasMore: false,
  }
  const state = root.state

  const findLast = (id) => state.log.findLast((entry) => entry.id === id && entry.kind !== "put off")
  const getDecision = (id) => {
    const last = findLast(id)
    if (!last) return state.items.get(id)?.decision ?? null
    return last.kind === "undo" ? null : { text: last.text, left_out: last.kind === "leave out", token: last.token }
  }
  const isOpen = (id) => getDecision(id) === null
  const getId = () => state.trail[state.at]
  const getItem = () => state.items.get(getId())
  const countOpen = () => [...new Set(state.log.map((entry) => entry.id))].reduce((open, id) => {
    const wasOpen = !state.items.get(id)?.decision
    return open + (isOpen(id) ? 1 : 0) - (wasOpen ? 1 : 0)
  }, data.open)

  // Choose the number to show next: after the shown one, else before it, else one that was put off.
  const findNext = () => {
    const ids = [...state.items.keys()]
    const from = ids.indexOf(getId())
    const around = [...ids.slice(from + 1), ...ids.slice(0, from + 1)].filter((id) => isOpen(id) && id !== getId())
    const refused = state.again.find((id) => id !== getId())
    return refused ?? around.find((id) => !state.later.includes(id)) ?? state.later.find((id) => around.includes(id))
  }

  const send = () => {
    sessionStorage.setItem(stored, JSON.stringify(state.log))
    const behind = state.trail.slice(-MAX_HELD_BEHIND)
    const held = [...state.items.values()].filter(({ id, url }) => url && (isOpen(id) || behind.includes(id)))
    setStateValue("sent", { log: state.log, held: held.map((item) => item.id), number: ++state.sent })
    clearTimeout(root.timer)
    root.timer = setTimeout(() => root.sendAgain(), RESEND_MS)
  }
  root.sendAgain = () => {  // By the last call of this function: a server that was restarted does not know earlier ones.
    if (!root.isConnected || !state.log.length) return
    send()
    showSaved()
  }
  const log = (id, kind, text = "") => {
    const place = Math.max(Date.now(), data.seen + 1, ...state.log.map((entry) => entry.place + 1))
    const seconds = Math.min(MAX_SECONDS, (performance.now() - state.since) / 1000)
    const about = { base: getDecision(id)?.token ?? "", seconds: DECISIONS.includes(kind) ? seconds : null }
    state.log.push({ place, id, kind, text, token: `${place}-${Math.random().toString(36).slice(2)}`, ...about })
    send()
  }

  const show = (place, said = "") => {
    state.at = place
    state.since = performance.now()
    problem.textContent = state.problems.get(getId()) ?? ""
    const item = getItem()
    if (item) {
      state.again = state.again.filter((id) => id !== item.id)
      state.read = getDecision(item.id)?.text || item.text
      input.value = state.drafts.get(item.id) ?? state.read
      state.isFresh = true
      state.wasOpen = isOpen(item.id)
    }
    paint()
    if ([document.body, root.getRootNode().host].includes(document.activeElement)) refocus()
    input.setSelectionRange(input.value.length, input.value.length)
    const { place: where, why, expected } = item ?? {}
    const parts = item ? [where, item.text && `read as ${item.text}`, why, expected, find(".count").textContent] : []
    const sentences = [said, problem.textContent, ...parts, item ? "" : find(".end p").textContent].filter(Boolean)
    heard.textContent = sentences.map((text) => text.replace(/[.]$/, "")).join(". ")
  }
  const keepDraft = () => {
    const item = getItem()
    if (item && input.value !== state.read) state.drafts.set(item.id, input.value)
    else if (item) state.drafts.delete(item.id)
  }
  const goOn = (said) => {
    const last = state.trail.at(-1)
    if (state.at < state.trail.length - 1 && isOpen(last) && !state.again.length) return show(state.trail.length - 1, said)
    const next = findNext()
    if (next === undefined) {
      state.at = state.trail.length
      return show(state.at, said)
    }
    state.trail.push(next)
    show(state.trail.length - 1, said)
  }

  const decide = (kind, text) => {
    const item = getItem()
    if (!item) return
    const before = getDecision(item.id)
    const isSame = before && before.text === text && before.left_out === (kind === "leave out")
    state.drafts.delete(item.id)
    state.problems.delete(item.id)
    if (!isSame) {
      log(item.id, kind, text)
      state.decided = [...state.decided.filter((id) => id !== item.id), item.id]
      state.later = state.later.filter((id) => id !== item.id)
    }
    goOn(kind === "leave out" ? "Left out" : `${text} accepted`)
  }
  const accept = (text) => {
    const typed = text.replace(/\s/g, "")
    if (getItem() && !/[0-9]/.test(typed)) {
      problem.textContent = "Type the number and press Enter, or choose No number (N)."
      return
    }
    decide("accept", typed)
  }
  const putOff = () => {
    if (!getItem()) return
    keepDraft()
    if (state.at < state.trail.length - 1) return show(state.at + 1)
    if (!isOpen(getId())) return goOn("")
    if (findNext() === undefined) {
      heard.textContent = "This is the last number"
      return
    }
    state.later = [...state.later.filter((id) => id !== getId()), getId()]
    log(getId(), "put off")
    goOn("Put off")
  }
  const goBack = () => {
    keepDraft()
    if (state.at > 0) show(state.at - 1)
  }
  const undo = () => {
    const id = state.decided.pop()
    if (id === undefined) {
      heard.textContent = "There is nothing to undo"
      return paint()
    }
    keepDraft()
    const decision = getDecision(id)
    log(id, "undo")
    if (decision?.text && decision.text !== state.items.get(id).text) state.drafts.set(id, decision.text)
    else state.drafts.delete(id)
    const isShown = getId() === id
    if (!isShown) state.trail.push(id)
    show(isShown ? state.at : state.trail.length - 1, "Undone")
    state.wasOpen = false  // A decision before it may hold again; it stays to be looked at.
  }
  const leave = () => {
    setStateValue("left", Math.max(Date.now(), data.left + 1))
  }

  const type = (key) => {
    if (!getItem() || (key !== "⌫" && !state.isFresh && input.value.length >= MAX_LENGTH)) return
    const [from, to] = [input.selectionStart, input.selectionEnd]
    if (key === "⌫") input.setRangeText("", from === to ? Math.max(0, from - 1) : from, to, "end")
    else if (state.isFresh) input.setRangeText(key, 0, input.value.length, "end")
    else input.setRangeText(key, from, to, "end")
    state.isFresh = false
    problem.textContent = ""
    paintEntry()
  }
  const moveThroughOthers = (step) => {
    const texts = [getItem().text, ...getItem().alternatives].filter(Boolean)
    if (!texts.length) return
    const from = texts.indexOf(input.value)
    input.value = texts[from < 0 ? 0 : (from + step + texts.length) % texts.length]
    state.isFresh = true
    heard.textContent = input.value
    paintEntry()
  }

  const describePace = (open) => {
    if (!data.pace || !open) return ""
    const minutes = Math.round(open * data.pace / 60)
    return `, ${minutes < 1 ? "less than a minute" : minutes === 1 ? "1 minute" : `${minutes} minutes`} left at your pace`
  }
  const showSaved = () => {
    const waiting = state.log.filter((entry) => entry.kind !== "put off")
    const isLate = waiting.some((entry) => Date.now() - entry.place > RESEND_MS)
    const [saved, name] = [find(".saved"), waiting.length === 1 ? "1 decision" : `${waiting.length} decisions`]
    const done = data.note || data.saved || (state.sent ? "All saved" : "")
    saved.textContent = isLate ? `${name} not saved yet; sent again` : waiting.length ? `Saving ${name} …` : done
    saved.classList.toggle("late", isLate)
  }
  const paintEntry = () => {
    const item = getItem()
    input.classList.toggle("typed", input.value !== item?.text)
    for (const element of others.querySelectorAll("button")) {
      element.classList.toggle("now", element.dataset.text === input.value)
    }
  }
  const paint = () => {
    const item = getItem()
    const open = countOpen()
    find("progress").max = Math.max(1, data.total)
    find("progress").value = data.total - open
    find(".count").textContent = `${data.total - open} of ${data.total} checked${describePace(open)}`
    showSaved()
    find(".card").hidden = pad.hidden = !item
    find(".end").hidden = Boolean(item)
    const isAll = open <= 0
    find(".end p").textContent = isAll ? data.end : "Fetching the next number …"
    const disable = (name, isOff) => { find(name).ariaDisabled = String(isOff) }
    disable(".back", state.at < 1)
    disable(".undo", !state.decided.length)
    disable(".later", !item)
    disable(".none", !item)
    if (!item) return
    picture.querySelector("div").hidden = !item.url
    picture.querySelector("p").hidden = Boolean(item.url)
    const image = picture.querySelector("img")
    if (item.url && image.src !== item.url) image.src = item.url
    image.onload = () => picture.style.setProperty("--shape", image.naturalWidth / image.naturalHeight)
    image.alt = `${item.place}, as written`
    const [left, top, width, height] = item.box.map((share) => `${100 * share}%`)
    Object.assign(picture.querySelector(".mark").style, { left, top, width, height })
    find(".place").textContent = item.place
    const decision = getDecision(item.id)
    const said = decision && (decision.left_out ? "It is left out." : `It is taken for ${decision.text}, read as ${item.text || "nothing"}.`)
    find(".why").textContent = [said || item.why, item.expected].filter(Boolean).join(" ")
    others.replaceChildren(item.alternatives.length ? "or" : "", ...item.alternatives.map((text) => {
      const element = document.createElement("button")
      element.append(...[...text].map((key, place) => {
        const isOther = text.length === item.text.length && key !== item.text[place]
        return Object.assign(document.createElement(isOther ? "b" : "span"), { textContent: key })
      }))
      element.dataset.text = text
      element.ariaLabel = `Take ${text}`
      element.onclick = () => accept(text)
      return element
    }))
    paintEntry()
  }
  const refocus = () => (getItem() ? input : root).focus({ preventScroll: true })
  const paintPad = () => {
    const makeKey = (key, name, className) => {
      const element = Object.assign(document.createElement("button"), { textContent: key, className })
      if (name) element.ariaLabel = name
      element.onclick = () => type(key)
      return element
    }
    const keys = DIGITS_AND_SIGNS.map((key) =>
      makeKey(key, key === "⌫" ? "Delete the last" : "", key === "0" ? "wide" : /[0-9]/.test(key) ? "" : "sign"))
    const more = Object.assign(document.createElement("button"), { textContent: "Signs", className: "wide sign" })
    more.setAttribute("aria-expanded", String(state.hasMore))
    more.onclick = () => { state.hasMore = !state.hasMore; paintPad() }
    const rest = [...data.signs].filter((sign) => !DIGITS_AND_SIGNS.includes(sign))
    pad.replaceChildren(...keys, more, ...(state.hasMore ? rest.map((sign) => makeKey(sign, "", "sign")) : []))
  }

  root.press = (event) => {
    const isButton = event.composedPath()[0].tagName === "BUTTON"
    const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)
    if (event.isComposing || event.altKey || ((event.ctrlKey || event.metaKey) && !isUndo)) return
    if (isButton && ["Enter", " "].includes(event.key)) return
    const letter = { n: () => decide("leave out", ""), s: putOff, u: undo }[event.key.toLowerCase()]
    const moves = {
      Enter: () => accept(input.value), Backspace: () => type("⌫"), Escape: leave, ArrowRight: putOff,
      ArrowLeft: goBack, ArrowDown: () => moveThroughOthers(1), ArrowUp: () => moveThroughOthers(-1),
    }
    if (isUndo) undo()
    else if (event.key in moves) moves[event.key]()
    else if (letter) letter()
    else if (/^[0-9]$/.test(event.key) || (event.key.length === 1 && data.signs.includes(event.key))) type(event.key)
    else if (event.key.length > 1) return
    event.preventDefault()
    event.stopPropagation()
  }
  root.onkeydown = root.press
  if (!root.listening) {  // Keys work, too, where nothing has the focus.
    root.listening = new AbortController()
    const pressFromPage = (event) => {
      if (!root.isConnected) root.listening.abort()
      else if (document.activeElement === document.body) root.press(event)
    }
    document.addEventListener("keydown", pressFromPage, { capture: true, signal: root.listening.signal })
  }
  root.onmousedown = (event) => { if (event.target.closest("button")) event.preventDefault() }  // The focus stays.
  input.onclick = () => { if (input.selectionStart < input.value.length) state.isFresh = false }
  input.oninput = () => {  // Pasted, dictated, or by a keyboard on the screen.
    input.value = [...input.value].filter((key) => /[0-9]/.test(key) || data.signs.includes(key)).join("")
    state.isFresh = false
    paintEntry()
  }
  const actions = { ".accept": () => accept(input.value), ".none": () => decide("leave out", ""), ".later": putOff }
  for (const [name, act] of Object.entries({ ...actions, ".back": goBack, ".undo": undo, ".leave": leave })) {
    find(name).onclick = act
  }

  input.ariaLabel = "The number. Type it if it is wrong; Enter accepts."
  const isNew = !state.items.size
  for (const item of data.items) {
    const url = item.url || state.items.get(item.id)?.url || ""
    state.items.set(item.id, { ...item, url })
  }
  if (data.note && data.note !== state.note) heard.textContent = data.note
  state.note = data.note
  const lacks = data.items.some((item) => item.has_picture && !state.items.get(item.id).url)
  state.log = state.log.filter((entry) => entry.place > data.seen)
  sessionStorage.setItem(stored, JSON.stringify(state.log))
  if (isNew) {
    state.trail = data.items.map((item) => item.id).filter((id) => !isOpen(id))
    state.decided = [...state.trail]
    state.at = state.trail.length  // After the last one: the first that is open comes.
    paintPad()
  }
  for (const { place, id, text, sentence } of data.refusals.filter((refusal) => refusal.place > state.refused)) {
    state.refused = Math.max(state.refused, place)
    state.decided = state.decided.filter((other) => other !== id)
    if (text) state.drafts.set(id, text)
    state.again = [...state.again.filter((other) => other !== id), id]
    state.problems.set(id, sentence)
    const where = state.items.get(id)?.place
    problem.textContent = where && id !== getId() ? `${where}, which comes next again: ${sentence}` : sentence
  }
  if (lacks || (isNew && state.log.length)) send()
  const isPassed = getItem() && state.wasOpen && !isOpen(getId()) && input.value === state.read
  if (isPassed) goOn("Checked in another tab")
  else if (isNew || (!getItem() && findNext() !== undefined)) goOn("")
  else paint()
}
