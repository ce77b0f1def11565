"""People sign in to the real server at a real provider, and what others forge or replay is worth nothing."""

import asyncio
import json
import shutil
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from benchmarks.app_server import find_free_port
from digitnet.paths import ROOT
from tests.browser.app_server import serving
from tests.helpers.access_settings import COOKIE_SECRET
from tests.helpers.sign_in import (
    Browser,
    ask_provider,
    find_sign_in,
    open_session,
    serving_provider,
    set_claims,
    sign_in,
    write_settings,
)

OWNER, TEACHER, PUPIL, GUEST = "eva@school.example", "kim@staff.example", "ben@kids.example", "eve@elsewhere.example"
ROLES = """
[roles]
owners = ["Eva@School.example"]
teachers = ["@staff.example"]
readers = ["@kids.example"]

[server]
log_format = "json"
"""
USER = "_streamlit_user"
TRAIN_REFUSAL = "Only a teacher may open the page Train; sign in as one."


@pytest.fixture(scope="module")
def provider():
    with serving_provider(find_free_port()) as address:
        yield address


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("log") / "log"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def address(provider, tmp_path_factory, models, log):
    """The address of a server where people sign in at the provider, and strangers may not read."""
    data, port = tmp_path_factory.mktemp("data"), find_free_port()
    for name in ("cnn", "mine"):
        shutil.copytree(ROOT / "models" / "cnn", models / name)
    (models / "ACTIVE").write_text("mine\ncnn\n")
    settings = write_settings(provider, f"http://127.0.0.1:{port}", ROLES)
    (data / "settings.toml").write_text(settings)
    with serving(tmp_path_factory, models, data, port=port, log=log) as url:
        yield url


@pytest.fixture
def browser(address):
    with Browser.opened(address) as browser:
        yield browser


def look(session_to_enter, page="train"):
    """Return the run of a page in a new session."""

    async def run():
        async with session_to_enter as session:
            return await session.open(page)

    return asyncio.run(run())


def may_train(session_to_enter):
    """Return whether a session shows the page Train; a refusal has to be in the words of the table."""
    run = look(session_to_enter)
    is_refused = any("sign in as one" in text for text in run.texts)
    assert is_refused == (TRAIN_REFUSAL in run.texts) == ("Start training" not in run.elements)
    return not is_refused


def forge(claims, secret=COOKIE_SECRET):
    content = {"is_logged_in": True, "provider": "default"} | claims
    return {USER: create_signed_value(secret, USER, json.dumps(content)).decode()}


@pytest.mark.parametrize(
    ("name", "is_teacher", "is_reader"),
    [(OWNER, True, True), (TEACHER, True, True), (PUPIL, False, True), (GUEST, False, False)],
)
def test_who_signs_in_has_their_role(name, is_teacher, is_reader, browser, provider):
    set_claims(provider, name, email=name.upper(), email_verified=True, name="A name")
    asyncio.run(sign_in(browser, name))
    assert USER in browser.cookies
    assert may_train(browser.open_session()) == is_teacher
    run = look(browser.open_session(), "")
    assert any("sign in as one" in text for text in run.texts) != is_reader
    assert "Sign out" in run.elements
    assert "**A name**" in run.texts


def test_stranger_sees_nothing_but_the_way_to_sign_in(browser):
    for page in ("", "photos", "data", "models", "train", "hand"):
        run = look(browser.open_session(), page)
        assert set(run.elements) <= {"Sign in"}
        assert any("sign in as one" in text for text in run.texts)


@pytest.mark.parametrize("kind", ["signature", "unsigned", "issuer", "audience", "expired", "nonce"])
def test_wrong_identity_signs_nobody_in(kind, browser, provider):
    set_claims(provider, f"{kind}@staff.example", tamper=kind, email_verified=True)
    asyncio.run(sign_in(browser, f"{kind}@staff.example"))
    assert USER not in browser.cookies
    assert not may_train(browser.open_session())


def test_unverified_email_gives_no_role(browser, provider):
    set_claims(provider, "false@staff.example", email_verified=False)
    asyncio.run(sign_in(browser, "false@staff.example"))
    assert USER in browser.cookies
    assert not may_train(browser.open_session())


def test_replayed_code_signs_nobody_in(address, browser, provider):
    set_claims(provider, TEACHER, email_verified=True)
    back = ask_provider(browser, asyncio.run(find_sign_in(browser)), TEACHER)
    state = browser.cookies
    browser.client.get(back)
    assert may_train(browser.open_session())
    with Browser.opened(address) as other:
        other.client.get(back)  # Without the state of the browser that asked.
        assert USER not in other.cookies
        other.client.cookies = httpx.Cookies(state)  # With it: the provider knows that the code was used.
        other.client.get(back)
        assert USER not in other.cookies


def test_signed_out_cookie_is_worth_nothing(address, browser, provider):
    set_claims(provider, TEACHER, email_verified=True)
    asyncio.run(sign_in(browser, TEACHER))
    kept = browser.cookies
    assert may_train(open_session(address, kept))
    browser.client.get(f"{address}/auth/logout")
    assert USER not in browser.cookies
    assert not may_train(browser.open_session())
    assert not may_train(open_session(address, kept))


def test_sign_out_ends_the_other_tabs(address, browser, provider):
    set_claims(provider, TEACHER, email_verified=True)
    asyncio.run(sign_in(browser, TEACHER))

    async def sign_out_elsewhere():
        async with browser.open_session() as tab, browser.open_session() as other:
            assert TRAIN_REFUSAL not in (await tab.open("train")).texts
            await other.open()
            assert (await other.press("Sign out")).redirect == "/auth/logout"
            return await tab.open("train")

    assert TRAIN_REFUSAL in asyncio.run(sign_out_elsewhere()).texts


