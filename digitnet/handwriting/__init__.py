"""Handwriting of other people, in folders of public data sets, to train on."""
