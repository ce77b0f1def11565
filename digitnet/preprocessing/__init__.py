"""Load pictures, find their ink, and normalize the ink of a digit to 28 x 28 pixels."""
