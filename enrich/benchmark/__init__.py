"""Measurements of enrichment beside public libraries, on material the caller supplies."""
