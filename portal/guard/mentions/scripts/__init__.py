"""Detectors of names in scripts other than the roster's."""
