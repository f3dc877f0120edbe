"""Typst in its cage: the engine, the fonts, how languages are written, and a fake for tests."""
