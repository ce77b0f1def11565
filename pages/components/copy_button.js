// Copy a table that copy_button.py passes: as cells for spreadsheets, and as HTML for documents.
const SHOWN = 2000  // Milliseconds for which the button says what came of it.

const toHtml = (rows, texts) => {
  const table = document.createElement("table")
  rows.forEach((cells, line) => {
    const row = table.insertRow()
    cells.forEach((cell, column) => {
      const place = row.insertCell()
      place.textContent = cell
      // Leading zeros, and digits beyond the fifteenth, stay in texts only; other numbers can be summed.
      if (texts[line][column]) place.setAttribute("style", "mso-number-format:'\\@'")
    })
  })
  return table.outerHTML
}

// Where the page is not of a secure origin, browsers copy only what is selected.
const copySelected = (text, html) => {
  const put = (event) => {
    event.clipboardData.setData("text/plain", text)
    event.clipboardData.setData("text/html", html)
    event.preventDefault()
  }
  document.addEventListener("copy", put, { once: true })
  const isCopied = document.execCommand("copy")
  document.removeEventListener("copy", put)
  if (!isCopied) throw new Error("not copied")
}

export default function ({ parentElement, data }) {
  const button = parentElement.querySelector("button")
  button.textContent = data.label
  button.onclick = async () => {
    const text = data.rows.map((cells) => cells.join("\t")).join("\n")
    const html = toHtml(data.rows, data.texts)
    try {
      if (navigator.clipboard?.write) {
        const make = (content, type) => new Blob([content], { type })
        await navigator.clipboard.write([
          new ClipboardItem({ "text/plain": make(text, "text/plain"), "text/html": make(html, "text/html") }),
        ])
      } else {
        copySelected(text, html)
      }
      button.textContent = "Copied; paste it into a spreadsheet"
    } catch {
      button.textContent = "The browser does not allow it; download the table"
    }
    setTimeout(() => { button.textContent = data.label }, SHOWN)
  }
}
