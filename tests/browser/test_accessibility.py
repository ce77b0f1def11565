"""Every page is visited once in each theme, with a drawing and a photo read: light on a desktop, dark on a phone."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from urllib.parse import urlparse

import pytest
from playwright.sync_api import expect

from tests.browser import audits
from tests.browser.helpers import DESKTOP, PHONE, WAIT_MS, draw, idle, number
from tests.helpers.samples import SAMPLES

# Violations in elements that Streamlit alone makes: the rule of axe-core, and a part of the element's HTML.
STREAMLITS_VIOLATIONS: list[tuple[str, str]] = []
# Messages of the browser that are not about our pages, by a part of them.
OTHERS_MESSAGES: list[str] = []


@dataclass
class Visit:
    """What was found on a page, or on a view of it.

    Attributes:
        title: of the browser's tab.
        headings: their levels, from the first to the last.
        violations: serious and critical ones of axe-core.
        faint_texts: texts of charts with a contrast below 4.5 to 1.
        small_targets: links and buttons of less than 24 pixels.
        unmarked: elements that have the focus and do not show it.
        overhang: pixels that the page is wider than the window.
    """

    title: str
    headings: list[int]
    violations: list[str]
    faint_texts: list[str]
    small_targets: list[str]
    unmarked: list[str]
    overhang: int


def open_draw(page):
    page.goto("/")
    draw(page, "47")
    expect(number(page)).to_have_text("47")


def open_photos(page):
    page.get_by_role("link", name="Photos").click()
    page.locator("input[type=file]").first.set_input_files(SAMPLES / "even.jpg")
    expect(page.locator(".st-key-photos code")).to_have_text("2047\n1385\n96")


def by_link(name, text):
    """Return a function that opens a page by its link, and waits for a text on it."""

    def open_page(page):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_text(text).first).to_be_visible()

    return open_page


def by_choice(name, selector):
    """Return a function that chooses a view of the page, and waits for an element of it."""

    def open_view(page):
        page.get_by_role("radio", name=name).click()
        expect(page.locator(selector).first).to_be_visible()

    return open_view


CHART = "[data-testid=stVegaLiteChart]"
WAYS = {
    "Draw": open_draw,
    "Learn my hand": by_link("Learn my hand: write each digit a few times", "digits are written"),
    "Photos": open_photos,
    "Forms": by_link("Forms", "finds them on every other sheet"),
    "Batches": by_link("Batches", "No batch yet"),
    "Inside": by_link("Inside", "The probability of each of the ten digits"),
    "Inside, network": by_choice("Inside the network", CHART),
    "Inside, map": by_choice("Map of digits", CHART),
    "Data": by_link("Data", "Digits from files"),
    "Data, MNIST": by_choice("MNIST", ".tile"),
    "Data, averages": by_choice("Labels and averages", CHART),
    "Tutorials": by_link("Tutorials", "Train all of it"),
    "Tutorials, studies": by_choice("Studies", ".st-key-new-study"),
    "Tutorials, searches": by_choice("Search settings", ".st-key-new-search"),
    "Train": by_link("Train", "Start training"),
    "Models": by_link("Models", "Which digits it confuses"),
    "Models, compare": by_choice("Compare", CHART),
}


@pytest.fixture(scope="module", params=["light", "dark"])
def visits(request, browser, address):
    """Visit all pages in one theme; also the messages and the requests of the browser meanwhile."""
    size = DESKTOP if request.param == "light" else PHONE
    context = browser.new_context(viewport=size, has_touch=size == PHONE, color_scheme=request.param, base_url=address)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    hosts, problems, found = set(), [], {}
    page.on("request", lambda sent: hosts.add(urlparse(sent.url).netloc))
    page.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    for name, open_view in WAYS.items():
        open_view(page)
        idle(page)
        page.mouse.move(2, 2)
        page.wait_for_timeout(300)  # Colors change slowly.
        found[name] = Visit(
            page.title(),
            audits.list_headings(page),
            audits.find_violations(page),
            audits.find_faint_texts(page),
            audits.find_small_targets(page),
            audits.find_unmarked_focus(page),
            audits.measure_overhang(page),
        )
    context.close()
    return found, problems, hosts - {"", urlparse(address).netloc}


def select(visits, attribute, exceptions=()):
    """Return what was found, by the name of the page, but for exceptions."""
    found = {name: getattr(visit, attribute) for name, visit in visits[0].items()}
    kept = {
        name: [entry for entry in entries if not any(all(part in entry for part in parts) for parts in exceptions)]
        for name, entries in found.items()
    }
    return {name: entries for name, entries in kept.items() if entries}


def test_no_page_has_serious_violations(visits):
    assert select(visits, "violations", STREAMLITS_VIOLATIONS) == {}


def test_texts_of_charts_stand_out(visits):
    assert select(visits, "faint_texts") == {}


def test_targets_are_at_least_24_pixels(visits):
    assert select(visits, "small_targets") == {}


def test_focus_is_seen(visits):
    assert select(visits, "unmarked") == {}


def test_no_page_scrolls_sideways(visits):
    assert {name: visit.overhang for name, visit in visits[0].items() if visit.overhang} == {}


def test_each_page_has_a_title_of_its_own(visits):
    pages = {name.split(",")[0] for name in WAYS}
    assert {visit.title for visit in visits[0].values()} == {f"{page} - digitnet" for page in pages}
    assert all(visit.title == f"{name.split(',')[0]} - digitnet" for name, visit in visits[0].items())


def test_headings_begin_with_one_h1_and_skip_no_level(visits):
    headings = {name: visit.headings for name, visit in visits[0].items()}
    assert {name: levels for name, levels in headings.items() if levels[:1] != [1] or levels.count(1) != 1} == {}
    gaps = {
        name: levels
        for name, levels in headings.items()
        if any(below > above + 1 for above, below in itertools.pairwise(levels))
    }
    assert gaps == {}


def test_browser_reports_no_problem(visits):
    assert [message for message in visits[1] if not any(part in message for part in OTHERS_MESSAGES)] == []


def test_nothing_is_fetched_from_elsewhere(visits):
    assert visits[2] == set()
