"""Make varied digits and other ink for training."""
