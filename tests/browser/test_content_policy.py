"""The pages work under the content security policy that the server sends."""

import re

import pytest
from playwright.sync_api import expect

from digitnet.access.permissions import NEEDED
from digitnet.paths import RESOURCES
from tests.browser.chromium import find_chromium
from tests.browser.conftest import FLAGS
from tests.browser.helpers import DESKTOP, WAIT_MS, draw, idle, number

PAGES = [name.removeprefix("page:") for name in NEEDED if name.startswith("page:")]
FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
MARK = "VIOLATION|Content.Security.Policy"
NOTE_VIOLATIONS = """
addEventListener("securitypolicyviolation", event => {
    console.error(`VIOLATION ${event.violatedDirective} ${event.blockedURI}`);
});
"""


@pytest.fixture(scope="module")
def camera_browser(playwright):
    """A browser with a camera."""
    browser = playwright.chromium.launch(
        executable_path=find_chromium(playwright), args=[*FLAGS, *FAKE_CAMERA], chromium_sandbox=False
    )
    yield browser
    browser.close()


@pytest.fixture
def watched(address, camera_browser):
    """A page of a browser with a camera, and the violations of the policy in it, which are none in the end."""
    context = camera_browser.new_context(viewport=DESKTOP, base_url=address, permissions=["camera"])
    context.add_init_script(NOTE_VIOLATIONS)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    messages = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(f"VIOLATION {error}"))
    yield page
    context.close()
    assert [text for text in messages if re.search(MARK, text)] == []


@pytest.mark.parametrize("path", [path for path in PAGES if path not in ("draw", "photos")])
def test_pages_keep_to_the_policy(path, watched):
    answer = watched.goto(f"/{path}")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    watched.wait_for_timeout(1000)
    idle(watched)
    expect(watched.get_by_test_id("stAppViewContainer")).not_to_be_empty()


def test_drawing_keeps_to_the_policy(watched):
    watched.goto("/")
    draw(watched, "27")
    expect(number(watched)).to_have_text("27")
    watched.get_by_role("img", name="Vega visualization").or_(watched.locator(".vega-embed")).first.wait_for()


def test_photos_and_the_camera_keep_to_the_policy(watched):
    watched.goto("/photos")
    watched.locator("input[type=file]").first.set_input_files(RESOURCES / "samples" / "even.jpg")
    expect(watched.get_by_text("10 digits in 3 rows")).to_be_visible()
    watched.get_by_text("Use the camera").click()
    watched.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")


def test_inline_script_is_refused(address, context_of):
    context = context_of(address, DESKTOP)
    page = context.new_page()
    page.goto("/")
    script = "() => document.head.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    page.evaluate(script)
    assert page.evaluate("() => window.ran") is None
    page.close()
