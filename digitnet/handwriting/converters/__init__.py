"""Convert public data sets of handwriting from their own layout."""
