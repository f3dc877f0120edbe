"""Marked-up text of office files as it reads: strict XML, runs, records, rows, and words in number formats."""
