"""Parts of the page Learn my hand: write digits, learn them, compare."""
