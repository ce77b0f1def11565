"""Train the string recognizer."""
