import cv2
import numpy as np

from digitnet.lan.invitation import draw_code, write_invitation

URL = "https://192.168.1.5:8501"


def test_code_holds_the_address():
    lines = draw_code(URL, "utf-8").splitlines()
    halves = {" ": (0, 0), "▀": (255, 0), "▄": (0, 255), "█": (255, 255)}  # Light modules are drawn.
    rows = [[halves[character] for character in line] for line in lines]
    modules = np.array([[pair[half] for pair in row] for row in rows for half in (0, 1)], np.uint8)
    picture = np.kron(modules, np.ones((8, 8), np.uint8))
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == URL


def test_code_is_left_out_where_it_cannot_be_written():
    assert draw_code(URL, "ascii") == ""
    assert draw_code(URL, "no such encoding") == ""


def test_invitation_tells_all_that_is_needed():
    text = write_invitation(URL, ["https://table.local:8501"], f"{URL}/owner/KEY", "AB:CD", "utf-8")
    assert all(part in text for part in (f"\n    {URL}\n", "table.local", f"{URL}/owner/KEY", "AB:CD", "Ctrl+C"))
    assert draw_code(URL, "utf-8") in text
