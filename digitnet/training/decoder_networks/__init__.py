"""Train the two networks of the decoder: the context classifier and the sequence recognizer."""
