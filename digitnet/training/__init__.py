"""Train networks with Keras."""
