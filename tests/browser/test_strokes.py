"""Strokes reach the page at once, each of them and once."""

from playwright.sync_api import expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.helpers import ON_A_DESKTOP, ON_A_PHONE, button, idle, is_inked, number, settle

CANVAS_WAIT_MS = 200  # The canvas's own script waits so long before it reports a stroke.
# Notes when the pen lifts and when the page next sends a message.
LISTENER = """
    window.waits = []
    let lifted = null
    const note = () => { lifted = performance.now() }
    for (const type of ["mouseup", "touchend"]) window.addEventListener(type, note, true)
    const send = WebSocket.prototype.send
    WebSocket.prototype.send = function (...message) {
        if (lifted !== null) window.waits.push(performance.now() - lifted)
        lifted = null
        return send.apply(this, message)
    }
"""


def open_paper(page):
    """Open the page, and return the box of its paper."""
    page.add_init_script(LISTENER)
    page.goto("/")
    paper = page.locator(".st-key-paper canvas").last
    paper.wait_for()
    idle(page)
    settle(paper)  # The canvas takes strokes a moment after it shows.
    return paper.bounding_box()


def make_one(box, place):
    """Return the ends of the stroke of a 1, by its place from left to right."""
    x, y = box["x"] + box["width"] * (place + 1) / 8, box["y"] + box["height"] * 0.2
    return (x, y), (x - 4, y + box["height"] * 0.6)


def draw_one(page, box, place):
    top, bottom = make_one(box, place)
    page.mouse.move(*top)
    page.mouse.down()
    page.mouse.move(*bottom, steps=5)
    page.mouse.up()


def swipe_one(page, box, place):
    """Draw a 1 with a finger."""
    (left, top), (right, bottom) = make_one(box, place)
    send = page.context.new_cdp_session(page).send
    for step in range(6):
        point = {"x": left + (right - left) * step / 5, "y": top + (bottom - top) * step / 5}
        kind = "touchMove" if step else "touchStart"
        send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@ON_A_DESKTOP
def test_stroke_is_sent_as_the_mouse_lifts(page):
    box = open_paper(page)
    for place in range(5):
        draw_one(page, box, place)
        expect(number(page)).to_have_text("1" * (place + 1))
    assert min(page.evaluate("window.waits")) < CANVAS_WAIT_MS


@ON_A_PHONE
def test_stroke_is_sent_as_the_finger_lifts(page):
    box = open_paper(page)
    for place in range(5):
        swipe_one(page, box, place)
        expect(number(page)).to_have_text("1" * (place + 1))
        assert is_inked(page, 640 * (place + 1) / 8, 400 * 0.2)
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == 0
    assert min(page.evaluate("window.waits")) < CANVAS_WAIT_MS


@ON_A_PHONE
def test_second_finger_neither_loses_nor_doubles_a_stroke(page):
    box = open_paper(page)
    top, bottom = make_one(box, 1)
    other = {"x": box["x"] + box["width"] * 0.8, "y": box["y"] + box["height"] / 2, "id": 1}
    send = page.context.new_cdp_session(page).send

    def touch(kind, *points):
        send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    first = [{"x": top[0], "y": top[1] + (bottom[1] - top[1]) * step / 5, "id": 0} for step in range(6)]
    touch("touchStart", first[0])
    touch("touchMove", first[1])
    touch("touchStart", first[1], other)
    touch("touchEnd", first[1])
    for point in first[2:]:
        touch("touchMove", point)
    touch("touchEnd")
    swipe_one(page, box, 4)
    expect(number(page)).to_have_text("11")
    button(page, "Undo").click()
    expect(number(page)).to_have_text("1")


@ON_A_DESKTOP
def test_strokes_in_quick_succession_are_each_read_once(page):
    box = open_paper(page)
    for place in range(6):
        draw_one(page, box, place)
    expect(number(page)).to_have_text("111111")
    idle(page)
    for left in range(5, 1, -1):
        button(page, "Undo").click()
        expect(number(page)).to_have_text("1" * left)


@ON_A_DESKTOP
def test_press_that_leaves_no_stroke_sends_nothing(page):
    box = open_paper(page)
    draw_one(page, box, 0)
    expect(number(page)).to_have_text("1")
    idle(page)
    page.evaluate("window.waits.length = 0")
    page.mouse.move(box["x"] + box["width"] + 200, box["y"])
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 40, steps=3)
    page.mouse.up()  # The press began beside the paper.
    page.wait_for_timeout(2 * CANVAS_WAIT_MS)
    assert page.evaluate("window.waits") == []
    expect(number(page)).to_have_text("1")


@ON_A_DESKTOP
def test_stroke_runs_only_the_drawing_part_of_the_page(page):
    changed_parts = []

    def note_part(frame):
        message = ForwardMsg.FromString(frame)
        if message.HasField("delta"):
            changed_parts.append(message.delta.fragment_id)

    page.on("websocket", lambda socket: socket.on("framereceived", note_part))
    box = open_paper(page)
    assert "" in changed_parts  # The frame of the page.
    changed_parts.clear()
    draw_one(page, box, 0)
    expect(number(page)).to_have_text("1")
    assert len(set(changed_parts)) == 1
    assert "" not in changed_parts
