// Have screen readers say the text that announcer.py passes once it has stayed the same for a moment.
const REST_MS = 700

export default function ({ parentElement, data }) {
  const status = parentElement.querySelector("[role=status]")
  clearTimeout(parentElement.waiting)
  parentElement.waiting = setTimeout(() => {
    if (status.textContent !== data.text) status.textContent = data.text
  }, REST_MS)
}
