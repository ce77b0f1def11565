// Have the canvas report a stroke as soon as the pen lifts; by itself it waits for 200 ms first.
const SEND_BUTTON = '.dc-toolbar [aria-label="Update the app with this drawing"]'

export default function ({ parentElement, data }) {
  parentElement.stop?.()
  const listening = new AbortController()
  const listen = (type, handle) => window.addEventListener(type, handle, { signal: listening.signal })
  const isOnPaper = (element) => element.classList?.contains(`st-key-${data.paper}`)
  let paper = null  // The paper while a pen is down on it.

  const start = (event) => {
    if (!event.button) paper = event.composedPath().find(isOnPaper) ?? null
  }
  const send = () => {
    const hosts = [...paper.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
    paper = null
    // The canvas has heard the event by now, but stores the stroke a moment later.
    setTimeout(() => hosts.forEach((host) => host.shadowRoot?.querySelector(SEND_BUTTON)?.click()))
  }
  const end = (event) => {
    const fingers = event.touches?.length ?? 0  // The canvas ends a stroke when the last finger lifts.
    if (paper && !event.button && !fingers) send()
  }
  listen("mousedown", start)
  listen("touchstart", start)
  listen("mouseup", end)
  listen("touchend", end)
  parentElement.stop = () => listening.abort()
  return parentElement.stop
}
