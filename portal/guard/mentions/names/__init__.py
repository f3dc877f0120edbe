"""Detectors of names in running text."""
