"""One file of all models, digits and settings: write it, check it, restore it."""
