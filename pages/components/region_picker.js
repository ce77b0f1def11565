// Let the user drag a box on the photo that region_picker.py passes.
const MAX_HEIGHT = 3000  // Pixels of a photo; a tall one is narrower than the column.

export default function ({ parentElement, data, setStateValue }) {
  const photo = parentElement.querySelector(".photo")
  const image = photo.querySelector("img")
  const box = photo.querySelector(".box")
  image.onload = () => { photo.style.maxWidth = `${MAX_HEIGHT * image.naturalWidth / image.naturalHeight}px` }
  if (image.src !== data.url) { image.src = data.url; box.hidden = true }
  image.alt = data.alt
  const clamp = (share) => Math.min(1, Math.max(0, share))
  const toShares = (event) => {
    const area = photo.getBoundingClientRect()
    return [clamp((event.clientX - area.left) / area.width), clamp((event.clientY - area.top) / area.height)]
  }
  const getSides = (event) => {
    const [x, y] = toShares(event)
    const [u, v] = photo.start
    return [Math.min(x, u), Math.min(y, v), Math.max(x, u), Math.max(y, v)]
  }
  photo.onpointerdown = (event) => {
    if (event.button) return
    photo.setPointerCapture(event.pointerId)
    photo.start = toShares(event)
  }
  photo.onpointermove = (event) => {
    if (!photo.start) return
    const [left, top, right, bottom] = getSides(event).map((share) => 100 * share)
    box.hidden = false
    Object.assign(box.style, {
      left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%`,
    })
  }
  photo.onpointerup = (event) => {
    if (!photo.start) return
    const dragged = getSides(event)
    photo.start = null
    const area = photo.getBoundingClientRect()
    const shorter = Math.min((dragged[2] - dragged[0]) * area.width, (dragged[3] - dragged[1]) * area.height)
    if (shorter < 8) box.hidden = true  // A box this small is a tap.
    else setStateValue("drag", { sides: dragged, made: Date.now() })
  }
  photo.onpointercancel = () => { photo.start = null; box.hidden = true }
}