@pytest.mark.parametrize(
    ("claims", "secret", "hours_ago", "is_valid"),
    [
        ({}, COOKIE_SECRET, 11, True),
        ({}, COOKIE_SECRET, 13, False),
        ({}, "another secret of thirty-two characters", 0, False),
        ({"email_verified": False}, COOKIE_SECRET, 0, False),
        ({"is_logged_in": False}, COOKIE_SECRET, 0, False),
        ({"origin": "http://evil.example"}, COOKIE_SECRET, 0, False),
    ],
    ids=["signed", "old", "other-secret", "unverified", "signed-out", "of-another-server"],
)
def test_cookie_has_to_be_signed_and_young(claims, secret, hours_ago, is_valid, address, browser):
    issued = {"email": TEACHER, "iat": int(time.time() - hours_ago * 3600), "sub": "forged", "iss": "x"}
    cookie = forge({"origin": address} | issued | claims, secret)
    assert may_train(open_session(address, browser.cookies | cookie)) == is_valid


def test_cookie_counts_for_nothing_without_the_token_of_the_page(address, browser):
    cookie = forge({"email": TEACHER, "iat": int(time.time()), "origin": address})
    assert may_train(open_session(address, browser.cookies | cookie))
    session = open_session(address, browser.cookies | cookie)
    session.token = "another"
    assert not may_train(session)


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, {}])
def test_loopback_makes_no_owner_where_people_sign_in(headers, address):
    with Browser.opened(address, headers) as browser:
        assert not may_train(browser.open_session())


def test_message_for_a_page_that_was_not_shown_does_nothing(address, browser, provider):
    set_claims(provider, TEACHER, email_verified=True)
    asyncio.run(sign_in(browser, TEACHER))

    async def send_as_stranger():
        async with browser.open_session() as teacher:
            await teacher.open("train")
            elements = dict(teacher.elements)
        async with open_session(address, {}) as stranger:
            await stranger.open("train")
            stranger.elements.update(elements)
            return elements, await stranger.press("Start training")

    elements, run = asyncio.run(send_as_stranger())
    assert "Start training" in elements
    assert TRAIN_REFUSAL in run.texts


def test_log_names_who_signed_in_and_no_secret(address, browser, provider, log):
    set_claims(provider, "log@staff.example", email_verified=True)
    set_claims(provider, "doubt@staff.example", email_verified=False)
    code = ask_provider(browser, asyncio.run(find_sign_in(browser)), "log@staff.example")
    browser.client.get(code)
    cookie = browser.cookies[USER]
    browser.client.get(f"{address}/auth/logout")
    asyncio.run(sign_in(browser, "doubt@staff.example"))
    text = log.read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    noted = [(line["message"], line["account"], line.get("role")) for line in lines if "sign-" in line["message"]]
    assert noted[-3:] == [
        ("sign-in", "log@staff.example", "teacher"),
        ("sign-out", "log@staff.example", None),
        ("sign-in", "doubt@staff.example", "none"),
    ]
    (secret_code,) = parse_qs(urlsplit(code).query)["code"]
    assert not any(secret in text for secret in (COOKIE_SECRET, "password", cookie, secret_code))


def test_press_of_a_teacher_counts_and_of_others_does_not(address, browser, provider, models):
    set_claims(provider, TEACHER, email_verified=True)
    set_claims(provider, PUPIL, email_verified=True)
    asyncio.run(sign_in(browser, TEACHER))

    async def press(session, elements=None):
        await session.open("models")
        session.elements.update(elements or {})
        await session.press("Back to cnn")

    async def press_twice():
        with Browser.opened(address) as other:
            await sign_in(other, PUPIL)
            async with browser.open_session() as teacher, other.open_session() as pupil:
                await teacher.open("models")
                await press(pupil, teacher.elements)
                before = (models / "ACTIVE").read_text()
                await press(teacher)
                return before

    assert asyncio.run(press_twice()) == "mine\ncnn\n"
    assert (models / "ACTIVE").read_text() == "cnn\n"


def test_only_who_may_read_uploads_files(address, browser, provider):
    set_claims(provider, PUPIL, email_verified=True)

    async def upload(session_to_enter):
        async with session_to_enter as session:
            await session.open()
            url = f"{address}/_stcore/upload_file/{session.id}/1"
            headers = {"X-Xsrftoken": session.token}
            return await session._http.put(url, files={"1": ("1.png", b"x")}, headers=headers)

    refused = asyncio.run(upload(browser.open_session()))
    assert (refused.status_code, refused.text) == (403, "Only a reader may upload files; sign in as one.")
    asyncio.run(sign_in(browser, PUPIL))
    assert asyncio.run(upload(browser.open_session())).status_code == 204


def test_session_of_a_teacher_cannot_be_taken_over(address, browser, provider):
    set_claims(provider, TEACHER, email_verified=True)
    asyncio.run(sign_in(browser, TEACHER))

    async def take_over():
        async with browser.open_session() as teacher:
            await teacher.open("train")
            taken = teacher.id
        own = browser.open_session()
        own.wanted_id = taken
        async with own:
            await own.open("train")
            assert own.id == taken
        session = open_session(address, {})
        session.wanted_id = taken
        async with session as stranger:
            return taken, (await stranger.open("train")), stranger.id

    taken, run, new = asyncio.run(take_over())
    assert taken
    assert new != taken
    assert TRAIN_REFUSAL in run.texts
