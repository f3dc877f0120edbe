"""Detectors of birth dates, and of addresses and numbers that are broken, disguised or told in words."""
