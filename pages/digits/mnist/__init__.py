"""The view MNIST of the page Data."""
