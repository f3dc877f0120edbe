"""Flat rosters, a row for each child and guardian; and tables keyed by student number."""
