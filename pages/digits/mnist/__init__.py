"""Parts of the view MNIST of the page Data."""
