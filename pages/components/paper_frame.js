// Fit the canvas into the container that paper_frame.py names, name it, and take its own tools away.
const STYLE = new CSSStyleSheet()
STYLE.replaceSync(`
  .dc-root { width: 100%; }
  .dc-root .dc-scroll { overflow: hidden !important; }
  .dc-root .dc-container { width: 100% !important; height: auto !important; }
  .dc-root canvas, .dc-root [data-fabric=wrapper] { width: 100% !important; height: 100% !important; }
  .dc-root .dc-toolbar { display: none !important; }  /* A script can still press its buttons. */
`)

export default function ({ parentElement, data }) {
  parentElement.stop?.()
  const paper = parentElement.host.closest(`.st-key-${data.paper}`)
  const watched = new Set()

  const frame = (root) => {
    if (!root.adoptedStyleSheets.includes(STYLE)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, STYLE]
    const box = root.querySelector(".dc-container")
    const [lower, upper] = root.querySelectorAll("[data-fabric=wrapper] canvas")
    if (!upper) return
    box.style.aspectRatio = `${upper.width} / ${upper.height}`
    lower.ariaHidden = "true"
    upper.role = "img"
    upper.ariaLabel = data.name
  }
  const observer = new MutationObserver(() => look())
  const look = () => {
    for (const host of paper.querySelectorAll("[data-testid=stBidiComponentIsolated]")) {
      const root = host.shadowRoot
      if (!root?.querySelector(".canvas-root")) continue
      if (!watched.has(root)) observer.observe(watched.add(root) && root, { childList: true, subtree: true })
      frame(root)
    }
  }
  observer.observe(paper, { childList: true, subtree: true })
  look()
  parentElement.stop = () => observer.disconnect()
  return parentElement.stop
}
