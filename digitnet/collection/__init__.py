"""Store labeled user digits in a database."""
