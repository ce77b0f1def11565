from digitnet.cli.main import run_command


def test_damaged_card_does_not_hide_the_other_models(models, capsys):
    for name, card in (("a", "{}"), ("b", "no card")):
        (models / name).mkdir()
        (models / name / "model.tflite").write_bytes(b"")
        (models / name / "card.json").write_text(card)
    assert run_command(["models"]) == 0
    assert capsys.readouterr().out.count("damaged or incomplete") == 2
