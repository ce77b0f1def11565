"""Load MNIST, compute its statistics and find nearest neighbors."""
