// Ask the paper, see paper_frame.js, to replay the strokes that replay_button.py passes.
const PATIENCE = 20_000  // Milliseconds for which the paper is asked again, because its canvas may not be loaded yet.
export default function ({ parentElement, data }) {
  const button = parentElement.querySelector("button")
  button.textContent = data.label
  button.onclick = () => {
    const end = performance.now() + PATIENCE
    const ask = () => {
      const paper = document.querySelector(`.st-key-${data.paper}`)
      const isAsked = paper?.dispatchEvent(new CustomEvent("replay", { detail: data.strokes, cancelable: true }))
      // The paper cancels the event that it follows.
      if (isAsked !== false && button.isConnected && performance.now() < end) setTimeout(ask, 100)
    }
    ask()
  }
}
