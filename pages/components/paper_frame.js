// Fit the canvas into the container that paper_frame.py names, name it, and take its own tools away. Replay strokes on it.
const STYLE = new CSSStyleSheet()
STYLE.replaceSync(`
  .dc-root { width: 100%; }
  .dc-root .dc-scroll { overflow: hidden !important; }
  .dc-root .dc-container { width: 100% !important; height: auto !important; }
  .dc-root canvas, .dc-root [data-fabric=wrapper] { width: 100% !important; height: 100% !important; }
  .dc-root .dc-canvas { outline: none; }  /* The paper has a border. */
`)
const NO_TOOLS = new CSSStyleSheet()
NO_TOOLS.replaceSync(".dc-root .dc-toolbar { display: none !important; }")  // A script can still press its buttons.
const listRoots = (paper) =>
  [...paper.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
    .map((host) => host.shadowRoot)
    .filter((root) => root?.querySelector(".canvas-root"))
const listCanvases = (root) => root.querySelectorAll("[data-fabric=wrapper] canvas")  // The lower and the upper one.
const waitForFrame = () => new Promise(requestAnimationFrame)
const waitForTask = () => new Promise((resolve) => setTimeout(resolve))

// Draw strokes of [x, y, milliseconds] with the pen of the canvas, until the user presses anything.
const replay = async (paper, canvas, strokes) => {
  const listening = new AbortController()
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches
  const start = performance.now()
  let last = null  // The point of the pen while it is down.
  const send = (type, [x, y]) => {
    const area = canvas.getBoundingClientRect()
    const clientX = area.left + (x / canvas.width) * area.width
    const clientY = area.top + (y / canvas.height) * area.height
    const buttons = type === "mouseup" ? 0 : 1
    canvas.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true, view: window, buttons, clientX, clientY }))
  }
  const lift = () => {
    if (last) send("mouseup", last)
    last = null
  }
  const stop = (event) => {
    if (!event.isTrusted || event.repeat) return
    lift()
    listening.abort()
  }
  const holdBack = (event) => { if (event.isTrusted) event.stopImmediatePropagation() }
  const listen = (handle, ...types) => {
    for (const type of types) window.addEventListener(type, handle, { capture: true, signal: listening.signal })
  }
  listen(stop, "pointerdown", "keydown")
  listen(holdBack, "mousemove", "mouseup")  // The user's pointer does not move the pen.
  const isOver = () => listening.signal.aborted || !canvas.isConnected
  paper.replaying = true
  for (const stroke of strokes) {
    for (const [x, y, time] of stroke) {
      while (!isCalm && !isOver() && performance.now() - start < time) await waitForFrame()
      if (isOver()) break
      send(last ? "mousemove" : "mousedown", [x, y])
      last = [x, y]
    }
    lift()
    if (isOver()) break
    await waitForTask()  // The canvas stores a stroke a moment after it has ended.
  }
  listening.abort()
  paper.replaying = false
}

export default function ({ parentElement, data }) {
  parentElement.stop?.()
  const paper = parentElement.host.closest(`.st-key-${data.paper}`)
  const watched = new Set()
  const listening = new AbortController()
  const listen = (target, type, handle) => target.addEventListener(type, handle, { signal: listening.signal })

  const frame = (root) => {
    for (const style of data.tools ? [STYLE] : [STYLE, NO_TOOLS]) {
      if (!root.adoptedStyleSheets.includes(style)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, style]
    }
    const [lower, upper] = listCanvases(root)
    if (!upper) return
    root.querySelector(".dc-container").style.aspectRatio = `${upper.width} / ${upper.height}`
    lower.ariaHidden = "true"
    upper.role = "img"
    upper.ariaLabel = data.name
  }
  const look = () => {
    for (const root of listRoots(paper)) {
      if (!watched.has(root)) observer.observe(root, { childList: true, subtree: true })
      watched.add(root)
      frame(root)
    }
  }
  const observer = new MutationObserver(look)
  observer.observe(paper, { childList: true, subtree: true })
  look()

  // Ink hides the example behind it at once; the page removes it after it has read the stroke.
  const ink = () => { paper.dataset.inked = "" }
  if (data.empty && !paper.replaying) delete paper.dataset.inked
  listen(paper, "mousedown", ink)
  listen(paper, "touchstart", ink)
  listen(paper, "replay", (event) => {
    const canvas = listRoots(paper).map((root) => listCanvases(root)[1]).find(Boolean)
    if (!canvas) return  // It is not loaded yet; the button asks again.
    event.preventDefault()
    if (!paper.replaying) replay(paper, canvas, event.detail)
  })
  parentElement.stop = () => {
    observer.disconnect()
    listening.abort()
  }
  return parentElement.stop
}
