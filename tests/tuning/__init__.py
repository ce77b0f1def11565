"""Tests of digitnet.tuning."""
