"""Write strings of digits, signs and words on paper, to train the string recognizer."""
