import pytest

from pages.training.side_by_side import Facts, describe_difference, is_as_good

USED = Facts("cnn", 0.9961, True, 452_000)


@pytest.mark.parametrize(
    ("new", "sentence", "as_good"),
    [
        (
            Facts("quick", 0.9912, False, 343_000),
            "**cnn**, the model in use, reads more of MNIST's test digits and knows what is not a digit; **quick** is "
            "smaller.",
            False,
        ),
        (Facts("same", 0.9956, True, 460_000), "**same** is about as good as **cnn**, the model in use.", True),
        (Facts("worse", 0.9950, True, 452_000), "**cnn**, the model in use, reads more of MNIST's test digits.", False),
        (
            Facts("better", 0.9971, True, 452_000),
            "**better** reads more of MNIST's test digits; otherwise it is as good as **cnn**, the model in use.",
            True,
        ),
        (Facts("large", 0.9961, True, 700_000), "**cnn**, the model in use, is smaller.", True),
        (Facts("unknown", None, True, None), "**unknown** is about as good as **cnn**, the model in use.", False),
    ],
)
def test_sentence_says_which_model_is_better_at_what(new, sentence, as_good):
    assert describe_difference(new, USED) == sentence
    assert is_as_good(new, USED) == as_good


def test_model_that_misreads_the_users_digits_is_not_as_good():
    new, used = USED._replace(name="new", user_right=20, user_total=30), USED._replace(user_right=25, user_total=30)
    assert not is_as_good(new, used)
    assert is_as_good(used, new)
    assert is_as_good(used._replace(user_right=24), used)
    assert "reads more of your digits" in describe_difference(new, used)
