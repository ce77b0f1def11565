"""MNIST and its statistics."""
