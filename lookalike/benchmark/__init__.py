"""Measurements of lookalike: the index against brute force, scoring against LightGBM's own predict."""
