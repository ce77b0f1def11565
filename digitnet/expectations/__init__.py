"""Say what a number has to be, and tell whether a text fits."""
