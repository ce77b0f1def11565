// Put pictures of the clipboard into the uploader that paste_button.py names, as if they were chosen there.
const SHOWN = 4000  // Milliseconds for which the button says what came of it.
const NAMELESS = /^image\.\w+$/  // Browsers call pictures so that have no file.

const isText = (target) => target?.matches?.("input, textarea, [contenteditable=true], [contenteditable='']") ?? false
const isMac = /Mac|iPhone|iPad/.test(navigator.platform)
const keys = isMac ? "⌘V" : "Ctrl+V"

const name = (file) => {
  if (file.name && !NAMELESS.test(file.name)) return file
  const time = new Date().toTimeString().slice(0, 8).replaceAll(":", "-")
  const ending = file.type === "image/jpeg" ? "jpg" : file.type.split("/")[1] || "png"
  return new File([file], `pasted ${time}.${ending}`, { type: file.type })
}

const readClipboard = async () => {
  const files = []
  for (const item of await navigator.clipboard.read()) {
    const type = item.types.find((each) => each.startsWith("image/"))
    if (type) files.push(new File([await item.getType(type)], "", { type }))
  }
  return files
}

export default function ({ parentElement, data }) {
  parentElement.stop?.()
  const button = parentElement.querySelector("button")
  const canRead = Boolean(navigator.clipboard?.read)
  const rest = canRead ? data.label : matchMedia("(pointer: coarse)").matches ? "" : `Press ${keys} to paste a picture`
  button.ariaLive = "polite"
  button.hidden = !rest
  button.textContent = rest

  const say = (text) => {
    clearTimeout(button.waiting)
    button.textContent = text
    button.waiting = setTimeout(() => { button.textContent = rest }, SHOWN)
  }
  const add = (files) => {
    const input = document.querySelector(`.st-key-${data.uploader} input[type=file]`)
    if (!input || input.disabled) return say("There is no place for a picture here now")
    const transfer = new DataTransfer()
    const taken = input.multiple ? files : files.slice(0, 1)
    taken.map(name).forEach((file) => transfer.items.add(file))
    input.files = transfer.files
    input.dispatchEvent(new Event("change", { bubbles: true }))
    say(taken.length === 1 ? "Pasted" : `Pasted ${taken.length} files`)
  }
  const paste = (event) => {
    const content = event.clipboardData
    const files = [...(content?.files ?? [])]
    const typing = isText(event.composedPath()[0])
    if (typing && (!files.length || content.types.includes("text/plain"))) return
    if (!files.length) return say("The clipboard holds no picture")
    event.preventDefault()
    add(files)
  }
  button.onclick = async () => {
    if (!canRead) return say(`Copy a picture, then press ${keys}`)
    try {
      const files = await readClipboard()
      if (files.length) add(files)
      else say("The clipboard holds no picture")
    } catch {
      say(`The browser does not allow it; press ${keys}`)
    }
  }
  document.addEventListener("paste", paste)
  parentElement.stop = () => document.removeEventListener("paste", paste)
  return parentElement.stop
}
