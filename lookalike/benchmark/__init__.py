"""Measurements on public data sets and at size; the data stays outside the repository."""
