"""The commands of ``enrich``, one a file."""
