// Play the steps that step_player.py passes.
const STEP_MS = 3000

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".player")
  const [names, stage, said] = ["names", "stage", "said"].map((name) => root.querySelector(`.${name}`))
  const [back, play, on] = ["back", "play", "on"].map((name) => root.querySelector(`.controls .${name}`))
  const picture = stage.querySelector("img")
  const bars = stage.querySelector("dl")
  const { steps } = data
  const last = steps.length - 1
  root.ariaLabel = data.label
  const painted = JSON.stringify(steps)
  if (root.painted === painted) return // The page ran again, with the same steps.
  root.painted = painted
  root.current = Math.min(root.current ?? 0, last)

  const stop = () => {
    clearInterval(root.timer)
    root.timer = undefined
    play.textContent = "Play"
  }

  const show = (index) => {
    const isNew = index !== root.current
    root.current = index
    paint(isNew)
  }

  const go = (index) => {
    stop()
    if (index >= 0 && index <= last) show(index)
  }

  const paintBars = (shares) => {
    const entries = Object.entries(shares || {})
    const best = Math.max(...entries.map(([, share]) => share))
    bars.hidden = !entries.length
    stage.classList.toggle("has-bars", !bars.hidden)
    bars.replaceChildren(...entries.flatMap(([label, share]) => {
      const [name, bar, value] = ["dt", "dd", "dd"].map((tag) => document.createElement(tag))
      name.textContent = label
      bar.className = "bar"
      bar.ariaHidden = "true"
      const filled = document.createElement("i")
      filled.style.width = `${100 * share}%`
      bar.append(filled)
      value.textContent = share < 0.001 ? "<0.1%" : `${(100 * Math.min(share, 0.999)).toFixed(1)}%`
      if (share === best) [name, value].forEach((element) => element.classList.add("best"))
      return [name, bar, value]
    }))
  }

  const paint = (fades) => {
    const step = steps[root.current]
    if (picture.src !== step.url) picture.src = step.url
    picture.alt = step.name
    picture.className = step.is_small ? "small" : ""
    if (fades) {
      void picture.offsetWidth // Starts the animation anew.
      picture.classList.add("fading")
    }
    paintBars(step.bars)
    said.querySelector("b").textContent = `${root.current + 1}. ${step.name}.`
    said.querySelector("span").textContent = step.sentence
    ;[...names.children].forEach((element, index) => {
      if (index === root.current) element.setAttribute("aria-current", "step")
      else element.removeAttribute("aria-current")
    })
    back.ariaDisabled = String(root.current === 0) // A disabled button would lose the focus.
    on.ariaDisabled = String(root.current === last)
  }

  const tick = () => {
    if (!root.isConnected) return stop()
    show(root.current + 1)
    if (root.current === last) stop()
  }

  names.replaceChildren(...steps.map((step, index) => {
    const element = document.createElement("button")
    const name = document.createElement("span") // Hidden from sight where there is little room.
    name.textContent = ` ${step.name}`
    element.append(String(index + 1), name)
    element.onclick = () => go(index)
    return element
  }))
  back.onclick = () => go(root.current - 1)
  on.onclick = () => go(root.current + 1)
  play.onclick = () => {
    if (root.timer) return stop()
    if (root.current === last) show(0)
    root.timer = setInterval(tick, STEP_MS)
    play.textContent = "Pause"
  }
  root.onkeydown = (event) => {
    const to = { ArrowLeft: root.current - 1, ArrowRight: root.current + 1, Home: 0, End: last }[event.key]
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    go(to)
  }
  stop()
  paint(false)
}
