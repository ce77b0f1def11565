"""People use the app through the proxy, in front of two processes."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from benchmarks.app_server import find_free_port
from digitnet.paths import RESOURCES, ROOT
from tests.browser.app_server import serving
from tests.browser.helpers import DESKTOP, WAIT_MS, draw, number
from tests.helpers.sign_in import serving_provider, set_claims, write_settings
from tests.nginx.proxy import proxying


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    """The proxy in front of two processes of the app with the same models and digits."""
    data = tmp_path_factory.mktemp("data")
    with ExitStack() as stack:
        ports = []
        for _ in range(2):
            url = stack.enter_context(serving(tmp_path_factory, ROOT / "models", data))
            ports.append(int(url.rsplit(":", 1)[1]))
        yield stack.enter_context(proxying(tmp_path_factory.mktemp("proxy") / "nginx", ports))


@pytest.fixture(scope="module")
def proxy_with_sign_in(tmp_path_factory):
    """The proxy in front of two processes to which people sign in."""
    data, port = tmp_path_factory.mktemp("data"), find_free_port()
    with ExitStack() as stack:
        provider = stack.enter_context(serving_provider(find_free_port()))
        set_claims(provider, "kim@staff.example", name="Kim", email_verified=True)
        roles = '[roles]\nteachers = ["kim@staff.example"]\n'
        (data / "settings.toml").write_text(write_settings(provider, f"https://127.0.0.1:{port}", roles))
        urls = [stack.enter_context(serving(tmp_path_factory, ROOT / "models", data)) for _ in range(2)]
        ports = [int(url.rsplit(":", 1)[1]) for url in urls]
        yield stack.enter_context(proxying(tmp_path_factory.mktemp("proxy") / "nginx", ports, port))


@pytest.fixture
def visitor(proxy, browser):
    """A page of a browser that comes through the proxy, and took its certificate."""
    context = browser.new_context(viewport=DESKTOP, base_url=proxy.url, ignore_https_errors=True)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    yield page
    context.close()


def test_drawing_is_read_through_the_proxy(visitor):
    visitor.goto("/")
    draw(visitor, "27")
    expect(number(visitor)).to_have_text("27")
    assert {cookie["secure"] for cookie in visitor.context.cookies()} == {True}


def test_photo_is_read_through_the_proxy(visitor):
    visitor.goto("/photos")
    visitor.locator("input[type=file]").first.set_input_files(RESOURCES / "samples" / "even.jpg")
    expect(visitor.get_by_text("10 digits in 3 rows")).to_be_visible()


@pytest.mark.parametrize("path", ["inside", "models"])
def test_page_loads_through_the_proxy(path, visitor):
    answer = visitor.goto(f"/{path}")
    assert "max-age" in answer.headers["strict-transport-security"]
    visitor.get_by_test_id("stAppViewContainer").wait_for()


def test_visitor_of_the_proxy_on_this_machine_only_reads(visitor):
    visitor.goto("/train")
    expect(visitor.get_by_text("Only a teacher may open the page Train")).to_be_visible()


def test_visitor_stays_a_reader_whatever_it_claims(visitor):
    claims = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "localhost", "Forwarded": "for=127.0.0.1"}
    visitor.context.set_extra_http_headers(claims)
    visitor.goto("/train")
    expect(visitor.get_by_text("Only a teacher may open the page Train")).to_be_visible()


def test_teacher_signs_in_through_the_proxy_to_each_process(proxy_with_sign_in, browser):
    url = proxy_with_sign_in.url
    with browser.new_context(viewport=DESKTOP, ignore_https_errors=True) as context:
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.goto(f"{url}/train")
        expect(page.get_by_text("Only a teacher may open the page Train; sign in as one.")).to_be_visible()
        page.get_by_role("main").get_by_role("button", name="Sign in").last.click()
        page.locator("input[name=sub]").fill("kim@staff.example")
        page.locator("input[name=sub]").press("Enter")
        page.wait_for_url(f"{url}/**")
        for cookie in "0" * 32, "1" * 32, "2" * 32, "3" * 32:  # Among them are some of each process.
            context.add_cookies([{"name": "digitnet_server", "value": cookie, "url": url}])
            page.goto(f"{url}/train")
            expect(page.get_by_role("button", name="Start training")).to_be_visible()
        assert all(each["secure"] for each in context.cookies(url))
