"""Extend sales leads from their e-mail domain and the company's public web presence."""

from enrich.extract.registry import extractor
from enrich.facts import Fact, Field, Kind
from enrich.page import Page

__all__ = ["Fact", "Field", "Kind", "Page", "extractor"]
