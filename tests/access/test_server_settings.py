import pytest

from digitnet.access.server_settings import read_server_choice
from digitnet.errors import SettingsError


@pytest.fixture
def settings(tmp_path, monkeypatch):
    path = tmp_path / "settings.toml"
    path.write_text("")
    monkeypatch.setenv("DIGITNET_SETTINGS", str(path))
    monkeypatch.delenv("DIGITNET_TRAININGS", raising=False)
    return path


def read():
    return read_server_choice("trainings", "DIGITNET_TRAININGS", ("here", "worker"))


def test_environment_goes_before_the_file(settings, monkeypatch):
    assert read() == "here"
    settings.write_text('[server]\ntrainings = "worker"\n')
    assert read() == "worker"
    monkeypatch.setenv("DIGITNET_TRAININGS", "here")
    assert read() == "here"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('trainings = "elsewhere"', r"Expected here or worker as \[server\] trainings"),
        ("trainings = 3", r"Expected here or worker"),
        ('trainngs = "worker"', r"no other keys than log_format, trainings \(not 'trainngs'\)"),
    ],
)
def test_wrong_setting_is_told_in_a_sentence(line, sentence, settings):
    settings.write_text(f"[server]\n{line}\n")
    with pytest.raises(SettingsError, match=sentence):
        read()
