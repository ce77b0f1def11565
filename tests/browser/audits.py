"""Find faults of a page in the browser: violations of axe-core, faint texts of charts, small targets."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

_AXE = Axe()
_AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "iframes": False,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
}
_SEVERE = ("serious", "critical")
MIN_CONTRAST, MIN_TARGET = 4.5, 24  # By WCAG 2.2, level AA: contrast to one, and pixels.
# Texts of charts with their colors, and the color behind them, all as the browser mixes them.
_FIND_CHART_TEXTS = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const mix = (colors) => {
    context.clearRect(0, 0, 1, 1);
    for (const [color, opacity] of colors) {
      context.globalAlpha = opacity;
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const page = getComputedStyle(document.querySelector(".stApp")).backgroundColor;
  const paint = (shape) => {
    const style = getComputedStyle(shape);
    return [style.fill, style.fillOpacity * style.opacity];
  };
  const isShown = (text) => text.textContent && text.checkVisibility() && getComputedStyle(text).opacity > 0;
  return [...document.querySelectorAll("[data-testid=stVegaLiteChart] svg")].flatMap((svg) => {
    const shapes = [...svg.querySelectorAll("path:not(.background, .foreground)")].filter(
      (shape) => !["none", "transparent"].includes(getComputedStyle(shape).fill)
    );
    const boxes = shapes.map((shape) => shape.getBoundingClientRect());
    return [...svg.querySelectorAll("text")].filter(isShown).map((text) => {
      const box = text.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const below = shapes.filter(
        (shape, index) =>
          boxes[index].left < x && x < boxes[index].right && boxes[index].top < y && y < boxes[index].bottom &&
          shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING
      );
      const ground = [[page, 1], ...below.map(paint)];
      return { text: text.textContent, color: mix([...ground, paint(text)]), ground: mix(ground) };
    });
  });
}"""
_FIND_SMALL_TARGETS = """(pixels) => {
  const selector = "a[href], button, summary, [role=button], [role=radio], input[type=checkbox]";
  const find = (root) => [
    ...root.querySelectorAll(selector),
    ...[...root.querySelectorAll("*")].filter((each) => each.shadowRoot).flatMap((each) => find(each.shadowRoot)),
  ];
  return find(document)
    .filter((target) => target.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .map((target) => {
      const box = ((target.matches("input") && target.closest("label")) || target).getBoundingClientRect();
      return { html: target.outerHTML.slice(0, 200), width: Math.round(box.width), height: Math.round(box.height) };
    })
    .filter(({ width, height }) => width > 1 && height > 1 && (width < pixels || height < pixels))
    .map(({ html, width, height }) => `${width} x ${height}: ${html}`);
}"""

_FIND_UNMARKED_FOCUS = """() => {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  if (!focused || focused === document.body || focused.matches("input:not([type=checkbox]), textarea")) return "";
  const around = [focused, focused.parentElement, focused.parentElement?.parentElement].filter(Boolean);
  const isMarked = around.some((element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  });
  return isMarked ? "" : focused.outerHTML.slice(0, 200);
}"""
_TAB_PRESSES = 14  # So many elements of a page are looked at; the first six are links to the pages.


def find_unmarked_focus(page):
    """List elements that show no sign of the focus, of those that the Tab key reaches first."""
    page.evaluate("document.activeElement.blur()")
    found = []
    for _ in range(_TAB_PRESSES):
        page.keyboard.press("Tab")
        found.append(page.evaluate(_FIND_UNMARKED_FOCUS))
    page.evaluate("document.activeElement.blur()")
    return [html for html in found if html]


def measure_overhang(page):
    """Return by how many pixels the page is wider than the window."""
    return page.evaluate(
        "Math.max(...[document.documentElement, document.querySelector('[data-testid=stMain]')]"
        ".map(each => each.scrollWidth - each.clientWidth))"
    )


def find_violations(page):
    """List serious and critical violations of axe-core's rules, each as its rule, its HTML and the reason."""
    found = _AXE.run(page, options=_AXE_OPTIONS).response["violations"]
    return [
        f"{violation['id']}: {node['html']} {(node['any'] or node['all'] or node['none'])[0]['message']}"
        for violation in found
        if violation["impact"] in _SEVERE
        for node in violation["nodes"]
    ]


def find_faint_texts(page):
    """List texts of charts with too low a contrast, which axe-core does not see."""
    texts = page.evaluate(_FIND_CHART_TEXTS)
    contrasts = [(entry["text"], _measure_contrast(entry["color"], entry["ground"])) for entry in texts]
    return [f"{text}: {contrast:.2f}" for text, contrast in contrasts if contrast < MIN_CONTRAST]


def find_small_targets(page, pixels=MIN_TARGET):
    """List links and buttons that are less than `pixels` wide or high."""
    return page.evaluate(_FIND_SMALL_TARGETS, pixels)


def list_headings(page):
    """List the levels of the headings that screen readers find."""
    return [
        int(level)
        for level in page.evaluate(
            "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]"
            ".filter(each => each.checkVisibility()).map(each => each.tagName[1])"
        )
    ]


def _measure_contrast(color, ground):
    """Return the contrast of two colors, each three numbers up to 255, by WCAG."""
    high, low = sorted((_measure_luminance(color), _measure_luminance(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _measure_luminance(color):
    shares = [value / 255 for value in color]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
