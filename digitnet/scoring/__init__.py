"""Score readings of pictures whose numbers are known."""
