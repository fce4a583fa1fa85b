"""Measurements of scores, evidence and search beside public libraries, on data the caller supplies."""
