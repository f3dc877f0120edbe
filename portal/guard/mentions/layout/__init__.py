"""Detectors of names in rows, cells, forms and lists."""
