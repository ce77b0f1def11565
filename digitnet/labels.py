"""Number the labels that a network distinguishes: ten digits, and one for everything else."""

CLASSES = 10  # The digits 0 to 9.
NOT_A_DIGIT = CLASSES  # The label of letters, signs and blots.
LABELS = range(CLASSES + 1)
SIGNS = ".,'-+/:()=%×÷$€£"  # Signs that are read beside digits.
TEXT = "W"  # Stands for words and all other ink that is neither a digit nor a sign.


def is_number(text: str) -> bool:
    """Return whether a text has digits, and besides them only signs that are read."""
    return any(character in "0123456789" for character in text) and set(text) <= {*"0123456789", *SIGNS}
