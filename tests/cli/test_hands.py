from digitnet.cli.main import run_command
from digitnet.handwriting import sets
from digitnet.handwriting.folder import load_glyphs
from tests.handwriting.test_converters import PEN_DIGITS


def test_converted_set_is_loaded(tmp_path, capsys):
    source, folder = tmp_path / "source", tmp_path / "hands"
    source.mkdir()
    (source / "pendigits-orig.tra").write_text(PEN_DIGITS)
    assert run_command(["hands", "pen", str(source), str(folder)]) == 0
    assert "2 pictures, license CC BY 4.0" in capsys.readouterr().out
    glyphs = load_glyphs(folder)[sets.PEN]
    assert set(glyphs.labels) == {"1", "8"}
    assert set(glyphs.writers) == {"3", "12"}


def test_missing_source_is_named(tmp_path, capsys):
    assert run_command(["hands", "pen", str(tmp_path / "missing"), str(tmp_path)]) == 1
    assert "There is no folder" in capsys.readouterr().err
