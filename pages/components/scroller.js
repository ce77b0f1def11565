// Scroll an element of the page into view whenever a count rises.
const WAIT_MS = 3000  // The element may be shown a moment after the count.

export default function ({ parentElement, data }) {
  const before = parentElement.count ?? data.count  // A page that opens stays where it is.
  parentElement.count = data.count
  if (data.count <= before) return
  const until = performance.now() + WAIT_MS
  const scroll = () => {
    const found = document.querySelector(data.target)
    if (!found && performance.now() < until) return requestAnimationFrame(scroll)
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches
    found?.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" })
  }
  scroll()
}
