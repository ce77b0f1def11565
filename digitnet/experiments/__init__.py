"""Settings, recipes and runs: everything about training but the training."""
