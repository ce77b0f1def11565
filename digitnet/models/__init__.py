"""Build, store and run trained models: their network, card and folder."""
