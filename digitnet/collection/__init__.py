"""User digits: a database of labeled digits."""
