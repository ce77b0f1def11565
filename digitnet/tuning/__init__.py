"""Search settings: draw values from a space, train a run for each, stop poor ones early, and keep the best."""
