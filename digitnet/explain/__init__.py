"""Look inside a reading and a network."""
