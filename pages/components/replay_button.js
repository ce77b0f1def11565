// Ask the paper, see paper_frame.js, to replay the strokes that replay_button.py passes.
export default function ({ parentElement, data }) {
  const button = parentElement.querySelector("button")
  button.textContent = data.label
  button.onclick = () => {
    const paper = document.querySelector(`.st-key-${data.paper}`)
    paper?.dispatchEvent(new CustomEvent("replay", { detail: data.strokes }))
  }
}
