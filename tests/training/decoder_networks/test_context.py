from digitnet.training.decoder_networks.context import TASK


def test_shipped_network_tells_digits_from_parts_of_digits(held_out, load_shipped):
    examples = TASK.make_examples(held_out, 150, (5,))
    is_right = load_shipped(TASK).run(examples.pictures).argmax(axis=1) == examples.labels
    is_digit = examples.labels < 10
    assert is_right[is_digit].mean() > 0.78
    assert is_right[~is_digit].mean() > 0.9
