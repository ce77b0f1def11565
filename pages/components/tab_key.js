// Remember the key that tab_key.py passes; first report a key of before the reload, which it then passes back.
const NAME = "digitnet-tab"

export default function ({ data, setStateValue }) {
  try {
    const known = sessionStorage.getItem(NAME)
    if (known && known !== data.key && known !== data.reported) setStateValue("known", known)
    else sessionStorage.setItem(NAME, data.key)
  } catch (error) {
    console.warn("This browser keeps nothing over a reload.", error)
  }
}
