import pytest

from digitnet.access.server_settings import read_server_choice, read_server_count
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
        ('trainngs = "worker"', r"no other keys than log_format, trainings, workers \(not 'trainngs'\)"),
    ],
)
def test_wrong_setting_is_told_in_a_sentence(line, sentence, settings):
    settings.write_text(f"[server]\n{line}\n")
    with pytest.raises(SettingsError, match=sentence):
        read()


def test_count_is_that_of_the_environment_or_of_the_file(settings, monkeypatch):
    assert read_server_count("workers", "DIGITNET_WORKERS") is None
    settings.write_text("[server]\nworkers = 3\n")
    assert read_server_count("workers", "DIGITNET_WORKERS") == 3
    monkeypatch.setenv("DIGITNET_WORKERS", "4")
    assert read_server_count("workers", "DIGITNET_WORKERS") == 4


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "true", '"many"'])
def test_count_has_to_be_a_whole_number_above_0(value, settings):
    settings.write_text(f"[server]\nworkers = {value}\n")
    with pytest.raises(SettingsError, match=r"Expected a whole number above 0 as \[server\] workers"):
        read_server_count("workers", "DIGITNET_WORKERS")
