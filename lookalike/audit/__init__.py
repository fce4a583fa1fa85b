"""Is this deal table fit to learn from: signal, leaks, duplicates, size, stability."""
