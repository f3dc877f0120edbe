"""Rosters, from the command line and from the browser."""
