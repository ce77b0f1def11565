"""What the pages show to readers, to teachers, and to those who may only sign in."""

import pytest

from digitnet.access.callers import LOCAL_OWNER, NOBODY, Caller
from digitnet.access.members import get_members
from digitnet.access.permissions import NEEDED, get_permission
from digitnet.access.roles import Role
from digitnet.access.sign_in import get_sign_in
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.models import editing
from tests.helpers.access_settings import SIGN_IN
from tests.helpers.app_pages import find_button, make_page, open_app

TEACHER = Caller(Role.TEACHER, "anna@school.example")
STRANGER = Caller(Role.STRANGER, "browser:")
PAGES = sorted(name.removeprefix("page:") for name in NEEDED if name.startswith("page:"))


@pytest.fixture
def sign_in(tmp_path, monkeypatch):
    """Set up sign-in."""
    (tmp_path / "settings.toml").write_text(SIGN_IN)
    monkeypatch.setenv("DIGITNET_SETTINGS", str(tmp_path / "settings.toml"))
    for read in (get_sign_in, get_members):
        read.cache_clear()
    yield
    for read in (get_sign_in, get_members):
        read.cache_clear()


def list_links(app):
    return [link.proto.label for link in app.get("page_link")]


def list_labels(app):
    return {button.label for button in app.button}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("caller", [STRANGER, NOBODY, TEACHER], ids=["stranger", "reader", "teacher"])
def test_page_opens_for_those_who_may(page, caller, visit_as, ship):
    ship("cnn")
    visit_as(caller)
    app = make_page(page).run()
    assert not app.exception
    permission = get_permission(f"page:{page}")
    refusals = [info.value for info in app.info if info.value.startswith("Only a")]
    assert bool(refusals) == (caller.role < permission.role)
    if refusals:
        assert [caption.value for caption in app.caption] == [
            "Nobody can sign in here: its owner uses it at its own machine, or by the link in its terminal."
        ]
        assert not app.button


def test_refused_page_offers_to_sign_in(visit_as, sign_in, ship):
    ship("cnn")
    visit_as(NOBODY)
    app = make_page("train").run()
    assert app.info[0].value == "Only a teacher may open the page Train; sign in as one."
    assert list_labels(app) == {"Sign in"}


def test_navigation_leads_readers_to_their_pages(visit_as, ship):
    ship("cnn")
    visit_as(NOBODY)
    app = open_app()
    assert list_links(app)[:7] == ["Draw", "Photos", "Forms", "Batches", "Inside", "Data", "Models"]
    assert "Sign in" not in list_labels(app)
    visit_as(TEACHER)
    pages = ["Draw", "Photos", "Forms", "Batches", "Inside", "Data", "Tutorials", "Train", "Models"]
    assert list_links(open_app())[:9] == pages


def test_page_frame_offers_to_sign_in(visit_as, sign_in, ship):
    ship("cnn")
    visit_as(NOBODY)
    assert "Sign in" in list_labels(open_app())


def test_reader_looks_at_models_and_changes_none(visit_as, ship, monkeypatch):
    ship("cnn")
    visit_as(NOBODY)
    app = make_page("models").run()
    assert not app.exception
    assert find_button(app, "In use").disabled
    assert not {"Rename", "Save note", "Delete…"} & list_labels(app)
    assert not app.get("download_button")
    assert "Add from a file" not in [option for group in app.button_group for option in group.options]


def test_forged_press_of_a_reader_changes_nothing(visit_as, ship, monkeypatch):
    folder = ship("cnn")
    (folder / "cnn").rename(folder / "mine")
    ship("cnn")
    visit_as(TEACHER)
    app = make_page("models").run()
    app.selectbox[0].set_value("mine").run()
    button = find_button(app, "Use this model")
    visit_as(NOBODY)
    deleted = []
    monkeypatch.setattr(editing, "delete", lambda *arguments: deleted.append(arguments))
    button.click().run()
    assert not app.exception
    assert not (folder / "ACTIVE").exists()
    assert deleted == []


def test_reader_imports_nothing_into_data(visit_as, ship):
    ship("cnn")
    visit_as(NOBODY)
    app = make_page("data").run()
    assert not app.get("file_uploader")
    visit_as(LOCAL_OWNER)
    assert make_page("data").run().get("file_uploader")


def test_reader_does_not_see_trainings_of_others(visit_as, ship):
    ship("cnn")
    queue.start(TrainingConfig.from_recipe("quick", name="secret"))
    for caller, is_shown in ((LOCAL_OWNER, True), (NOBODY, False)):
        visit_as(caller)
        assert any("secret" in link for link in list_links(open_app())) == is_shown
