"""Judging scores: calibration, metrics, and the choice of an embedding."""
