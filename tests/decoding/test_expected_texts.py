import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digitnet.decoding.expected_texts import FieldEvidence, exchange_digits, find_texts
from digitnet.decoding.string_recognizer import BLANK, SYMBOLS, log_softmax
from digitnet.expectations.expect import Expect


def make_columns(*options):
    """Make a column for each string of symbols, the first the likeliest, with blanks between them."""
    logits = np.full((2 * len(options) + 1, BLANK + 1), -9.0, np.float32)
    logits[::2, BLANK] = 4
    for place, symbols in enumerate(options):
        for rank, symbol in enumerate(symbols):
            logits[2 * place + 1, BLANK if symbol == "_" else SYMBOLS.index(symbol)] = 4 - 2 * rank
    return log_softmax(logits)


def make_evidence(text, *options):
    digits = [int(character) for character in text if character.isdigit()]
    probabilities = np.full((len(digits), 10), 0.01, np.float32)
    probabilities[np.arange(len(digits)), digits] = 0.9
    return FieldEvidence(text, probabilities, make_columns(*options))


def find_best(seen, phrases):
    """Return the likeliest text of all, and the likeliest that fits."""
    found = find_texts(seen, Expect.parse(phrases))
    order = np.argsort(-found.scores)
    return found.texts[order[0]], next(found.texts[index] for index in order if found.fits[index])


def test_likeliest_text_with_a_right_check_digit_is_the_runner_up():
    assert find_best(make_evidence("1237", "1", "2", "3", "70"), "luhn") == ("1237", "1230")


def test_missed_digit_is_found_where_so_many_are_expected():
    assert find_best(make_evidence("123", "1", "_4", "2", "3"), "4 digits") == ("123", "1423")


def test_slash_that_was_read_as_1_parts_a_date():
    seen = make_evidence("1210212024", "1", "2", "1/", "0", "2", "1/", "2", "0", "2", "4")
    assert find_best(seen, "date dmy")[1] == "12/02/2024"


def test_signs_do_not_matter_unless_they_are_expected():
    seen = make_evidence("12", "1", ",", "2")
    assert find_best(seen, "2 digits")[1] == "12"
    assert find_best(seen, "1 decimal")[1] == "1,2"


def test_what_was_read_is_weighed_in_any_case():
    assert find_texts(make_evidence("77", "1"), Expect(length=2)).texts[0] == "77"


PROBABILITIES = st.lists(st.lists(st.floats(0.001, 1), min_size=10, max_size=10), min_size=1, max_size=4)


@given(PROBABILITIES, st.integers(1, 60))
def test_exchanged_digits_come_in_order_of_their_probability(rows, count):
    probabilities = np.array(rows, np.float32)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    text = "".join(map(str, probabilities.argmax(axis=1)))
    found = exchange_digits(text, probabilities, count)
    chances = [np.prod(probabilities[np.arange(len(rows)), list(map(int, each))]) for each in found]
    assert len(set(found)) == len(found) <= count
    assert text not in found
    assert np.all(np.diff(chances) <= 1e-6)
    possible = (probabilities > 1e-4).sum(axis=1).prod() - 1
    assert len(found) == min(count, possible)


def test_signs_stay_where_digits_are_exchanged():
    probabilities = np.full((2, 10), 1e-6, np.float32)
    probabilities[0, [1, 7]] = 0.6, 0.4
    probabilities[1, 5] = 1
    assert exchange_digits("1.5", probabilities, 9) == ["7.5"]
