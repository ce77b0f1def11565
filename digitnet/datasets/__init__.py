"""MNIST, its statistics and nearest neighbors."""
