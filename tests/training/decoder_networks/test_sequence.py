from digitnet.training.decoder_networks.sequence import TASK


def test_shipped_network_reads_most_held_out_lines(held_out, load_shipped):
    examples = TASK.make_examples(held_out, 300, (5,))
    logits = load_shipped(TASK).run(examples.pictures)
    assert TASK.measure_accuracy(logits, examples.labels) > 0.6
